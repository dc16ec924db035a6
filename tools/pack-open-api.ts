/** `npm run pack:open-api`: the KSC Open API client as a package that other programs can install. */
import { layOutOpenApiPackage, PACKAGE_NAME } from './lib/open-api-package.ts';
import { inRoot } from './lib/root.mjs';

const folder = inRoot('.build', 'ksc-open-api');
await layOutOpenApiPackage(folder);
console.log(`${PACKAGE_NAME} is in ${folder}; "npm pack" there makes the archive.`);
