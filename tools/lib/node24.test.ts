import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkPlatform, findNode } from './node24.mjs';

describe('the Node that runs Gatehouse', () => {
  test.each(['22.18.0', '22.20.1', '24.21.0', '26.0.0'])(
    'is the machine’s own %s when that is new enough',
    (version) => {
      expect(findNode({ version })).toBe(process.execPath);
    },
  );

  test.each(['20.19.0', '20.20.2', '22.17.9'])(
    'is the one from the dependencies where the machine has %s',
    (version) => {
      const node = findNode({ version });
      expect(node).toMatch(/node_modules\/node-linux-(x64|arm64)\/bin\/node$/);
      expect(existsSync(node)).toBe(true);
    },
  );

  test('is asked for in a sentence when neither is there', () => {
    expect(() => findNode({ version: '20.20.2', arch: 'riscv64' })).toThrow(
      'Gatehouse needs Node 22.18 or newer. This is Node 20.20.2, and the package node-linux-riscv64',
    );
  });

  test.each([
    ['win32', 'x64'],
    ['darwin', 'arm64'],
    ['linux', 'ia32'],
  ])('on %s %s there is a sentence that says where it runs', (platform, arch) => {
    expect(() => checkPlatform(platform as NodeJS.Platform, arch as NodeJS.Architecture, null)).toThrow(
      `Gatehouse runs on Linux (x64 or arm64, glibc); this is ${platform} on ${arch}.`,
    );
  });

  test('on Linux without glibc there is one too, and with glibc there is none', () => {
    expect(() => checkPlatform('linux', 'x64', null)).toThrow('with another C library');
    expect(() => checkPlatform('linux', 'x64', '2.36')).not.toThrow();
    expect(() => checkPlatform()).not.toThrow();
  });
});
