/**
 * Many agents on one server, which is killed in the middle.
 *
 *   npm run bench:agents                                  10,000 agents for 10 minutes
 *   npm run bench:agents -- --quick                       1,000 agents for 1 minute
 *   npm run bench:agents -- --agents 5000 --minutes 3 --events-per-hour 60 --no-kill --commands 500 --profile
 *
 * The agents live in this process, on the same machine as the server, so the times hold for a machine that does both.
 * `--postgres` runs the server on a PostgreSQL of its own that does not wait for the disk, as the tests do.
 * `--inventory` lets each agent tell its software too, 60 programs. `--profile` leaves a CPU profile of the server in the temporary folder. Ends with 1 when an acknowledged event is lost
 * or doubled, or a device's order is broken.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { addApiToken, addEnrolmentToken, addTenant, giveCommand, setUp } from '../../../contract/src/index.ts';
import { newDatabase, startPostgresCluster } from '../../../server/src/testing/postgres-cluster.ts';
import { type Api, apiClient } from '../../lib/api.ts';
import { chanceOf } from '../../lib/chance.ts';
import { freePort, type GatehouseProcess, startGatehouse } from '../../lib/gatehouse-process.ts';
import { inTurn } from '../../lib/in-turn.ts';
import { storeEveryEvent } from '../../lib/store-every-event.ts';
import { createSimulator, type Simulator } from '../../simulator/simulator.ts';
import type { Tally } from '../../simulator/tally.ts';
import { inWords, isGood, verifyServer } from '../../simulator/verify.ts';
import { cpuSecondsOf } from './cpu.ts';

const TENANTS = 20;
const SETTLE_MS = 240_000;
const TELL_MS = 30_000;

const shown = (count: number) => Math.round(count).toLocaleString('en-GB');
const ms = (value: number | null) => (value === null ? '-' : `${value.toFixed(value < 10 ? 1 : 0)} ms`);
const fail = (sentence: string): never => {
  console.error(sentence);
  process.exit(1);
};

const options = () => {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      agents: { type: 'string' },
      minutes: { type: 'string' },
      'events-per-hour': { type: 'string', default: '12' },
      'sync-seconds': { type: 'string', default: '300' },
      commands: { type: 'string' },
      seed: { type: 'string', default: 'bench' },
      'no-kill': { type: 'boolean', default: false },
      inventory: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      postgres: { type: 'boolean', default: false },
    },
  });
  const number = (name: string, text: string, least: number, most: number): number => {
    const value = Number(text);
    return text !== '' && value >= least && value <= most ? value : fail(`--${name} must be from ${least} to ${most}`);
  };
  const agents = Math.round(number('agents', values.agents ?? (values.quick ? '1000' : '10000'), 1, 10_000));
  return {
    agents,
    minutes: number('minutes', values.minutes ?? (values.quick ? '1' : '10'), 0.1, 600),
    eventsPerHour: number('events-per-hour', values['events-per-hour'], 0, 3600),
    syncSeconds: Math.round(number('sync-seconds', values['sync-seconds'], 1, 3600)),
    commands: Math.round(number('commands', values.commands ?? String(Math.round(agents / 10)), 0, 10_000)),
    seed: values.seed,
    kills: !values['no-kill'],
    tellsInventory: values.inventory,
    profiles: values.profile,
    onPostgres: values.postgres,
  };
};

/** What was measured between two moments: the tallies only grow. */
const since = (before: Pick<Tally, 'syncsOnTime' | 'syncsLate' | 'eventsAcknowledged'>, tally: Tally) => ({
  onTime: tally.syncsOnTime - before.syncsOnTime,
  late: tally.syncsLate - before.syncsLate,
  events: tally.eventsAcknowledged - before.eventsAcknowledged,
});
const remember = ({ syncsOnTime, syncsLate, eventsAcknowledged }: Tally) => ({
  syncsOnTime,
  syncsLate,
  eventsAcknowledged,
});

