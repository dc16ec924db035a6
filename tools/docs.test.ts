import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Settings } from '../server/src/settings.ts';
import { inRoot, root } from './lib/root.mjs';

const pages = globSync(['*.md', 'docs/**/*.md', '{agent,console,protocols,sandboxes,server}/**/*.md'], {
  cwd: root,
  exclude: (path) => path.includes('node_modules'),
});
const textOf = (page: string) => readFileSync(inRoot(page), 'utf8');
/** Without code blocks: what looks like a link or a name in there is none. */
const proseOf = (page: string) => textOf(page).replace(/^```[\s\S]*?^```/gm, '');

describe('the documents', () => {
  test('are found', () => {
    expect(pages).toContain('README.md');
    expect(pages).toContain('docs/architecture.md');
  });

  test.each(pages)('%s links only to what exists', (page) => {
    const links = [...proseOf(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target ?? '');
    const inside = links.filter((target) => !/^[a-z]+:/.test(target));
    expect(inside.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });

  test.each(pages)('%s names only npm scripts that exist', (page) => {
    const { scripts } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
    const named = [...textOf(page).matchAll(/\bnpm run ([a-z][a-z:-]*)/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  test('README.md gives every port with its setting, as the server has them', () => {
    const rows = textOf('README.md').replaceAll(/ +/g, ' ').split('\n');
    for (const name of ['httpPort', 'openApiPort', 'autotaskSandboxPort'] as const) {
      const row = rows.find((line) => line.startsWith('| ') && line.includes(`\`${name}\``));
      expect(row).toContain(`| ${Settings.shape[name].parse(undefined)} |`);
    }
  });

  test('README.md names only settings that exist', () => {
    const named = [...proseOf('README.md').matchAll(/`([a-z]+[A-Z][a-zA-Z]+)`/g)].map(([, name]) => name ?? '');
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !(name in Settings.shape))).toEqual([]);
  });
});
