import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { completeLock, problemsOfLock } from './lock-file.mjs';
import { inRoot } from './root.mjs';

const lockOf = (packages: Record<string, object>) => ({ name: 'x', lockfileVersion: 3, packages });

test('a platform package that npm left out gets an entry which only its platform installs', () => {
  const lock = lockOf({
    '': { name: 'x' },
    'node_modules/tool': {
      version: '2.0.0',
      optionalDependencies: {
        '@tool/linux-x64-gnu': '2.0.0',
        '@tool/linux-x64-musl': '2.0.0',
        '@tool/win32-arm64': '2.0.0',
        '@tool/wasm': '2.0.0',
        'watcher-of-files': '~1.2.3',
      },
    },
    'node_modules/@tool/linux-x64-gnu': { version: '2.0.0', optional: true, os: ['linux'], cpu: ['x64'] },
  });
  const { packages } = completeLock(lock) as { packages: Record<string, unknown> };
  expect(packages['node_modules/@tool/linux-x64-musl']).toEqual({
    version: '2.0.0',
    optional: true,
    os: ['linux'],
    cpu: ['x64'],
    libc: ['musl'],
  });
  expect(packages['node_modules/@tool/win32-arm64']).toMatchObject({ os: ['win32'], cpu: ['arm64'] });
  expect(packages['node_modules/@tool/wasm']).toMatchObject({ os: ['none'], cpu: ['none'] });
  expect(packages).not.toHaveProperty('node_modules/watcher-of-files');
  expect(problemsOfLock({ packages })).toEqual([]);
  expect(problemsOfLock(lock)).toEqual([
    '@tool/linux-x64-musl@2.0.0 has no entry',
    '@tool/wasm@2.0.0 has no entry',
    '@tool/win32-arm64@2.0.0 has no entry',
  ]);
});

test('a platform package that is nested below its user counts as present', () => {
  const lock = lockOf({
    'node_modules/a/node_modules/tool': { version: '1.0.0', optionalDependencies: { '@tool/linux-x64': '1.0.0' } },
    'node_modules/a/node_modules/@tool/linux-x64': { version: '1.0.0' },
  });
  expect(problemsOfLock(lock)).toEqual([]);
});

test('the lock tells nobody where packages came from, and workspaces keep their folders', () => {
  const lock = lockOf({
    'node_modules/@x/server': { resolved: 'server', link: true },
    'node_modules/tool': { version: '1.0.0', resolved: 'https://registry.example/tool.tgz' },
  });
  expect(problemsOfLock(lock)).toContain('node_modules/tool records a download address');
  expect(completeLock(lock).packages).toEqual({
    'node_modules/@x/server': { resolved: 'server', link: true },
    'node_modules/tool': { version: '1.0.0' },
  });
});

test('completing a complete lock changes nothing', () => {
  const text = readFileSync(inRoot('package-lock.json'), 'utf8');
  expect(`${JSON.stringify(completeLock(JSON.parse(text)), null, 2)}\n`).toBe(text);
});
