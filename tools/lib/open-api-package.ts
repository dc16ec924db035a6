/** The KSC Open API client and codec as a package of its own, for programs that are not ours. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inRoot } from './root.mjs';

export const PACKAGE_NAME = '@gatehouse/ksc-open-api';

/**
 * Lays the package out in a new folder: JavaScript, types, README and licence.
 *
 * @throws Error with what the compiler said when the sources do not compile on their own
 */
export const layOutOpenApiPackage = async (folder: string): Promise<void> => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'tsconfig.json');
  writeFileSync(
    config,
    JSON.stringify({
      extends: inRoot('tsconfig.base.json'),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        rootDir: inRoot('protocols', 'src', 'ksc-open-api'),
        outDir: join(folder, 'lib'),
        types: ['node'],
        typeRoots: [inRoot('node_modules', '@types')],
      },
      // What the door leads to, and nothing of the tests.
      files: [inRoot('protocols', 'src', 'ksc-open-api', 'index.ts')],
    }),
  );
  await promisify(execFile)(process.execPath, [inRoot('node_modules', 'typescript', 'bin', 'tsc'), '-p', config]).catch(
    (error: { stdout?: string }) => {
      throw new Error(`the package does not compile: ${error.stdout}`, { cause: error });
    },
  );
  rmSync(config);
  const { version, license, dependencies } = JSON.parse(readFileSync(inRoot('protocols', 'package.json'), 'utf8'));
  const description = {
    name: PACKAGE_NAME,
    version,
    description: 'Client, codec and filter language of the KSC Open API of Kaspersky Security Center',
    license,
    type: 'module',
    engines: { node: '>=22' },
    exports: { '.': { types: './lib/index.d.ts', default: './lib/index.js' } },
    files: ['lib', 'README.md', 'LICENSE'],
    dependencies: { undici: dependencies.undici },
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(description, null, 2)}\n`);
  const readme = readFileSync(inRoot('protocols', 'src', 'ksc-open-api', 'README.md'), 'utf8');
  writeFileSync(join(folder, 'README.md'), readme.replaceAll('@gatehouse/protocols/ksc-open-api', PACKAGE_NAME));
  copyFileSync(inRoot('LICENSE'), join(folder, 'LICENSE'));
};
