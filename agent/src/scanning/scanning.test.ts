import { spawnSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryFolders } from '../testing/folders.ts';
import { holdsLocalFiles, isDisk, isWithin, mountPointOf, parseMountInfo } from './mounts.ts';
import { openRegular } from './open-regular.ts';
import { userNameOf } from './owner.ts';
import { walk } from './walk.ts';

const folders = temporaryFolders();
let folder: string;
beforeEach(async () => {
  folder = await folders.make();
});
afterEach(() => folders.removeAll());

const walked = async (roots: string[], excluded: string[] = []) => {
  const found = [];
  for await (const each of walk(roots, excluded))
    found.push(each.kind === 'file' ? each.file.path : `${each.kind} ${each.path}`);
  return found.sort();
};

test('a walk meets every regular file once: no links, no pipes, nothing excluded, missing beginnings told', async () => {
  await mkdir(join(folder, 'a/b'), { recursive: true });
  await mkdir(join(folder, 'skip'));
  for (const name of ['a/b/one', 'two', 'skip/three', 'skipped-not']) await writeFile(join(folder, name), '');
  await symlink(folder, join(folder, 'a/loop'));
  spawnSync('mkfifo', [join(folder, 'pipe')]);
  const expected = [
    join(folder, 'a/b/one'),
    join(folder, 'skipped-not'),
    join(folder, 'two'),
    `missing ${join(folder, 'gone')}`,
  ];
  expect(await walked([folder, join(folder, 'gone')], [join(folder, 'skip')])).toEqual(expected.sort());
});

test.skipIf(process.getuid?.() === 0)('a folder that may not be read is told as unreadable', async () => {
  await mkdir(join(folder, 'locked'));
  await chmod(join(folder, 'locked'), 0);
  expect(await walked([folder])).toEqual([`unreadable ${join(folder, 'locked')}`]);
  await chmod(join(folder, 'locked'), 0o700);
});

test('a link or a pipe that took a file’s place is not opened, and nothing waits for it', async () => {
  await writeFile(join(folder, 'file'), 'x');
  await symlink(join(folder, 'file'), join(folder, 'link'));
  spawnSync('mkfifo', [join(folder, 'pipe')]);
  const kinds = [];
  for (const name of ['file', 'link', 'pipe', 'gone']) {
    const opened = await openRegular(join(folder, name));
    if (opened.ok) await opened.handle.close();
    kinds.push(opened.ok);
  }
  expect(kinds).toEqual([true, false, false, false]);
});

test('mounts are read with their escaped names, and a path belongs to the longest of them', () => {
  const mounts = parseMountInfo(
    [
      '25 1 8:1 / / rw - ext4 /dev/sda1 rw',
      '30 25 8:2 / /mnt/my\\040disk rw,nosuid shared:1 - xfs /dev/sdb rw',
      '31 25 0:5 / /proc rw - proc proc rw',
      '',
    ].join('\n'),
  );
  expect(mounts.map(({ point }) => point)).toEqual(['/', '/mnt/my disk', '/proc']);
  expect(mountPointOf('/mnt/my disk/x', mounts)).toBe('/mnt/my disk');
  expect(mountPointOf('/mnt/my diskette', mounts)).toBe('/');
  expect(mounts.map(isDisk)).toEqual([true, true, false]);
  const kinds = ['tmpfs', 'nfs4', 'fuse.sshfs', 'fuse.ntfs-3g', 'fuseblk', 'overlay'];
  expect(kinds.map((type) => holdsLocalFiles({ device: '', point: '/x', type, source: '' }))).toEqual([
    true,
    false,
    false,
    true,
    true,
    true,
  ]);
});

test('a folder holds itself and what is below, not what merely begins like it', () => {
  expect(['/a', '/a/b', '/ab', '/'].map((path) => isWithin(path, '/a'))).toEqual([true, true, false, false]);
  expect(isWithin('/anything', '/')).toBe(true);
});

test('users have names, unknown ones their number', async () => {
  expect(await userNameOf(0)).toBe('root');
  expect(await userNameOf(4_000_000_001)).toBe('uid 4000000001');
});
