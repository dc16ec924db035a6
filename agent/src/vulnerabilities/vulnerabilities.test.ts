import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeviceFacts, type Vulnerability } from '@gatehouse/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installedSoftware } from '../inventory/index.ts';
import { runProgram } from '../scanners/run-program.ts';
import { temporaryFolders } from '../testing/folders.ts';
import { parseAptSimulation } from './apt.ts';
import { parseDnfUpdateinfo, splitNevra } from './dnf.ts';
import { openLastSearch } from './last-search.ts';
import { searchVulnerabilities, summarized } from './search.ts';
import { parseZypperPatches } from './zypper.ts';

const folders = temporaryFolders();
let root: string;
beforeEach(async () => {
  root = await folders.make();
  await mkdir(join(root, 'usr/bin'), { recursive: true });
});
afterEach(() => folders.removeAll());

const recorded = (name: string) => readFile(join(import.meta.dirname, 'recorded', name), 'utf8');
const never = new AbortController().signal;
const now = () => new Date('2026-03-04T05:06:07Z');
const answering = (stdout: string, exitCode = 0, stderr = '') => {
  const asked: string[] = [];
  const run = async (program: string, args: string[]) => {
    asked.push([program, ...args].join(' '));
    return { exitCode, stdout, stderr };
  };
  return { asked, run };
};
const search = (told: ReturnType<typeof answering>, installed: { name: string; version: string }[] = []) =>
  searchVulnerabilities({ root, run: told.run, installed: async () => installed, now }, never);

describe('pending security updates', () => {
  test('are those of apt that come from a security archive, with the version that mends them', async () => {
    expect(parseAptSimulation(await recorded('apt-debian-12.txt'))).toEqual(
      [
        ['libgcrypt20', '1.10.1-3', '1.10.1-3+deb12u1'],
        ['liblzma5', '5.4.1-1', '5.4.1-1+deb12u2'],
        ['apt', '2.6.1', '2.6.2'],
        ['python3-jwt', '2.6.0-1', '2.6.0-1+deb12u1'],
        ['unzip', '6.0-28', '6.0-28+deb12u1'],
      ].map(([software, installedVersion, fixedVersion]) => ({
        id: software,
        level: 'high',
        software,
        installedVersion,
        fixedVersion,
      })),
    );
  });

  test('are known by the names that Ubuntu gives its archives, and a new package is none', () => {
    const found = parseAptSimulation(
      [
        'Inst openssl [3.0.2-0ubuntu1.10] (3.0.2-0ubuntu1.15 Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security [amd64])',
        'Inst imagemagick [8:6.9] (8:6.10 UbuntuESMApps:22.04/jammy-apps-security [amd64])',
        'Inst vim [2:8.2] (2:8.3 Ubuntu:22.04/jammy-updates [amd64])',
        'Inst linux-image-5.15.0-101-generic (5.15.0-101.111 Ubuntu:22.04/jammy-security [amd64])',
      ].join('\n'),
    );
    expect(found.map(({ software }) => software)).toEqual(['openssl', 'imagemagick']);
  });

  test('are the security advisories of dnf 4 and 5 by their grade; what is low or no security is left out', async () => {
    const short = (found: Vulnerability[]) =>
      found.map(({ id, level, software, fixedVersion }) => [id, level, software, fixedVersion]);
    expect(short(parseDnfUpdateinfo(await recorded('dnf-4.txt')))).toEqual([
      ['RHSA-2023:3722', 'medium', 'openssl', '1:3.0.7-16.el9_2'],
      ['RHSA-2023:3722', 'medium', 'openssl-libs', '1:3.0.7-16.el9_2'],
      ['RHSA-2023:4377', 'high', 'kernel-core', '5.14.0-284.25.1.el9_2'],
      ['RHSA-2023:5214', 'critical', 'libwebp', '1.2.0-7.el9_2'],
    ]);
    expect(short(parseDnfUpdateinfo(await recorded('dnf-5.txt')))).toEqual([
      ['FEDORA-2024-2e27372d4c', 'medium', 'openssl', '1:3.1.4-3.fc39'],
      ['FEDORA-2024-8f1c3b0d55', 'high', 'less', '633-3.fc39'],
      ['FEDORA-2024-d02c7bb266', 'critical', 'xz-libs', '5.4.4-2.fc39'],
    ]);
    expect(splitNevra('java-17-openjdk-0:17.0.7.0.7-3.el9.x86_64')).toEqual({
      name: 'java-17-openjdk',
      version: '17.0.7.0.7-3.el9',
    });
  });

  test('are the patches that zypper needs, by number and grade', async () => {
    expect(parseZypperPatches(await recorded('zypper.txt')).map(({ id, level }) => [id, level])).toEqual([
      ['CVE-2023-2650', 'high'],
      ['CVE-2022-4304', 'high'],
      ['CVE-2023-4863', 'critical'],
    ]);
    expect(parseZypperPatches('No updates found.\n')).toEqual([]);
  });

  test('come gravest first, all counted, and the first 200 named', () => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      id: `CVE-${index}`,
      level: index === 299 ? ('critical' as const) : ('medium' as const),
      software: 'x',
      installedVersion: '1',
      fixedVersion: null,
    }));
    const { counts, items } = summarized([...many, ...many], now());
    expect(counts).toEqual({ critical: 1, high: 0, medium: 299 });
    expect(items).toHaveLength(200);
    expect(items[0]?.id).toBe('CVE-299');
  });
});

