import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname as systemName } from 'node:os';
import { join } from 'node:path';
import { DeviceFacts } from '@gatehouse/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installedSoftware } from '../../inventory/index.ts';
import { runProgram } from '../../scanners/run-program.ts';
import { keptLog, temporaryFolders } from '../../testing/folders.ts';
import { evilScanner } from '../../testing/stand-in-scanner.ts';
import { factCollector } from '../collect.ts';
import { type FactSources, fact } from '../fact.ts';
import { factsOf } from '../list.ts';
import { oneMountPerDisk } from './disks.ts';
import { encryption } from './encryption.ts';
import { hardware } from './hardware.ts';
import { incompatibleApplications } from './incompatible-applications.ts';
import { os, parseOsRelease } from './os.ts';
import { restart } from './restart.ts';
import { updatesSearchedAt } from './updates-searched-at.ts';

const folders = temporaryFolders();
let root: string;
beforeEach(async () => {
  root = await folders.make();
});
afterEach(() => folders.removeAll());

const sources = (more: Partial<FactSources> = {}): FactSources => ({
  scanner: null,
  realTimeProtection: async () => ({ state: 4, method: 'watch' }),
  lastScanAt: () => null,
  isServer: null,
  policy: () => ({}),
  vulnerabilities: () => null,
  software: installedSoftware({ root: more.root ?? root, run: runProgram }),
  quarantined: () => [],
  root,
  run: runProgram,
  ...more,
});
const put = async (path: string, text: string) => {
  await mkdir(join(root, path, '..'), { recursive: true });
  await writeFile(join(root, path), text);
};

test('all facts of this very machine fit the contract, and none is unknown', async () => {
  const { lines, logger } = keptLog();
  const collected = await factCollector(factsOf('linux'), sources({ root: '/', scanner: evilScanner() }), logger)();
  expect(lines).toEqual([]);
  expect(DeviceFacts.parse(collected)).toEqual(collected);
  const notOfLinux = ['applicationStatus', 'licenses', 'mobileCompliant'];
  const expected = Object.keys(DeviceFacts.shape).filter((name) => !notOfLinux.includes(name));
  expect(Object.keys(collected).sort()).toEqual(expected.sort());
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
  test("when a newer kernel of the same line lies in /boot, but not for another system's kernel or another line", async () => {
    for (const release of ['6.1.0-9-amd64', '6.1.0-44-amd64', '6.1.0-45-cloud-amd64'])
      await put(`boot/vmlinuz-${release}`, '');
    await put('proc/sys/kernel/osrelease', '6.1.0-9-amd64\n');
    await utimes(join(root, 'boot/vmlinuz-6.1.0-44-amd64'), new Date('2026-01-02'), new Date('2026-01-02'));
    expect(await restart.collect(sources())).toEqual({
      required: true,
      since: '2026-01-02T00:00:00.000Z',
      reasons: ['Kernel 6.1.0-44-amd64 is installed, 6.1.0-9-amd64 still runs'],
    });
    await put('proc/sys/kernel/osrelease', '6.1.0-44-amd64\n');
    expect((await restart.collect(sources()))?.required).toBe(false);
    await put('proc/sys/kernel/osrelease', '5.15.0-microsoft\n');
    expect((await restart.collect(sources()))?.required).toBe(false);
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
      { device: '8:1', point: '/var/lib/x', type: 'ext4', source: '' },
      { device: '8:1', point: '/', type: 'ext4', source: '' },
      { device: '0:5', point: '/proc', type: 'proc', source: '' },
      { device: '0:9', point: '/mnt/share', type: 'nfs4', source: '' },
      { device: '8:2', point: '/data', type: 'xfs', source: '' },
    ]),
  ).toEqual(['/', '/data']);
});

describe('encryption of the system volume', () => {
  const mounted = (device: string, source: string) =>
    put('proc/self/mountinfo', `22 1 ${device} / / rw,relatime - ext4 ${source} rw\n`);
  const told = (more: Partial<FactSources> = {}) => encryption.collect(sources(more));
  const block = async (name: string, number: string, uuid: string | null, slaves: string[] = []) => {
    for (const at of [`sys/class/block/${name}`, `sys/dev/block/${number}`]) {
      await mkdir(join(root, at, 'slaves'), { recursive: true });
      if (uuid) await put(`${at}/dm/uuid`, `${uuid}\n`);
      for (const slave of slaves) await put(`${at}/slaves/${slave}`, '');
    }
  };

  test('is seen through a logical volume, and names its kind', async () => {
    await mounted('253:1', '/dev/mapper/vg-root');
    await block('dm-1', '253:1', 'LVM-abc', ['dm-0']);
    await block('dm-0', '253:0', 'CRYPT-LUKS2-0123-sda3_crypt', ['sda3']);
    await block('sda3', '8:3', null);
    expect(await told()).toEqual({ systemVolumeEncrypted: true, method: 'LUKS 2', result: null });
  });
  test('needs every disk below to be encrypted', async () => {
    await mounted('253:1', '/dev/mapper/vg-root');
    await block('dm-1', '253:1', 'LVM-abc', ['dm-0', 'sdb1']);
    await block('dm-0', '253:0', 'CRYPT-LUKS1-0123-x', ['sda3']);
    await block('sdb1', '8:17', null);
    expect((await told())?.systemVolumeEncrypted).toBe(false);
  });
  test('is found by the name of the source where a file system has no device number', async () => {
    await mounted('0:30', '/dev/mapper/cr');
    await mkdir(join(root, 'dev/mapper'), { recursive: true });
    await symlink('../dm-0', join(root, 'dev/mapper/cr'));
    await block('dm-0', '253:0', 'CRYPT-PLAIN-cr', ['sda3']);
    expect(await told()).toMatchObject({ systemVolumeEncrypted: true, method: 'dm-crypt plain' });
  });
  test('does not comply where a policy asks for it and it is missing, and is unknown where nothing can be seen', async () => {
    const policy = () => ({ encryption: { systemVolumeRequired: true } });
    await mounted('8:1', '/dev/sda1');
    expect(await told({ policy })).toEqual({ systemVolumeEncrypted: null, method: null, result: null });
    await block('sda1', '8:1', null);
    expect(await told({ policy })).toEqual({ systemVolumeEncrypted: false, method: null, result: 'not-supported' });
    expect((await told())?.result).toBeNull();
  });
});

