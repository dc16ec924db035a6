import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judgeImports } from './import-rules.ts';
import { drawModules, putPicture } from './module-picture.ts';
import { inRoot, root } from './root.mjs';

describe('the picture of the modules', () => {
  test('shows one arrow for any number of imports, and frames for systems', () => {
    const picture = drawModules([
      { from: 'server/src/administration/devices/a.ts', to: 'server/src/administration/tenants/index.ts' },
      { from: 'server/src/administration/devices/b.ts', to: 'server/src/administration/tenants/index.ts' },
      { from: 'server/src/administration/devices/b.ts', to: 'server/src/platform/db/index.ts' },
      { from: 'server/src/administration/flow.ts', to: 'server/src/administration/devices/index.ts' },
      { from: 'server/src/administration/devices/b.test.ts', to: 'sandboxes/src/autotask/index.ts' },
    ]);
    expect(picture.split('\n')).toEqual([
      '```mermaid',
      'flowchart TD',
      '  subgraph administration',
      '    administration_devices["devices"]',
      '    administration_tenants["tenants"]',
      '  end',
      '  platform["platform"]',
      '  administration_devices --> administration_tenants',
      '```',
    ]);
  });

  test('is put between its markers, and a document without them is refused', () => {
    const document =
      'before\n<!-- module picture: begin (npm run generate) -->\nold\n<!-- module picture: end -->\nafter\n';
    const once = putPicture(document, 'new');
    expect(once).toContain('begin (npm run generate) -->\nnew\n<!-- module picture: end -->\nafter');
    expect(putPicture(once, 'new')).toBe(once);
    expect(() => putPicture('nothing', 'new')).toThrow('no place for the picture');
  });

  test('in docs/architecture.md is that of today (mend it with: npm run generate)', async () => {
    const document = readFileSync(inRoot('docs/architecture.md'), 'utf8');
    const { imports } = await judgeImports(root);
    expect(document).toBe(putPicture(document, drawModules(imports)));
  });
});