describe('a search', () => {
  test('asks the manager of packages that the system has, and fills in what is installed', async () => {
    await writeFile(join(root, 'usr/bin/dnf'), '');
    const told = answering(await recorded('dnf-5.txt'));
    const found = await search(told, [{ name: 'less', version: '632-1.fc39' }]);
    expect(told.asked).toEqual(['dnf --quiet updateinfo list --security']);
    expect(found.counts).toEqual({ critical: 1, high: 1, medium: 1 });
    expect(found.items.find(({ software }) => software === 'less')?.installedVersion).toBe('632-1.fc39');
    expect(DeviceFacts.shape.vulnerabilities.parse(found)).toEqual(found);
  });

  test('says whether the updates come by themselves: unattended upgrades that are on', async () => {
    await writeFile(join(root, 'usr/bin/apt-get'), '');
    await writeFile(join(root, 'usr/bin/unattended-upgrade'), '');
    await mkdir(join(root, 'etc/apt/apt.conf.d'), { recursive: true });
    const assigned = async () =>
      (await search(answering(await recorded('apt-debian-12.txt')))).items.map(({ updateAssigned }) => updateAssigned);
    expect(new Set(await assigned())).toEqual(new Set([false]));
    await writeFile(join(root, 'etc/apt/apt.conf.d/20auto-upgrades'), 'APT::Periodic::Unattended-Upgrade "1";\n');
    expect(new Set(await assigned())).toEqual(new Set([true]));
    await writeFile(join(root, 'etc/apt/apt.conf.d/99off'), 'APT::Periodic::Unattended-Upgrade "0";\n');
    expect(new Set(await assigned())).toEqual(new Set([false]));
  });

  test('that fails says why, and what an earlier one found stays, also over a restart', async () => {
    const stateDir = await folders.make();
    await writeFile(join(root, 'usr/bin/apt-get'), '');
    let told = answering(await recorded('apt-debian-12.txt'));
    const open = () => openLastSearch(stateDir, () => search(told));
    const first = await open();
    expect(first.last()).toBeNull();
    await first.search(never);
    told = answering('', 100, 'W: one\nE: The package lists are broken.\n');
    await expect(first.search(never)).rejects.toThrow('apt-get ended with 100: E: The package lists are broken.');
    expect((await open()).last()?.counts.high).toBe(5);
  });

  test('says that there is nobody to ask where no manager of packages is known', async () => {
    await expect(search(answering(''))).rejects.toMatchObject({ code: 'agent.vulnerability_search_failed' });
  });

  test.skipIf(process.platform !== 'linux')('runs on this very machine', async () => {
    const parts = { root: '/', run: runProgram, installed: installedSoftware({ root: '/', run: runProgram }), now };
    const found = await searchVulnerabilities(parts, AbortSignal.timeout(50_000));
    expect(DeviceFacts.shape.vulnerabilities.parse(found)).toEqual(found);
    expect(found.items.every(({ software, installedVersion }) => software !== '' && installedVersion !== '')).toBe(
      true,
    );
  });
});
