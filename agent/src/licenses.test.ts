import { afterEach, beforeEach, expect, it } from 'vitest';
import { startAgent } from './agent.ts';
import { openLicenses } from './licenses.ts';
import { keptLog, temporaryFolders } from './testing/folders.ts';
import { startServerStandIn } from './testing/server-stand-in.ts';

const folders = temporaryFolders();
let stateDir: string;
let at: Date;
let told: number;
beforeEach(async () => {
  stateDir = await folders.make();
  at = new Date('2026-03-04T12:00:00.000Z');
  told = 0;
});
afterEach(() => folders.removeAll());

const open = () =>
  openLicenses({
    stateDir,
    now: () => at,
    logger: keptLog().logger,
    onChange: () => {
      told += 1;
    },
  });
const key = (serialNumber: string, expiresAt: string | null, productName = 'Gatehouse endpoint') => ({
  ...{ serialNumber, expiresAt, productName },
});
const active = (licenses: Awaited<ReturnType<typeof openLicenses>>) =>
  licenses.held().map(({ serialNumber, isActive }) => (isActive ? `*${serialNumber}` : serialNumber));

it('takes keys of our product, in their order, tells what it holds, and keeps it over a restart', async () => {
  const licenses = await open();
  expect(licenses.status()).toEqual({ state: 'none', serialNumber: null, expiresAt: null, reserve: 0 });
  const given = [key('A', '2026-04-01T00:00:00.000Z'), key('B', null), key('MAIL', null, 'Mail shield')];
  await licenses.take(given);
  expect(active(licenses)).toEqual(['*A', 'B']);
  const [first] = licenses.held();
  at = new Date('2026-03-05T00:00:00.000Z');
  const again = await open();
  await again.take(given);
  expect(again.held()[0]).toEqual(first);
  expect(again.status()).toMatchObject({ state: 'valid', serialNumber: 'A', reserve: 1 });
  // The same list twice is no news.
  expect(told).toBe(1);
});

it('goes over to the reserve key at the end of the active one, and says so when none is left', async () => {
  const licenses = await open();
  await licenses.take([key('A', '2026-03-10T00:00:00.000Z'), key('B', '2026-03-20T00:00:00.000Z')]);
  at = new Date('2026-03-10T00:00:00.000Z');
  expect(active(licenses)).toEqual(['A', '*B']);
  expect(licenses.status()).toMatchObject({ state: 'valid', serialNumber: 'B', reserve: 0 });
  at = new Date('2026-03-21T00:00:00.000Z');
  expect(licenses.status()).toMatchObject({ state: 'expired', serialNumber: 'A' });
  expect(active(licenses)).toEqual(['*A', 'B']);
});

it('gives up what it is no longer to hold; where the server says nothing, all stays', async () => {
  const licenses = await open();
  await licenses.take([key('A', null)]);
  await licenses.take(undefined);
  expect(active(licenses)).toEqual(['*A']);
  await licenses.take([]);
  expect([licenses.held(), licenses.status().state]).toEqual([[], 'none']);
  expect((await open()).held()).toEqual([]);
});

it('a key that the server gives is told as held at once, is shown, and outlives the agent', async () => {
  const server = await startServerStandIn();
  server.setLicenses([key('A', null)]);
  const start = () =>
    startAgent({
      serverUrl: server.url,
      stateDir,
      token: 'enrol-me',
      scanner: null,
      backoff: { firstMs: 20, mostMs: 200 },
    });
  const agent = await start();
  try {
    await agent.whenIdle();
    expect(server.syncs.map(({ licenses }) => licenses?.length)).toEqual([0, 1]);
    expect(server.syncs.at(-1)?.licenses).toMatchObject([{ serialNumber: 'A', isActive: true }]);
    expect(agent.status().license).toMatchObject({ state: 'valid', serialNumber: 'A' });
  } finally {
    await agent.stop();
  }
  const again = await start();
  try {
    await again.whenIdle();
    expect(server.syncs).toHaveLength(3);
    expect(server.syncs[2]?.licenses).toEqual(server.syncs[1]?.licenses);
  } finally {
    await again.stop();
    await server.stop();
  }
});
