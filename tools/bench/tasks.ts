/**
 * One task on many devices at once: how long until every device has its command, what other calls wait meanwhile, and
 * whether a server that is killed in the middle starts anything twice or loses anything.
 *
 *   npm run bench:tasks -- [--devices 10000] [--no-kill]
 *
 * The devices live in this process, on the same machine as the server, so the times hold for a machine that does both.
 * Ends with 1 when a device did not carry out the task exactly once, or a figure of the run is not right.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  addApiToken,
  addEnrolmentToken,
  addTask,
  addTenant,
  getTaskRun,
  listCommandSteps,
  listGroups,
  listTaskRunDevices,
  listTaskRuns,
  setUp,
  startTask,
  type TaskRun,
} from '../../contract/src/index.ts';
import { type Api, apiClient } from '../lib/api.ts';
import { type GatehouseProcess, startGatehouse } from '../lib/gatehouse-process.ts';
import { createSimulator, MOST_AGENTS } from '../simulator/simulator.ts';

const LOOK_MS = 100;
const LIMIT_MS = 600_000;
/** Devices whose steps are looked at one by one. */
const CHECKED_DEVICES = 200;
/** Devices make haste: a scan of seconds, not of minutes. */
const PACE = 0.1;

const shown = (count: number) => Math.round(count).toLocaleString('en-GB');
const seconds = (fromMs: number) => `${((performance.now() - fromMs) / 1000).toFixed(1)} s`;
const quantile = (values: readonly number[], share: number): string => {
  const sorted = values.toSorted((a, b) => a - b);
  return `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0)} ms`;
};

const { values } = parseArgs({
  options: { devices: { type: 'string', default: '10000' }, 'no-kill': { type: 'boolean', default: false } },
});
const devices = Number(values.devices);
if (!Number.isInteger(devices) || devices < 1 || devices > MOST_AGENTS) {
  console.error(`--devices must be a whole number from 1 to ${MOST_AGENTS}`);
  process.exit(1);
}

const started = (run: TaskRun) => run.devices - run.counts.pending - run.counts.scheduled;
const ended = ({ counts }: TaskRun) => counts.completed + counts.warning + counts.failed;

/** Follows a run, noting what each look waits. @returns the run when `isThere` */
const follow = async (
  api: () => Api,
  runId: string,
  waits: number[],
  isThere: (run: TaskRun) => boolean,
): Promise<TaskRun> => {
  const until = performance.now() + LIMIT_MS;
  for (;;) {
    const asked = performance.now();
    const run = await api()
      .call(getTaskRun, { params: { runId } })
      .catch(() => null);
    if (run) {
      waits.push(performance.now() - asked);
      if (isThere(run)) return run;
    }
    if (performance.now() > until) throw new Error(`not in time: ${JSON.stringify(run)}`);
    await sleep(LOOK_MS);
  }
};

const bench = async (): Promise<boolean> => {
  const flags = ['--log-level', 'warn', '--anonymous-calls-per-minute', '1000000', '--agent-sync-seconds', '3600'];
  let server: GatehouseProcess = await startGatehouse({ flags });
  const { url, dataDir, httpPort, openApiPort } = server;
  const people = apiClient(url);
  const link = new URL(await server.setUpLink()).searchParams.get('token') ?? '';
  await people.call(setUp, { body: { token: link, name: 'admin', password: 'a long pass phrase' } });
  const { secret } = await people.call(addApiToken, { body: { name: 'Bench', role: 'administrator' } });
  const api = apiClient(url, secret);
  const { id: tenantId } = await api.call(addTenant, { body: { name: 'Client' } });
  const token = await api.call(addEnrolmentToken, { params: { tenantId }, body: { name: 'Bench' } });
  const fleet = createSimulator({
    url,
    tokens: [token.secret],
    agents: devices,
    eventsPerHour: 0,
    commandPace: PACE,
    commandFailureShare: 0.02,
  });
  const problems: string[] = [];
  try {
    const enrolling = performance.now();
    await fleet.start();
    console.log(`${shown(devices)} devices enrolled in ${seconds(enrolling)}; all wait for commands`);
    await sleep(3000);

    const { items: groups } = await api.call(listGroups, { params: { tenantId } });
    const groupId = groups.find(({ kind }) => kind === 'managed')?.id ?? 0;
    const { task } = await api.call(addTask, {
      body: {
        tenantId,
        settings: { name: 'Scan all', work: { type: 'scan', mode: 'quick' }, target: { kind: 'group', groupId } },
      },
    });
    const waits: number[] = [];
    const begun = performance.now();
    const { runId } = await api.call(startTask, { params: { taskId: task.id }, body: {} });
    console.log(`Started: answered after ${seconds(begun)}`);
    await follow(
      () => api,
      runId,
      waits,
      ({ state, devices: placed }) => state !== 'preparing' && placed === devices,
    );
    console.log(`Every device has its command in the database after ${seconds(begun)}`);
    if (!values['no-kill']) {
      await follow(
        () => api,
        runId,
        waits,
        (run) => started(run) >= devices / 3,
      );
      const killing = performance.now();
      await server.kill();
      server = await startGatehouse({ dataDir, httpPort, openApiPort, flags });
      console.log(`Killed with a third of them started, ready again after ${seconds(killing)}`);
    }
    await follow(
      () => api,
      runId,
      waits,
      (run) => started(run) === devices,
    );
    console.log(`Every device has started after ${seconds(begun)}`);
    const over = await follow(
      () => api,
      runId,
      waits,
      ({ state }) => state === 'finished',
    );
    console.log(`Every device has ended after ${seconds(begun)}: ${JSON.stringify(over.counts)}`);
    console.log(
      `Meanwhile a look at the run took p50 ${quantile(waits, 0.5)}, p99 ${quantile(waits, 0.99)}, ` +
        `longest ${quantile(waits, 1)} (${shown(waits.length)} looks); server ${server.residentMegabytes()} MB`,
    );
    if (ended(over) !== devices) problems.push(`${ended(over)} of ${devices} ended`);
    if (fleet.tally.commandsEnded !== devices)
      problems.push(`devices carried out ${fleet.tally.commandsEnded} commands`);
    const { items: runs } = await api.call(listTaskRuns, { params: { taskId: task.id } });
    if (runs.length !== 1) problems.push(`${runs.length} runs instead of one`);
    const { items } = await api.call(listTaskRunDevices, { params: { runId }, query: { limit: CHECKED_DEVICES } });
    for (const { commandId, deviceName } of items) {
      const { steps } = await api.call(listCommandSteps, { params: { commandId } });
      const states = steps.map(({ state }) => state).join(' ');
      if (!/^running (completed|failed)$/.test(states)) problems.push(`${deviceName} did: ${states}`);
    }
  } finally {
    await fleet.stop();
    await server.remove();
  }
  for (const problem of problems.slice(0, 10)) console.log(`WRONG: ${problem}`);
  console.log(problems.length === 0 ? 'Each device carried it out exactly once' : `${problems.length} problems`);
  return problems.length === 0;
};

process.exitCode = (await bench()) ? 0 : 1;
