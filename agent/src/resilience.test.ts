import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AgentOptions, type RunningAgent, startAgent } from './agent.ts';
import { serverClock } from './clock.ts';
import { temporaryFolders } from './testing/folders.ts';
import { type ServerStandIn, startServerStandIn } from './testing/server-stand-in.ts';
import { evilScanner } from './testing/stand-in-scanner.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const folders = temporaryFolders();
let server: ServerStandIn;
let stateDir: string;
let files: string;
/** How far the device's clock is turned on. */
let turnedMs: number;
const running: RunningAgent[] = [];

const start = async (more: Partial<AgentOptions> = {}): Promise<RunningAgent> => {
  const agent = await startAgent({
    serverUrl: server.url,
    stateDir,
    token: 'enrol-me',
    scanner: evilScanner(),
    backoff: { firstMs: 20, mostMs: 200 },
    pollWaitSeconds: 1,
    clock: () => new Date(Date.now() + turnedMs),
    ...more,
  });
  running.push(agent);
  return agent;
};
const finds = async (agent: RunningAgent, name: string) => {
  await writeFile(join(files, name), `evil ${name}`);
  await agent.scanNow([join(files, name)]);
};
const found = () => server.of('GNRL_EV_VIRUS_FOUND').map(({ params }) => params?.['2']?.split('/').at(-1));

beforeEach(async () => {
  server = await startServerStandIn();
  [stateDir, files, turnedMs] = [await folders.make(), await folders.make(), 0];
});
afterEach(async () => {
  for (const agent of running.splice(0)) await agent.stop();
  await server.stop();
  await folders.removeAll();
  expect(server.complaints).toEqual([]);
});

test('a device that is away for seven days tells all of it afterwards, in order and with the right times', async () => {
  const begin = Date.now();
  let agent = await start();
  await agent.whenIdle();
  await server.goAway();
  const names: string[] = [];
  for (let day = 0; day < 7; day += 1) {
    for (const part of ['morning', 'evening']) {
      turnedMs += DAY_MS / 2;
      names.push(`day-${day}-${part}`);
      await finds(agent, names.at(-1) ?? '');
    }
    // A laptop is switched off at night.
    await agent.stop();
    running.splice(0);
    agent = await start();
  }
  await server.comeBack();
  // Whoever brings it home sets no clock: the test's server lives in the same week.
  server.setClockAheadMs(turnedMs);
  await agent.whenIdle();
  expect(found()).toEqual(names);
  const times = server.of('GNRL_EV_VIRUS_FOUND').map(({ riseTime }) => Date.parse(riseTime) - begin);
  times.forEach((afterMs, index) => {
    expect(Math.abs(afterMs - (index + 1) * (DAY_MS / 2))).toBeLessThan(60_000);
  });
  expect(agent.status().spool).toMatchObject({ events: 0, lost: 0 });
});

describe('a device whose clock is three hours wrong', () => {
  test.each([
    ['slow', 3 * HOUR_MS],
    ['fast', -3 * HOUR_MS],
  ])('(too %s) tells the times of its server, also after a restart without one', async (_how, aheadMs) => {
    server.setClockAheadMs(aheadMs);
    let agent = await start();
    await agent.whenIdle();
    await finds(agent, 'first');
    await agent.whenIdle();
    await server.goAway();
    await agent.stop();
    running.splice(0);
    agent = await start();
    await finds(agent, 'second');
    await server.comeBack();
    await agent.whenIdle();
    expect(found()).toEqual(['first', 'second']);
    for (const { riseTime } of server.of('GNRL_EV_VIRUS_FOUND')) {
      expect(Math.abs(Date.parse(riseTime) - (Date.now() + aheadMs))).toBeLessThan(30_000);
    }
    const lastScanAt = Date.parse(server.syncs.at(-1)?.lastScanAt ?? '');
    expect(Math.abs(lastScanAt - (Date.now() + aheadMs))).toBeLessThan(30_000);
  });

  test('goes by its own clock again when that was set right, and not for a second of difference', () => {
    const clock = serverClock(() => new Date(0), 3 * HOUR_MS);
    expect(clock.now().getTime()).toBe(3 * HOUR_MS);
    clock.learn(1_200);
    expect(clock.now().getTime()).toBe(0);
    clock.learn(-7_200_000);
    expect(clock.now().getTime()).toBe(-7_200_000);
  });
});

test('a spool that runs full while the server is away drops the oldest, says how many, and keeps the order', async () => {
  const agent = await start({ spoolLimitBytes: 20_000 });
  await agent.whenIdle();
  await server.goAway();
  const names = Array.from({ length: 60 }, (_, index) => `object-${index}`);
  for (const name of names) await finds(agent, name);
  await server.comeBack();
  await agent.whenIdle();
  const told = found();
  expect(told.length).toBeGreaterThan(10);
  // A gapless rest: what is missing is the beginning.
  expect(told).toEqual(names.slice(names.length - told.length));
  const [overflow] = server.of('GATEHOUSE_AGENT_SPOOL_OVERFLOW');
  expect(Number(overflow?.params?.['1'])).toBe(names.length - told.length);
});

test('a server restored from an older state goes on with what happens from then on, nothing twice, and hears the software anew', async () => {
  server.askForInventory();
  const agent = await start({ syncSeconds: 1 });
  await finds(agent, 'before');
  await agent.whenIdle();
  const restore = server.backUp();
  server.askForInventory();
  await rm(join(files, 'before'));
  await finds(agent, 'lost with the server');
  await agent.whenIdle();
  const { deviceId } = agent;

  await server.goAway();
  restore();
  server.askForInventory();
  await finds(agent, 'while it was away');
  await server.comeBack();
  await finds(agent, 'after');
  await agent.whenIdle();
  expect(agent.deviceId).toBe(deviceId);
  expect(found()).toEqual(['before', 'while it was away', 'after']);
  const end = performance.now() + 10_000;
  while (!server.inventory() && performance.now() < end) await new Promise((done) => setTimeout(done, 50));
  expect(server.inventory()?.software.length).toBeGreaterThan(0);
});

test('a server restored to before this device enrolled gives it a new key for its token, and hears what is in the spool', async () => {
  const restore = server.backUp();
  const agent = await start();
  await agent.whenIdle();
  await server.goAway();
  restore();
  await finds(agent, 'kept');
  await server.comeBack();
  await agent.whenIdle();
  expect(found()).toEqual(['kept']);
  expect(agent.status().enrolment).toBe('enrolled');
});
