import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import rules, { mayImport, mayImportOutside } from '../.dependency-cruiser.mjs';
import { type ImportReport, judgeImports, SOURCE_FOLDERS } from './lib/import-rules.ts';
import { inRoot } from './lib/root.mjs';

const foldersIn = (path: string) =>
  existsSync(path) ? readdirSync(path, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : [])) : [];

/** A copy of the sources that finds libraries in our node_modules and the workspaces in itself. */
const copySources = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-imports-'));
  // The console's tests are not judged, but the stories drive Chromium with their help.
  for (const source of [...SOURCE_FOLDERS, 'console/test']) {
    cpSync(inRoot(source), join(folder, source), { recursive: true });
  }
  for (const file of ['.dependency-cruiser.mjs', 'package.json', 'vitest.config.ts']) {
    cpSync(inRoot(file), join(folder, file));
  }
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@gatehouse'), { recursive: true });
  for (const name of readdirSync(inRoot('node_modules'))) {
    if (name !== '@gatehouse' && !name.startsWith('.')) symlinkSync(inRoot('node_modules', name), join(modules, name));
  }
  for (const name of ['contract', 'protocols', 'server', 'agent', 'sandboxes', 'console']) {
    cpSync(inRoot(name, 'package.json'), join(folder, name, 'package.json'));
    symlinkSync(join(folder, name), join(modules, '@gatehouse', name));
    // A workspace's own libraries, where npm could not lift them to the top.
    const own = inRoot(name, 'node_modules');
    if (existsSync(own)) symlinkSync(own, join(folder, name, 'node_modules'));
  }
  return folder;
};

interface Planted {
  rule: string;
  file: string;
  text: string;
  /** A second file, where the violation needs one that does not exist yet. */
  helper?: { file: string; text: string };
}

const importOf = (path: string) => `import * as planted from '${path}';\nexport const p = planted;\n`;
const plant = (rule: string, file: string, path: string): Planted => ({ rule, file, text: importOf(path) });

/** One violation for every row of the table that closes a door. */
const rowPlants: Planted[] = [
  ...Object.entries(mayImport).flatMap(([system, rows]) =>
    Object.entries<string[]>(rows).flatMap(([module, doors]) => {
      const closed = Object.keys(rows).find((other) => other !== module && !doors.includes(other));
      const file = `server/src/${system}/${module}/planted-row.ts`;
      return closed ? [plant(`${system}/${module}-may-import`, file, `../${closed}/index.ts`)] : [];
    }),
  ),
  ...Object.keys(mayImportOutside).map((module) =>
    plant(`${module}-may-import`, `server/src/${module}/planted-row.ts`, '../administration/tenants/index.ts'),
  ),
];

const planted: Planted[] = [
  ...rowPlants,
  {
    ...plant('no-cycles', 'protocols/src/planted-a.ts', './planted-b.ts'),
    helper: { file: 'protocols/src/planted-b.ts', text: importOf('./planted-a.ts') },
  },
  plant('imports-resolve', 'tools/planted-unresolved.ts', 'no-such-library'),
  plant(
    'systems-meet-by-protocol',
    'server/src/integrations/psa/planted-system.ts',
    '../../administration/tenants/index.ts',
  ),
  plant('enter-by-the-door', 'server/src/administration/groups/planted-door.ts', '../tenants/tenant.ts'),
  plant(
    'enter-platform-and-accounts-by-the-door',
    'server/src/administration/groups/planted-platform.ts',
    '../../platform/errors/app-error.ts',
  ),
  plant('wiring-enters-by-the-door', 'server/src/planted-wiring.ts', './administration/tenants/tenant.ts'),
  plant('platform-knows-no-module', 'server/src/platform/ids/planted.ts', '../../administration/tenants/index.ts'),
  plant('protocols-and-contract-import-nothing-of-ours', 'protocols/src/planted-own.ts', '@gatehouse/contract'),
  plant('sql-only-in-stores', 'server/src/administration/tenants/planted-sql.ts', 'kysely'),
  plant('http-only-in-routes', 'server/src/administration/tenants/planted-http.ts', 'fastify'),
  {
    ...plant('parts-stand-alone', 'server/src/integrations/psa/autotask/planted.ts', '../planted-psa/index.ts'),
    helper: { file: 'server/src/integrations/psa/planted-psa/index.ts', text: 'export const psa = 1;\n' },
  },
  plant('product-does-not-need-its-tests', 'agent/src/planted-test.ts', 'vitest'),
  plant(
    'console-and-agent-share-only-the-contract',
    'console/src/planted.ts',
    '../../protocols/src/ksc-open-api/index.ts',
  ),
  plant('views-do-not-fetch', 'console/src/session/PlantedView.tsx', '@tanstack/react-query'),
];

describe('the table of the architecture', () => {
  test.each(Object.keys(mayImport))('every folder of %s has its row, and every row its folder', (system) => {
    const rows = Object.keys(mayImport[system as keyof typeof mayImport]);
    const folders = foldersIn(inRoot('server/src', system)).filter((name) => name !== 'testing');
    expect(folders.sort()).toEqual(rows.sort());
  });

  test('every folder of the server is a system, a module with a row, or platform', () => {
    const known = [...Object.keys(mayImport), ...Object.keys(mayImportOutside), 'platform', 'testing'];
    expect(foldersIn(inRoot('server/src')).sort()).toEqual(known.sort());
  });
});

describe('the import rules', () => {
  let folder: string;
  let clean: ImportReport;
  let dirty: ImportReport;

  beforeAll(async () => {
    folder = copySources();
    clean = await judgeImports(folder);
    for (const { file, text, helper } of planted) {
      for (const add of [{ file, text }, ...(helper ? [helper] : [])]) {
        mkdirSync(dirname(join(folder, add.file)), { recursive: true });
        writeFileSync(join(folder, add.file), add.text);
      }
    }
    dirty = await judgeImports(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('hold for the project as it is', () => {
    expect(clean.violations).toEqual([]);
    expect(clean.moduleCount).toBeGreaterThan(200);
  });

  test('each rule has a planted violation here', () => {
    const names = rules.forbidden.map((rule) => rule.name);
    expect(planted.map(({ rule }) => rule).sort()).toEqual(names.sort());
  });

  test.each(planted)('$rule is reported where $file breaks it, and no other rule', ({ rule, file }) => {
    const reported = dirty.violations.filter((violation) => violation.from === file).map((violation) => violation.rule);
    expect(reported).toEqual([rule]);
  });

  test('reading nothing is an error and not a clean result', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'gatehouse-imports-'));
    try {
      cpSync(inRoot('.dependency-cruiser.mjs'), join(empty, '.dependency-cruiser.mjs'));
      mkdirSync(join(empty, 'server/src'), { recursive: true });
      await expect(judgeImports(empty)).rejects.toThrow('No module was read');
    } finally {
      rmSync(empty, { recursive: true, force: true });
    }
  });
});
