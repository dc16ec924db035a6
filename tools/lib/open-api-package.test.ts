import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layOutOpenApiPackage, PACKAGE_NAME } from './open-api-package.ts';
import { inRoot } from './root.mjs';

describe('the package of the Open API client', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-package-'));
  const installed = join(folder, 'node_modules', ...PACKAGE_NAME.split('/'));
  beforeAll(async () => {
    await layOutOpenApiPackage(installed);
    // What npm would install beside it.
    symlinkSync(inRoot('node_modules', 'undici'), join(folder, 'node_modules', 'undici'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is used by a program that has nothing else of ours', async () => {
    const program = `import { openKscClient, parseFilter, methodsTable } from '${PACKAGE_NAME}';
      const ksc = openKscClient({ url: 'https://127.0.0.1:1', trust: 'system-authorities', credentials: { scheme: 'KSCT', token: 't' } });
      const error = await ksc.session.ping().catch((error) => error);
      console.log(error.code, parseFilter('(KLHST_WKS_DN="a*")').kind, Object.keys(methodsTable).length > 30);
      await ksc.close();`;
    writeFileSync(join(folder, 'program.mjs'), program);
    const { stdout } = await promisify(execFile)(process.execPath, ['program.mjs'], { cwd: folder, timeout: 30_000 });
    expect(stdout.trim()).toBe('ksc_open_api.unreachable compare true');
  });

  test('holds JavaScript with types, its README under its own name, and no test', () => {
    const files = globSync('**/*', { cwd: installed }).map(String);
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'lib/index.d.ts']));
    expect(files.filter((file) => /test|stand-in|\.ts$/.test(file) && !file.endsWith('.d.ts'))).toEqual([]);
    expect(readFileSync(join(installed, 'README.md'), 'utf8')).toContain(`from '${PACKAGE_NAME}'`);
  });

  test('imports nothing that it does not name as a dependency', () => {
    const imports = globSync('lib/**/*.js', { cwd: installed }).flatMap((file) =>
      [...readFileSync(join(installed, file), 'utf8').matchAll(/from '([^'.][^']*)'/g)].map(([, name]) => name),
    );
    expect([...new Set(imports)].filter((name) => !name?.startsWith('node:'))).toEqual(['undici']);
  });
});
