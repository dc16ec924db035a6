import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keptLog, temporaryFolders } from './testing/folders.ts';
import { startWatch, type Watch, type WatchParts } from './watch.ts';

const folders = temporaryFolders();
let folder: string;
let scans: string[][];
let watch: Watch | undefined;

const start = async (more: Partial<WatchParts> = {}) => {
  watch = startWatch({
    folders: [folder],
    excluded: [],
    since: new Date(),
    scan: async (paths) => void scans.push(paths),
    logger: keptLog().logger,
    debounceMs: 60,
    ...more,
  });
  await until(() => watch?.state() === 'running');
};
const until = async (what: () => boolean) => {
  const end = performance.now() + 10_000;
  while (!what()) {
    if (performance.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((done) => setTimeout(done, 5));
  }
};
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

beforeEach(async () => {
  folder = await folders.make();
  scans = [];
});
afterEach(async () => {
  await watch?.stop();
  await folders.removeAll();
});

test('a file that is written in many pieces is scanned when it is quiet, not once a piece', async () => {
  await start({ debounceMs: 500 });
  for (let piece = 0; piece < 8; piece += 1) {
    await writeFile(join(folder, 'growing'), 'x'.repeat(piece));
    await pause(15);
  }
  await until(() => scans.length > 0);
  await pause(700);
  expect(scans.flat().every((path) => path === join(folder, 'growing'))).toBe(true);
  expect(scans.length).toBeLessThanOrEqual(2);
});

test('more changes than the queue holds make one scan of the whole folder, so that nothing is missed', async () => {
  await start({ mostQueued: 5 });
  for (let index = 0; index < 30; index += 1) await writeFile(join(folder, `f${index}`), 'x');
  await until(() => scans.flat().includes(folder));
});

test('a scan that failed is tried again with the same files', async () => {
  let failures = 2;
  await start({
    retryMs: 30,
    scan: async (paths) => {
      failures -= 1;
      if (failures >= 0) throw new Error('no engine');
      scans.push(paths);
    },
  });
  await writeFile(join(folder, 'a'), 'x');
  await until(() => scans.length > 0);
  expect(scans.flat()).toContain(join(folder, 'a'));
});

test('removed files are looked at too, new folders are watched, and excluded ones are not', async () => {
  const excluded = join(folder, 'cache');
  await mkdir(excluded);
  await writeFile(join(folder, 'old'), 'x');
  await start({ excluded: [excluded] });
  await writeFile(join(excluded, 'a'), 'x');
  await mkdir(join(folder, 'fresh'));
  await writeFile(join(folder, 'fresh/b'), 'x');
  await rm(join(folder, 'old'));
  await until(() => scans.flat().includes(join(folder, 'fresh/b')) && scans.flat().includes(join(folder, 'old')));
  expect(scans.flat().filter((path) => path.startsWith(excluded))).toEqual([]);
});

test('the first watch looks at all that is there, a later one only at what changed since', async () => {
  await writeFile(join(folder, 'old'), 'x');
  await start({ since: null });
  await until(() => scans.flat().includes(join(folder, 'old')));
  await watch?.stop();
  scans = [];
  await pause(20);
  const since = new Date();
  await pause(20);
  await writeFile(join(folder, 'new'), 'x');
  await start({ since });
  await until(() => scans.flat().includes(join(folder, 'new')));
  await pause(150);
  expect(scans.flat()).toEqual([join(folder, 'new')]);
});