describe('hardware', () => {
  test('is what firmware and kernel tell, without fillers and virtual disks', async () => {
    await put('sys/class/dmi/id/sys_vendor', 'LENOVO\n');
    await put('sys/class/dmi/id/product_name', '20XW0044GE\n');
    await put('sys/class/dmi/id/product_serial', 'To be filled by O.E.M.\n');
    await put(
      'proc/cpuinfo',
      'processor\t: 0\nmodel name\t: Intel(R) Core(TM) i7\nflags\t: fpu vme\n\nprocessor\t: 1\nmodel name\t: Intel(R) Core(TM) i7\n',
    );
    await put('proc/meminfo', 'MemTotal:       16284716 kB\nMemFree: 1 kB\n');
    await put('sys/class/net/eth0/address', '52:54:00:aa:bb:cc\n');
    await put('sys/class/net/eth0/speed', '1000\n');
    await put('sys/class/net/eth0/device/vendor', '0x8086\n');
    await put('sys/class/net/wlan0/address', '52:54:00:aa:bb:cd\n');
    await put('sys/class/net/wlan0/speed', '-1\n');
    await put('sys/class/net/wlan0/device/vendor', '0x8086\n');
    await put('sys/class/net/docker0/address', '02:42:00:aa:bb:cc\n');
    await put('sys/block/nvme0n1/size', '1000215216\n');
    await put('sys/block/nvme0n1/device/model', 'SAMSUNG MZVL2512   \n');
    await put('sys/block/loop0/size', '8\n');
    expect(await hardware.collect(sources())).toEqual({
      vendor: 'LENOVO',
      model: '20XW0044GE',
      serialNumber: null,
      processor: 'Intel(R) Core(TM) i7',
      processorCores: 2,
      memoryBytes: 16284716 * 1024,
      virtualMachine: false,
      networkAdapters: [
        { name: 'eth0', macAddress: '52:54:00:aa:bb:cc', speedMbit: 1000 },
        { name: 'wlan0', macAddress: '52:54:00:aa:bb:cd', speedMbit: null },
      ],
      storage: [{ name: 'nvme0n1', model: 'SAMSUNG MZVL2512', sizeBytes: 1000215216 * 512 }],
    });
  });
  test('tells a virtual machine by its maker or by its processor', async () => {
    await put('proc/cpuinfo', 'processor\t: 0\nflags\t: fpu hypervisor lahf\n');
    expect((await hardware.collect(sources()))?.virtualMachine).toBe(true);
    await put('proc/cpuinfo', 'processor\t: 0\n');
    await put('sys/class/dmi/id/sys_vendor', 'VMware, Inc.\n');
    expect((await hardware.collect(sources()))?.virtualMachine).toBe(true);
  });
});

describe('incompatible applications', () => {
  const software = async () =>
    ['sophos-av', 'bash', 'esets'].map((name) => ({
      name,
      version: '1',
      source: 'dpkg' as const,
      arch: null,
      publisher: null,
      sizeBytes: null,
    }));
  test('are other scanners, or what the policy names instead', async () => {
    const names = async (more: Partial<FactSources> = {}) =>
      (await incompatibleApplications.collect(sources({ software, ...more })))?.map(({ name }) => name);
    expect(await names()).toEqual(['sophos-av', 'esets']);
    expect(await names({ policy: () => ({ incompatibleApplications: { names: ['BA*', 'b.sh'] } }) })).toEqual(['bash']);
    expect(await names({ policy: () => ({ incompatibleApplications: { names: [] } }) })).toEqual([]);
  });
});

describe('when updates were looked for', () => {
  test('is when apt last asked its servers, whatever times its lists carry; never is null', async () => {
    expect(await updatesSearchedAt.collect(sources())).toBeNull();
    await mkdir(join(root, 'var/lib/apt/lists/partial'), { recursive: true });
    expect(await updatesSearchedAt.collect(sources())).toBeNull();
    await put('var/lib/apt/lists/deb.example_dists_bookworm_InRelease', 'x');
    const at = new Date('2026-03-04T05:06:07Z');
    for (const path of ['var/lib/apt/lists', 'var/lib/apt/lists/partial']) await utimes(join(root, path), at, at);
    expect(await updatesSearchedAt.collect(sources())).toBe(at.toISOString());
  });
});
