/** Part of `npm run generate`: writes docs/open-api.md from the table of the protocol and the server's own list. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { drawOpenApiPage, supportedMethods } from './lib/open-api-page.ts';
import { inRoot } from './lib/root.mjs';

const path = inRoot('docs/open-api.md');
const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
const after = drawOpenApiPage(supportedMethods());
if (after !== before) writeFileSync(path, after);
console.log(after === before ? 'The Open API page is up to date.' : 'The Open API page was written anew.');
