import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentSchedule } from '@gatehouse/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AgentOptions, type RunningAgent, startAgent } from '../agent.ts';
import { runCli } from '../cli.ts';
import { loggerOf } from '../log.ts';
import { temporaryFolders } from '../testing/folders.ts';
import { type ServerStandIn, startServerStandIn } from '../testing/server-stand-in.ts';
import { evilScanner } from '../testing/stand-in-scanner.ts';
import { openScheduler } from './index.ts';

const folders = temporaryFolders();
let server: ServerStandIn;
let stateDir: string;
let first: string;
let second: string;
const running: RunningAgent[] = [];

const start = async (more: Partial<AgentOptions> = {}): Promise<RunningAgent> => {
  const agent = await startAgent({
    serverUrl: server.url,
    stateDir,
    token: 'enrol-me',
    scanner: evilScanner(),
    backoff: { firstMs: 20, mostMs: 200 },
    pollWaitSeconds: 1,
    syncSeconds: 1,
    ...more,
  });
  running.push(agent);
  return agent;
};
const until = async (what: () => boolean, timeoutMs = 15_000) => {
  const end = performance.now() + timeoutMs;
  while (!what()) {
    if (performance.now() > end) throw new Error(`not in ${timeoutMs} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
};
const protect = (id: string, watchedFolders: string[], more: object = {}) => ({
  id,
  name: `Policy ${id}`,
  settings: { realTimeProtection: { enabled: true, watchedFolders } },
  locked: ['realTimeProtection.watchedFolders'],
  outOfOffice: null,
  ...more,
});
const watchedBy = (agent: RunningAgent) => agent.status().watch.folders;

beforeEach(async () => {
  server = await startServerStandIn();
  [stateDir, first, second] = [await folders.make(), await folders.make(), await folders.make()];
});
afterEach(async () => {
  for (const agent of running.splice(0)) await agent.stop();
  await server.stop();
  await folders.removeAll();
  expect(server.complaints).toEqual([]);
});

test('a policy that comes with a sync changes what is watched, finds what lies there, and is told as applied', async () => {
  await writeFile(join(second, 'old.txt'), 'evil from before');
  const agent = await start({ watch: [first] });
  await until(() => agent.status().watch.state === 'running');
  server.setPolicy(protect('a', [second]));
  await until(() => watchedBy(agent).includes(second));
  await until(() => server.of('GNRL_EV_VIRUS_FOUND').length === 1);
  await writeFile(join(first, 'ignored.txt'), 'evil, but nobody looks here any more');
  await writeFile(join(second, 'new.txt'), 'evil and new');
  await until(() => server.of('GNRL_EV_VIRUS_FOUND').length === 2);
  expect(
    agent
      .status()
      .activeThreats.map(({ path }) => path)
      .sort(),
  ).toEqual([join(second, 'new.txt'), join(second, 'old.txt')]);
  expect(server.toldPolicies[0]).toBeNull();
  await until(() => server.toldPolicies.at(-1) === 'a');
});

test('a policy holds over a restart without the server, and a policy that is taken away ends', async () => {
  server.setPolicy(protect('a', [second]));
  const before = await start();
  await until(() => before.status().policy.id === 'a');
  await before.stop();
  await server.goAway();
  const after = await start();
  expect(after.status().policy).toMatchObject({ id: 'a', name: 'Policy a' });
  expect(watchedBy(after)).toEqual([second]);
  server.setPolicy(null);
  await server.comeBack();
  await until(() => after.status().policy.id === null && watchedBy(after).length === 0);
});

test('the settings that a policy locks are shown as the policy’s, whatever the command line says', async () => {
  server.setPolicy(protect('a', [second]));
  const agent = await start();
  await until(() => agent.status().policy.id === 'a');
  await agent.stop();
  let printed = '';
  await runCli({
    args: ['config', '--state-dir', stateDir, '--watch', first, '--exclude', first],
    env: {},
    print: (text) => {
      printed += text;
    },
    signal: AbortSignal.timeout(10_000),
    mainFile: '',
  });
  const lineOf = (name: string) =>
    printed
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(/ +/);
  expect(lineOf('watch')).toEqual(['watch', 'policy', JSON.stringify([second])]);
  expect(lineOf('exclude')).toEqual(['exclude', 'flag', JSON.stringify([first])]);
});

test('a policy that is unreadable here is left, and the sync goes on; a stored one that is damaged is sent again', async () => {
  server.setPolicy(protect('a', [first]));
  const agent = await start();
  await until(() => agent.status().policy.id === 'a');
  server.setPolicy({ ...protect('b', [second]), settings: { scan: { schedule: { every: 'full-moon' } } } });
  const asked = server.syncs.length;
  await until(() => server.syncs.length > asked + 1);
  expect(agent.status()).toMatchObject({ policy: { id: 'a' }, sync: { failing: null } });
  await agent.stop();

  server.setPolicy(protect('a', [first]));
  await writeFile(join(stateDir, 'policy.json'), '{"policy":');
  const again = await start();
  expect(again.status().policy.id).toBeNull();
  await until(() => again.status().policy.id === 'a');
  expect(await readFile(join(stateDir, 'policy.json.damaged'), 'utf8')).toBe('{"policy":');
});

test('an agent that does not reach the server for long enough goes over to its out-of-office settings, and comes back', async () => {
  const outOfOffice = {
    name: 'Travelling',
    afterMissedSyncs: 2,
    settings: { realTimeProtection: { enabled: true, watchedFolders: [second] } },
    locked: [],
  };
  server.setPolicy(protect('a', [first], { outOfOffice }));
  const agent = await start();
  await until(() => agent.status().policy.id === 'a');
  await server.goAway();
  await until(() => agent.status().policy.isOutOfOffice);
  await until(() => watchedBy(agent).includes(second));
  await server.comeBack();
  await until(() => !agent.status().policy.isOutOfOffice && watchedBy(agent).includes(first));
});

test('a schedule of the policy scans, and tells it as work of its own', async () => {
  await writeFile(join(first, 'bad.txt'), 'evil');
  const scan = { schedule: { every: 'hours', hours: 1, runMissed: true, spreadMinutes: 0 }, mode: 'quick' };
  const policy = protect('a', [first]);
  server.setPolicy({
    ...policy,
    settings: { scan, realTimeProtection: { enabled: false, watchedFolders: [first] } },
  });
  const agent = await start();
  await until(() => server.of('KLPRCI_TaskState').length === 2);
  await agent.whenIdle();
  const [started, ended] = server.of('KLPRCI_TaskState');
  expect(started?.task).toMatchObject({ id: 'scheduled-scan', oldState: 0, newState: 1 });
  expect(ended).toMatchObject({ task: { newState: 4 }, description: 'Scanned 1 files: 1 infected' });
  expect(server.of('GNRL_EV_VIRUS_FOUND')).toHaveLength(1);
  // The hour is not over after a restart.
  await agent.stop();
  const again = await start();
  await again.whenIdle();
  expect(server.of('KLPRCI_TaskState')).toHaveLength(2);
});

describe('the scheduler', () => {
  const hourly = AgentSchedule.parse({ every: 'hours', hours: 1 });
  const open = async (options: { clock: { now: number }; work: () => Promise<void>; schedule?: () => AgentSchedule }) =>
    openScheduler({
      stateDir,
      deviceKey: 'device-1',
      jobs: [{ name: 'job', schedule: options.schedule ?? (() => hourly), run: options.work }],
      now: () => new Date(options.clock.now),
      logger: loggerOf(() => undefined),
      tickMs: 5,
    });
  const runUntil = async (scheduler: Awaited<ReturnType<typeof open>>, what: () => boolean) => {
    const stopping = new AbortController();
    const run = scheduler.run(stopping.signal);
    await until(what);
    stopping.abort();
    await run;
  };

  test('notes a start before the work begins, so that a crash in its middle does not start it twice', async () => {
    const clock = { now: Date.UTC(2026, 0, 1) };
    let starts = 0;
    const crashing = await open({
      clock,
      work: async () => {
        starts += 1;
        const noted = JSON.parse(await readFile(join(stateDir, 'schedules.json'), 'utf8'));
        expect(noted.job.lastStartedAt).toBe(new Date(clock.now).toISOString());
        throw new Error('as if it had crashed');
      },
    });
    await runUntil(crashing, () => starts === 1);
    let looks = 0;
    const next = await open({
      clock,
      schedule: () => {
        looks += 1;
        return hourly;
      },
      work: async () => {
        starts += 1;
      },
    });
    await runUntil(next, () => looks > 5);
    expect(starts).toBe(1);
    clock.now += 3_600_000;
    await runUntil(next, () => starts === 2);
  });

  test('starts nothing again and again while the disk refuses the note', async () => {
    const clock = { now: Date.UTC(2026, 0, 1) };
    let starts = 0;
    const scheduler = await open({
      clock,
      work: async () => {
        starts += 1;
      },
    });
    // A folder in the place of the new file: it cannot be written.
    await mkdir(join(stateDir, 'schedules.json.new'));
    const stopping = new AbortController();
    const run = scheduler.run(stopping.signal);
    await new Promise((done) => setTimeout(done, 60));
    stopping.abort();
    await run;
    expect(starts).toBe(0);
  });
});
