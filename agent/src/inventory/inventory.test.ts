import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SoftwareItem } from '@gatehouse/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runProgram } from '../scanners/run-program.ts';
import { temporaryFolders } from '../testing/folders.ts';
import { installedSoftware } from './installed.ts';

const folders = temporaryFolders();
let root: string;
beforeEach(async () => {
  root = await folders.make();
});
afterEach(() => folders.removeAll());
const put = async (path: string, text: string) => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};

const DPKG = `Package: bash
Essential: yes
Status: install ok installed
Installed-Size: 7164
Maintainer: Matthias Klose <doko@debian.org>
Architecture: amd64
Version: 5.2.15-2+b8
Description: GNU Bourne Again SHell
 Bash is an sh-compatible command language interpreter
 .
 Version: not a field

Package: old-thing
Status: deinstall ok config-files
Architecture: all
Version: 1.0

Package: libc6
Status: install ok installed
Architecture: i386
Version: 2.36-9
`;

describe('the list of software', () => {
  test('is what every manager of the system knows, in the order of names', async () => {
    await put('var/lib/dpkg/status', DPKG);
    await put('usr/bin/rpm', '');
    await put('var/lib/flatpak/.changed', '');
    await put('var/lib/snapd/snaps/x.snap', '');
    const answers: Record<string, string> = {
      rpm: 'openssl\t1\t3.0.7-16.el9\tx86_64\tRed Hat, Inc.\t1234\ngpg-pubkey\t0\tfd431d51-4ae0493b\t(none)\t(none)\t0\n',
      flatpak:
        'org.gimp.GIMP\tGNU Image Manipulation Program\t2.10.34\tx86_64\tflathub\norg.x.Y\tY\t\tx86_64\tflathub\n',
      snap: 'Name    Version   Rev    Tracking       Publisher   Notes\ncore22  20230801  864    latest/stable  canonical✓  base\n',
    };
    const run = async (program: string) => ({ exitCode: 0, stdout: answers[program] ?? '', stderr: '' });
    const found = await installedSoftware({ root, run })();
    expect(found.map((item) => SoftwareItem.parse(item))).toEqual([
      {
        source: 'dpkg',
        name: 'bash',
        version: '5.2.15-2+b8',
        arch: 'amd64',
        publisher: 'Matthias Klose',
        sizeBytes: 7164 * 1024,
      },
      { source: 'snap', name: 'core22', version: '20230801', arch: null, publisher: 'canonical', sizeBytes: null },
      { source: 'dpkg', name: 'libc6', version: '2.36-9', arch: 'i386', publisher: null, sizeBytes: null },
      {
        source: 'rpm',
        name: 'openssl',
        version: '1:3.0.7-16.el9',
        arch: 'x86_64',
        publisher: 'Red Hat, Inc.',
        sizeBytes: 1234,
      },
      {
        source: 'flatpak',
        name: 'org.gimp.GIMP',
        version: '2.10.34',
        arch: 'x86_64',
        publisher: 'flathub',
        sizeBytes: null,
      },
      { source: 'flatpak', name: 'org.x.Y', version: '-', arch: 'x86_64', publisher: 'flathub', sizeBytes: null },
    ]);
  });

  test('is asked for again only when something was installed or removed', async () => {
    await put('var/lib/dpkg/status', DPKG);
    await put('usr/bin/rpm', '');
    let asked = 0;
    const software = installedSoftware({
      root,
      run: async () => {
        asked += 1;
        return { exitCode: 0, stdout: '', stderr: '' };
      },
    });
    expect((await software()).length).toBe(2);
    await software();
    expect(asked).toBe(1);
    await put('var/lib/dpkg/status', DPKG.split('\n\n')[0] ?? '');
    await utimes(join(root, 'var/lib/dpkg/status'), new Date(0), new Date(0));
    expect((await software()).length).toBe(1);
    expect(asked).toBe(2);
  });

  test('is not told by halves when a manager does not answer', async () => {
    await put('var/lib/dpkg/status', DPKG);
    await put('usr/bin/rpm', '');
    const run = async () => ({ exitCode: 1, stdout: '', stderr: 'error: database is locked' });
    await expect(installedSoftware({ root, run })()).rejects.toThrow('rpm ended with 1: error: database is locked');
  });

  test.skipIf(process.platform !== 'linux')('is read on this very machine', async () => {
    const found = await installedSoftware({ root: '/', run: runProgram })();
    for (const item of found) expect(SoftwareItem.parse(item)).toEqual(item);
    expect(found.length).toBeGreaterThan(0);
  });
});
