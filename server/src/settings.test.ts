import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { helpText } from './platform/config/index.ts';
import { loadSettings, SETTINGS_PREFIX, Settings } from './settings.ts';

test('without any setting the server is reachable from its own machine only', () => {
  const { values } = loadSettings([], {}, tmpdir());
  expect([values.httpHost, values.openApiHost, values.demo]).toEqual(['127.0.0.1', '127.0.0.1', false]);
});

test('every setting is explained', () => {
  const lines = helpText(Settings, SETTINGS_PREFIX)
    .split('\n')
    .filter((line) => line.startsWith('      '));
  expect(lines).toHaveLength(Object.keys(Settings.shape).length);
  for (const line of lines) expect(line).toMatch(/^ {6}[A-Z].{10,} \[GATEHOUSE_[A-Z_]+\]$/);
});

test.each([
  [['--database-url', 'mysql://a/b']],
  [['--public-url', 'gatehouse.example']],
  [['--trusted-proxies', 'everybody']],
  [['--roles', 'administration,bakery']],
  [['--roles', '']],
])('%j is refused', (argv) => {
  expect(() => loadSettings(argv, {}, tmpdir())).toThrow(argv[0]);
});