const giveCommands = async (api: Api, simulator: Simulator, count: number, seed: string): Promise<void> => {
  const chance = chanceOf(`commands ${seed}`);
  const devices = Array.from({ length: count }, () => chance.pick(simulator.agents).deviceId);
  await inTurn(devices, 8, async (deviceId) => {
    const kind = deviceId.length % 2 === 0 ? 'update-databases' : 'scan';
    await api.call(giveCommand, { params: { deviceId }, body: { kind } });
  });
};

const bench = async (): Promise<boolean> => {
  const { agents, minutes, eventsPerHour, syncSeconds, commands, seed, kills, tellsInventory, profiles, onPostgres } =
    options();
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const removeData = () => rmSync(dataDir, { recursive: true, force: true });
  process.once('exit', removeData);
  const profileDir = profiles ? mkdtempSync(join(tmpdir(), 'gatehouse-profile-')) : null;
  const [httpPort, openApiPort] = [await freePort(), await freePort()];
  const cluster = onPostgres ? await startPostgresCluster() : null;
  const flags = [
    ...['--log-level', 'warn', '--anonymous-calls-per-minute', '1000000'],
    ...(cluster ? ['--database-url', await newDatabase(cluster.url)] : []),
  ];
  const start = () =>
    startGatehouse({
      dataDir,
      httpPort,
      openApiPort,
      flags: [...flags, '--agent-sync-seconds', String(syncSeconds)],
      ...(profileDir ? { env: { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDir}` } } : {}),
    });
  let server: GatehouseProcess = await start();
  let mostMegabytes = 0;
  const look = setInterval(() => {
    try {
      mostMegabytes = Math.max(mostMegabytes, server.residentMegabytes());
    } catch {
      // Between two lives of the server there is nothing to look at.
    }
  }, 1000);
  let simulator: Simulator | null = null;
  try {
    const people = apiClient(server.url);
    const link = new URL(await server.setUpLink()).searchParams.get('token') ?? '';
    await people.call(setUp, { body: { token: link, name: 'admin', password: 'a long pass phrase' } });
    const { secret } = await people.call(addApiToken, { body: { name: 'Bench', role: 'administrator' } });
    const api = apiClient(server.url, secret);
    await storeEveryEvent(api);
    const tokens: string[] = [];
    for (let number = 1; number <= TENANTS; number += 1) {
      const { id: tenantId } = await api.call(addTenant, { body: { name: `Client ${number}` } });
      tokens.push((await api.call(addEnrolmentToken, { params: { tenantId }, body: { name: 'Bench' } })).secret);
    }

    const fleet = createSimulator({ url: server.url, tokens, agents, seed, eventsPerHour, tellsInventory });
    simulator = fleet;
    const { tally } = fleet;
    console.log(
      `${shown(agents)} agents of ${TENANTS} tenants, ${minutes} minutes, a sync every ${syncSeconds} s, ` +
        `${eventsPerHour} happenings per device and hour, ${shown(commands)} commands`,
    );
    const begunEnrolling = performance.now();
    await fleet.start();
    const enrolSeconds = (performance.now() - begunEnrolling) / 1000;
    console.log(
      `Enrolled in ${enrolSeconds.toFixed(1)} s: ${shown(agents / enrolSeconds)}/s, one takes ` +
        `${ms(tally.enrol.quantileMs(0.5))}, p99 ${ms(tally.enrol.quantileMs(0.99))}`,
    );

    // What follows is told of everyday work, not of the morning on which everybody comes at once.
    tally.sync.clear();
    tally.events.clear();
    const runSeconds = minutes * 60;
    const begun = performance.now();
    const atBegin = remember(tally);
    const cpuAtBegin = { server: cpuSecondsOf(server.pid), own: process.cpuUsage() };
    let cpuBefore = 0;
    let killedAt: number | null = null;
    let givenCommands: Promise<void> = Promise.resolve();
    let isCommanded = false;
    let toldAt = begun;
    let last = remember(tally);
    let down: { seconds: number; backlog: number } | null = null;
    for (;;) {
      const seconds = (performance.now() - begun) / 1000;
      if (seconds >= runSeconds) break;
      if (!isCommanded && seconds >= runSeconds / 4) {
        isCommanded = true;
        givenCommands = giveCommands(api, fleet, commands, seed);
        givenCommands.catch(() => {});
      }
      if (kills && killedAt === null && seconds >= runSeconds / 2) {
        await givenCommands;
        killedAt = performance.now();
        cpuBefore = cpuSecondsOf(server.pid) - cpuAtBegin.server;
        await server.kill();
        server = await start();
        cpuAtBegin.server = 0;
        down = { seconds: (performance.now() - killedAt) / 1000, backlog: fleet.backlog() };
        console.log(
          `Killed in the middle, ready again after ${down.seconds.toFixed(1)} s; ${shown(down.backlog)} events wait`,
        );
      }
      if (performance.now() - toldAt >= TELL_MS) {
        const { onTime, late, events } = since(last, tally);
        const span = (performance.now() - toldAt) / 1000;
        console.log(
          `${Math.round(seconds)} s: ${(onTime / span).toFixed(1)} syncs/s (${late} late), ${(events / span).toFixed(1)} events/s, ` +
            `${shown(tally.pollsOpen)} polls open, ${shown(fleet.backlog())} events wait, server ${server.residentMegabytes()} MB`,
        );
        toldAt = performance.now();
        last = remember(tally);
      }
      await sleep(250);
    }
    await givenCommands;
    const serverCpu = cpuBefore + cpuSecondsOf(server.pid) - cpuAtBegin.server;
    const ownCpu = process.cpuUsage(cpuAtBegin.own);
    const { onTime, late, events } = since(atBegin, tally);
    const isSettled = await fleet.settle(SETTLE_MS);
    if (!isSettled) console.log(`NOT SETTLED: ${shown(fleet.backlog())} events still wait`);
    console.log(
      [
        `Syncs: ${shown(onTime + late)}, ${((onTime / Math.max(1, onTime + late)) * 100).toFixed(2)} % within 10 s of their time;` +
          ` p50 ${ms(tally.sync.quantileMs(0.5))}, p99 ${ms(tally.sync.quantileMs(0.99))}, longest ${ms(tally.sync.mostMs())}`,
        `Events: ${(events / runSeconds).toFixed(1)}/s; acknowledged after p50 ${ms(tally.events.quantileMs(0.5))}, ` +
          `p99 ${ms(tally.events.quantileMs(0.99))}`,
        `Commands: ${shown(tally.commandsEnded)} of ${shown(tally.commandsTaken)} carried out; with the agent after ` +
          `p50 ${ms(tally.commandArrival.quantileMs(0.5))}, p99 ${ms(tally.commandArrival.quantileMs(0.99))}`,
        `Processor: server ${((serverCpu / runSeconds) * 100).toFixed(0)} % of a core, ` +
          `agents ${(((ownCpu.user + ownCpu.system) / 1e6 / runSeconds) * 100).toFixed(0)} %`,
        `Memory: server ${mostMegabytes} MB at most, agents ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB`,
        `Failures seen by agents: ${[...tally.failures].map(([what, times]) => `${what} ×${times}`).join(', ') || 'none'}`,
      ].join('\n'),
    );
    await fleet.stop();
    simulator = null;
    const verdict = await verifyServer(api, fleet.run, fleet.journal.devices);
    console.log(inWords(verdict));
    for (const sentence of verdict.sentences) console.log(sentence);
    return isSettled && isGood(verdict) && tally.eventsLost === 0;
  } finally {
    clearInterval(look);
    await simulator?.stop();
    if (profileDir) {
      await server.stop();
      for (const file of readdirSync(profileDir)) console.log(`Profile: ${join(profileDir, file)}`);
    }
    await server.remove();
    await cluster?.stop();
    removeData();
  }
};

// Cut off from outside, too, it takes its server along.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exit((await bench()) ? 0 : 1);
