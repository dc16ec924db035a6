import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Mount } from './scanning/mounts.ts';
import { openSpool, type Spool } from './spool/index.ts';
import { keptLog, temporaryFolders } from './testing/folders.ts';
import { smallDisk } from './testing/full-disk.ts';
import { clip, type Threat, threatTypeOf } from './threat-events.ts';
import { decideAt, openThreats } from './threats.ts';

const folders = temporaryFolders();
const now = () => new Date('2026-03-04T05:06:07Z');
const engine = { product: 'Engine', name: 'An engine', version: '1', running: true };
const root: Mount = { device: '8:1', point: '/', type: 'ext4', source: '' };
let stateDir: string;
let files: string;
let spool: Spool;
let mounts: Mount[];
const size = { bytes: 1e6 };

const open = () =>
  openThreats({
    stateDir,
    spool,
    now,
    logger: keptLog().logger,
    onChange: () => undefined,
    mounts: async () => mounts,
  });
const fileAt = (path: string) => ({ path, raw: Buffer.from(path) });
const infected = (path: string) => ({ file: fileAt(path), verdict: { kind: 'infected' as const, threat: 'A.Virus' } });
const spooled = async () => (await spool.peek(1000, 1e9)).map(({ type }) => type);

beforeEach(async () => {
  stateDir = await folders.make();
  files = await folders.make();
  mounts = [root];
  size.bytes = 1e6;
  const folder = join(stateDir, 'spool');
  await mkdir(folder);
  spool = await openSpool({ folder, limitBytes: 1e6, now, logger: keptLog().logger, disk: smallDisk(folder, size) });
});
afterEach(async () => {
  await spool.close();
  await folders.removeAll();
});

test('a file on a disk that is no longer mounted is unknown, not deleted', async () => {
  mounts = [root, { device: '8:2', point: files, type: 'ext4', source: '' }];
  const threats = await open();
  const path = join(files, 'bad');
  await writeFile(path, 'x');
  await threats.observe([infected(path)], engine, 'scan');
  await rm(path);
  mounts = [root];
  expect(await threats.checkGone()).toBe(0);
  mounts = [root, { device: '8:2', point: files, type: 'ext4', source: '' }];
  expect(await threats.checkGone()).toBe(1);
  expect(await spooled()).toEqual(['GNRL_EV_VIRUS_FOUND', 'GNRL_EV_OBJECT_DELETED']);
});

test('a find for which the spool had no room is told when there is room, also after a restart', async () => {
  const threats = await open();
  const path = join(files, 'bad');
  await writeFile(path, 'x');
  size.bytes = 0;
  await threats.observe([infected(path)], engine, 'scan');
  expect(await spooled()).toEqual([]);
  expect(threats.active()).toHaveLength(1);
  const again = await open();
  expect(await spooled()).toEqual([]);
  size.bytes = 1e6;
  await again.retry();
  await again.retry();
  expect(await spooled()).toEqual(['GNRL_EV_VIRUS_FOUND']);
  expect(spool.stats().dropped).toEqual({ info: 0, other: 0 }); // late is not lost
});

test('an error or an unreadable file changes nothing about a known threat', async () => {
  const threats = await open();
  const path = join(files, 'bad');
  await writeFile(path, 'x');
  await threats.observe([infected(path)], engine, 'scan');
  await threats.observe([{ file: fileAt(path), verdict: { kind: 'error', reason: 'crash' } }], engine, 'scan');
  await threats.observe([{ file: fileAt(path), verdict: { kind: 'unreadable', reason: 'EACCES' } }], engine, 'scan');
  expect(threats.active()).toHaveLength(1);
  expect(await spooled()).toEqual(['GNRL_EV_VIRUS_FOUND']);
});

const threat = (over: Partial<Threat>): Threat => ({
  uid: 'u',
  path: '/p',
  sha256: 'h',
  threat: 'T',
  owner: null,
  foundAt: now().toISOString(),
  mountPoint: '/',
  engine,
  method: 'scan',
  ...over,
});

describe('what is new at a path', () => {
  test('the same content under the same name is no news', () => {
    expect(decideAt([threat({ uid: 'old' })], threat({ uid: 'new' }))).toEqual([]);
  });
  test('the same content under another name keeps its uid', () => {
    expect(decideAt([threat({ uid: 'old' })], threat({ uid: 'new', threat: 'Better.Name' }))).toMatchObject([
      { found: { uid: 'old', threat: 'Better.Name' } },
    ]);
  });
  test('a file that could not be hashed is not found again and again', () => {
    expect(decideAt([threat({})], threat({ uid: 'new', sha256: null }))).toEqual([]);
  });
  test('clean ends everything that was known there', () => {
    expect(decideAt([threat({})], 'clean')).toMatchObject([{ resolution: 'cured' }]);
  });
});

test('threat names get the type number of the field', () => {
  expect(
    ['Win.Trojan.Agent-1', 'Eicar-Test-Signature', 'PUA.Linux.Miner', 'Html.Phishing.X', 'Foo.Bar'].map(threatTypeOf),
  ).toEqual([61, 60, 65, 70, 0]);
});

test('however long a path is, what is sent of it fits and keeps beginning and end', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2000 }), fc.integer({ min: 10, max: 600 }), (text, most) => {
      const short = clip(text, most);
      expect(short.length).toBeLessThanOrEqual(most);
      if (text.length > most)
        expect([text.startsWith(short.slice(0, 4)), text.endsWith(short.slice(-4))]).toEqual([true, true]);
      else expect(short).toBe(text);
    }),
  );
});
