import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname as systemName } from 'node:os';
import { join } from 'node:path';
import { DeviceFacts } from '@gatehouse/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keptLog, temporaryFolders } from '../testing/folders.ts';
import { evilScanner } from '../testing/stand-in-scanner.ts';
import { factCollector } from './collect.ts';
import { oneMountPerDisk } from './disks.ts';
import { type FactSources, fact } from './fact.ts';
import { facts } from './list.ts';
import { os, parseOsRelease } from './os.ts';
import { restart } from './restart.ts';

const folders = temporaryFolders();
let root: string;
beforeEach(async () => {
  root = await folders.make();
});
afterEach(() => folders.removeAll());

const sources = (more: Partial<FactSources> = {}): FactSources => ({
  scanner: null,
  rtpState: async () => 4,
  lastScanAt: () => null,
  isServer: null,
  root,
  ...more,
});
const put = async (path: string, text: string) => {
  await mkdir(join(root, path, '..'), { recursive: true });
  await writeFile(join(root, path), text);
};

test('all facts of this very machine fit the contract, and none is unknown', async () => {
  const { lines, logger } = keptLog();
  const collected = await factCollector(facts, sources({ root: '/', scanner: evilScanner() }), logger)();
  expect(lines).toEqual([]);
  expect(DeviceFacts.parse(collected)).toEqual(collected);
  expect(Object.keys(collected).sort()).toEqual(Object.keys(DeviceFacts.shape).sort());
  expect(collected.hostname).toBe(systemName());
  expect(Date.parse(collected.lastBootAt ?? '')).toBeLessThan(Date.now());
  expect(collected.disks?.every(({ sizeBytes, freeBytes }) => sizeBytes > 0 && freeBytes <= sizeBytes)).toBe(true);
});

test('a fact that fails is left out as unknown, the others go on, and the log says it once', async () => {
  const broken = fact({
    name: 'users',
    collect: async () => {
      throw new Error('no such file');
    },
  });
  const misshapen = fact({ name: 'fqdn', collect: async () => 'x'.repeat(300) });
  const good = fact({ name: 'hostname', collect: async () => 'host' });
  const { lines, logger } = keptLog();
  const collect = factCollector([broken, misshapen, good], sources(), logger);
  expect(await collect()).toEqual({ hostname: 'host' });
  expect(await collect()).toEqual({ hostname: 'host' });
  expect(lines.map(({ fields }) => fields.fact)).toEqual(['users', 'fqdn']);
});

describe('a restart is required', () => {
  test('when the system says so, with the packages as reasons', async () => {
    await put('run/reboot-required', '*** System restart required ***');
    await put('run/reboot-required.pkgs', 'linux-image-6.1\nlibc6\nlibc6\n\n');
    await utimes(join(root, 'run/reboot-required'), new Date('2026-01-02'), new Date('2026-01-02'));
    expect(await restart.collect(sources())).toEqual({
      required: true,
      since: '2026-01-02T00:00:00.000Z',
      reasons: ['linux-image-6.1', 'libc6'],
    });
  });
  test('not when it says nothing', async () => {
    expect(await restart.collect(sources())).toEqual({ required: false, since: null, reasons: [] });
  });
});

describe('server or workstation', () => {
  const isServer = async (more: Partial<FactSources> = {}) => (await os.collect(sources(more)))?.isServer;
  test('is what the distribution says', async () => {
    await put('etc/os-release', 'NAME="Fedora Linux"\nVARIANT_ID=workstation\n');
    expect(await isServer()).toBe(false);
    await put('etc/os-release', 'NAME="Ubuntu"\nVARIANT="Server"\n');
    expect(await isServer()).toBe(true);
  });
  test('is else a workstation with a desktop and a server without', async () => {
    await put('etc/os-release', 'NAME="Debian GNU/Linux"\n');
    expect(await isServer()).toBe(true);
    await put('usr/share/xsessions/gnome.desktop', '');
    expect(await isServer()).toBe(false);
    await mkdir(join(root, 'etc/systemd/system'), { recursive: true });
    await symlink('/lib/systemd/system/multi-user.target', join(root, 'etc/systemd/system/default.target'));
    expect(await isServer()).toBe(true);
  });
  test('is what the settings say, whatever the system looks like', async () => {
    await put('usr/share/xsessions/gnome.desktop', '');
    expect(await isServer({ isServer: true })).toBe(true);
  });
});

test('os-release is read with and without quotes', () => {
  expect(parseOsRelease('# c\nID=debian\nPRETTY_NAME="Debian \\"12\\""\nVERSION_ID=\'12\'\n')).toEqual({
    ID: 'debian',
    PRETTY_NAME: 'Debian "12"',
    VERSION_ID: '12',
  });
});

test('a disk that is mounted several times is one disk, and kernel views and network shares are none', () => {
  expect(
    oneMountPerDisk([
      { device: '8:1', point: '/var/lib/x', type: 'ext4' },
      { device: '8:1', point: '/', type: 'ext4' },
      { device: '0:5', point: '/proc', type: 'proc' },
      { device: '0:9', point: '/mnt/share', type: 'nfs4' },
      { device: '8:2', point: '/data', type: 'xfs' },
    ]),
  ).toEqual(['/', '/data']);
});
