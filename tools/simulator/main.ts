/**
 * Plays many agents against a server, over the agent protocol.
 *
 *   npm run simulate -- --server https://gatehouse.example --token TOKEN --agents 1000 --minutes 2
 *   npm run simulate -- --verify acknowledged.jsonl --server https://gatehouse.example --api-token TOKEN
 *
 * --token may be given several times: agents take the tokens in turn. --journal FILE keeps what was acknowledged, which
 * --verify compares with what the server stores. Other flags: --seed, --events-per-hour (of one device), --sync-seconds,
 * --poll-seconds, --no-commands, --enrol-at-once, --calls-at-once. Ends with 1 when something is missing or twice.
 *
 * A server lets 300 unknown callers a minute in from one address; start one that is to be loaded with
 * --anonymous-calls-per-minute 100000, or wait: enrolments that were refused are tried again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { apiClient } from '../lib/api.ts';
import { readJournal } from './journal.ts';
import { createSimulator, MOST_AGENTS, type Simulator } from './simulator.ts';
import { inWords, isGood, verifyServer } from './verify.ts';

const TELL_MS = 10_000;
const SETTLE_MS = 60_000;

const fail = (sentence: string): never => {
  console.error(sentence);
  process.exit(1);
};

const flags = () => {
  try {
    return parseArgs({
      options: {
        server: { type: 'string' },
        token: { type: 'string', multiple: true },
        agents: { type: 'string', default: '100' },
        minutes: { type: 'string', default: '1' },
        seed: { type: 'string', default: 'gatehouse' },
        'events-per-hour': { type: 'string', default: '12' },
        'sync-seconds': { type: 'string' },
        'poll-seconds': { type: 'string', default: '25' },
        'no-commands': { type: 'boolean', default: false },
        'enrol-at-once': { type: 'string', default: '32' },
        'calls-at-once': { type: 'string', default: '256' },
        journal: { type: 'string' },
        verify: { type: 'string' },
        'api-token': { type: 'string' },
      },
    }).values;
  } catch (error) {
    return fail((error as Error).message);
  }
};

const numberOf = (name: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (text !== '' && value >= least && value <= most) return value;
  return fail(`--${name} must be a number from ${least} to ${most}`);
};
const wholeOf = (name: string, text: string, least: number, most: number): number => {
  const value = numberOf(name, text, least, most);
  return Number.isInteger(value) ? value : fail(`--${name} must be a whole number`);
};

const addressOf = (text: string | undefined): string => {
  if (text === undefined || !/^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : '')) {
    return fail('--server must be an address such as https://gatehouse.example');
  }
  return text.replace(/\/+$/, '');
};

const ms = (value: number | null): string => (value === null ? '-' : `${value.toFixed(value < 10 ? 1 : 0)} ms`);

const tell = ({ tally, agents, backlog }: Simulator): void => {
  const enrolled = agents.filter(({ deviceId }) => deviceId !== '').length;
  const failures = [...tally.failures].map(([what, times]) => `${what} ×${times}`).join(', ');
  console.log(
    `${enrolled} enrolled; ${tally.syncsOnTime} syncs on time, ${tally.syncsLate} late ` +
      `(p50 ${ms(tally.sync.quantileMs(0.5))}, p99 ${ms(tally.sync.quantileMs(0.99))}); ` +
      `${tally.eventsAcknowledged} of ${tally.eventsMade} events acknowledged, ${backlog()} wait; ` +
      `${tally.pollsOpen} polls open; ${tally.commandsEnded} of ${tally.commandsTaken} commands done` +
      (failures ? `; failures: ${failures}` : ''),
  );
};

const simulate = async (values: ReturnType<typeof flags>): Promise<void> => {
  const simulator = createSimulator({
    url: addressOf(values.server),
    tokens: values.token?.length ? values.token : fail('--token is needed: an enrolment token of the server'),
    agents: wholeOf('agents', values.agents, 1, MOST_AGENTS),
    seed: values.seed,
    eventsPerHour: numberOf('events-per-hour', values['events-per-hour'], 0, 100_000),
    syncSeconds:
      values['sync-seconds'] === undefined ? null : wholeOf('sync-seconds', values['sync-seconds'], 1, 86_400),
    pollWaitSeconds: wholeOf('poll-seconds', values['poll-seconds'], 1, 50),
    takesCommands: !values['no-commands'],
    enrolAtOnce: wholeOf('enrol-at-once', values['enrol-at-once'], 1, 1000),
    callsAtOnce: wholeOf('calls-at-once', values['calls-at-once'], 1, 5000),
    ...(values.journal === undefined ? {} : { journalFile: values.journal }),
  });
  const lastMs = numberOf('minutes', values.minutes, 0.01, 60 * 24 * 7) * 60_000;
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  console.log(`Run ${simulator.run} with the seed “${values.seed}”`);
  const telling = setInterval(() => tell(simulator), TELL_MS);
  try {
    const enrolling = simulator.start();
    await Promise.race([
      enrolling.then(() => sleep(lastMs, undefined, { signal: interrupted.signal })),
      sleep(2 ** 31 - 1, undefined, { signal: interrupted.signal }),
    ]).catch((error: unknown) => {
      if (!interrupted.signal.aborted) throw error;
    });
    interrupted.abort();
    if (!(await simulator.settle(SETTLE_MS))) {
      process.exitCode = 1;
      console.log(`${simulator.backlog()} events were not acknowledged within a minute`);
    }
    tell(simulator);
  } finally {
    clearInterval(telling);
    await simulator.stop();
  }
};

const verifyFile = async (file: string, values: ReturnType<typeof flags>): Promise<void> => {
  const api = apiClient(addressOf(values.server), values['api-token'] ?? fail('--api-token is needed to read events'));
  for (const [run, devices] of await readJournal(file)) {
    const verdict = await verifyServer(api, run, devices);
    console.log(`Run ${run}: ${inWords(verdict)}`);
    for (const sentence of verdict.sentences) console.log(sentence);
    if (!isGood(verdict)) process.exitCode = 1;
  }
};

const values = flags();
try {
  await (values.verify === undefined ? simulate(values) : verifyFile(values.verify, values));
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
process.exit();
