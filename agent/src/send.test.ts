import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BackoffSettings, waitMs } from './backoff.ts';
import { connection } from './connection.ts';
import { identityFile } from './identity.ts';
import { sender } from './send.ts';
import { serverClient } from './server-client.ts';
import { type NewEvent, openSpool, type Spool } from './spool/index.ts';
import { keptLog, temporaryFolders } from './testing/folders.ts';
import { type ServerStandIn, startServerStandIn } from './testing/server-stand-in.ts';

const folders = temporaryFolders();
const quick: BackoffSettings = { firstMs: 10, mostMs: 60 };
let server: ServerStandIn;
let folder: string;
let spool: Spool;
let stop: () => Promise<void> = async () => undefined;

const event = (mark: string): NewEvent => ({
  type: 'TEST',
  riseTime: '2026-01-02T03:04:05Z',
  severity: 2,
  params: { 1: mark },
});
const start = async (mostEvents?: number, backoff = quick) => {
  const { logger } = keptLog();
  const client = serverClient({ serverUrl: server.url });
  const link = connection({
    client,
    identity: await identityFile(folder, 'machine-1'),
    serverUrl: server.url,
    token: 'enrol-me',
    hostname: () => 'host',
    logger,
  });
  const stopping = new AbortController();
  const sending = sender({
    spool,
    connection: link,
    rejectedFolder: join(folder, 'rejected'),
    backoff,
    random: () => 0.5,
    now: () => new Date(0),
    logger,
    ...(mostEvents ? { mostEvents } : {}),
  });
  const running = sending.run(stopping.signal);
  stop = async () => {
    stopping.abort();
    await running;
    client.close();
  };
  return sending;
};
const allSent = async () => {
  const end = performance.now() + 10_000;
  while (spool.stats().events > 0) {
    if (performance.now() > end) throw new Error('not sent in time');
    await new Promise((done) => setTimeout(done, 5));
  }
};
const marks = () => server.stored.map(({ params }) => params?.['1']);

beforeEach(async () => {
  server = await startServerStandIn();
  folder = await folders.make();
  spool = await openSpool({
    folder: join(folder, 'spool'),
    limitBytes: 1e7,
    now: () => new Date(0),
    logger: keptLog().logger,
  });
});
afterEach(async () => {
  await stop();
  await spool.close();
  await server.stop();
  await folders.removeAll();
  expect(server.complaints).toEqual([]);
});

describe('sending', () => {
  test('keeps the order over many batches', async () => {
    const sent = Array.from({ length: 95 }, (_, index) => String(index));
    await Promise.all(sent.map((mark) => spool.append(event(mark))));
    await start(10);
    await allSent();
    expect(marks()).toEqual(sent);
    expect(Math.max(...server.batches)).toBe(10);
  });

  test('sends again after a lost reply, an error page, a hang-up and a busy server, and nothing is stored twice', async () => {
    server.failNext(
      '/agent/v1/events',
      { kind: 'lost-reply' },
      { kind: 'status', status: 502, text: '<html>bad gateway</html>' },
      { kind: 'status', status: 200, text: '<html>welcome to the hotel</html>' },
      { kind: 'status', status: 404, text: 'no such site' },
      { kind: 'hang-up' },
      { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
    );
    for (const mark of ['a', 'b', 'c']) await spool.append(event(mark));
    await start();
    await allSent();
    expect(marks()).toEqual(['a', 'b', 'c']);
    expect(server.requests.filter((each) => each.endsWith('/events'))).toHaveLength(7);
  });

  test('waits as long as a busy server asks', async () => {
    server.failNext('/agent/v1/events', { kind: 'status', status: 429, headers: { 'retry-after': '1' } });
    await spool.append(event('a'));
    const before = performance.now();
    await start();
    await allSent();
    expect(performance.now() - before).toBeGreaterThan(950);
  });

  test('sets aside the one event that the server refuses, with the reason, and sends all others in order', async () => {
    server.poison(({ params }) => params?.['1'] === '33' || params?.['1'] === '34');
    const all = Array.from({ length: 80 }, (_, index) => String(index));
    await Promise.all(all.map((mark) => spool.append(event(mark))));
    const sending = await start(64);
    await allSent();
    expect(marks()).toEqual(all.filter((mark) => mark !== '33' && mark !== '34'));
    expect(sending.status().rejectedEvents).toBe(2);
    const [name, ...more] = await readdir(join(folder, 'rejected'));
    expect(more).toEqual([]);
    const lines = (await readFile(join(folder, 'rejected', name ?? ''), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { status: 400, problem: { code: 'events.invalid' }, event: { params: { 1: '33' } } },
      { status: 400, problem: { code: 'events.invalid' }, event: { params: { 1: '34' } } },
    ]);
  });

  test('begins a new epoch when the server knows later numbers than this spool ever gave, and loses nothing', async () => {
    await spool.append(event('first'));
    const { epoch } = spool.stats();
    // What a state folder put back from an older copy looks like: the server has later numbers of the same epoch.
    server.pretendToHave(epoch, 50);
    await start();
    await allSent();
    expect(spool.stats().epoch).not.toBe(epoch);
    expect(marks()).toEqual(['first']);
  });
});

test('the wait doubles up to the most, is spread at random, and is never shorter than asked', () => {
  const settings = { firstMs: 1000, mostMs: 300_000 };
  expect([1, 2, 3, 20].map((failures) => waitMs(failures, settings, 1, null))).toEqual([1000, 2000, 4000, 300_000]);
  expect(waitMs(3, settings, 0, null)).toBe(2000);
  expect(waitMs(1, settings, 0, 60_000)).toBe(60_000);
});
