import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { drawOpenApiPage, supportedMethods } from './open-api-page.ts';
import { inRoot } from './root.mjs';

describe('docs/open-api.md', () => {
  test('is that of today (mend it with: npm run generate)', () => {
    expect(readFileSync(inRoot('docs/open-api.md'), 'utf8')).toBe(drawOpenApiPage(supportedMethods()));
  });

  test('says yes only where the server has the method, with the right that it asks for', () => {
    const page = drawOpenApiPage({
      HostGroup: { FindHosts: { needs: 'devices:read' }, Dance: { needs: null } },
    });
    const lineOf = (name: string) => page.split('\n').find((line) => line.startsWith(`| \`${name}\``));
    expect(lineOf('FindHosts')).toContain('| 1 | yes | `devices:read` | `wstrFilter` string');
    expect(lineOf('FindGroups')).toContain('| 1 | no: 1194 |  |');
    expect(lineOf('HostGroup.Dance')).toBe('| `HostGroup.Dance` | any login |');
    expect(page).toContain('| [HostGroup](#hostgroup) | 1 of 21 | 0 of ');
  });
});
