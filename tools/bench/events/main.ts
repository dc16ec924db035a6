/**
 * How fast events are taken in and found again, beside PostgreSQL with the same events in the same run.
 *
 *   npm run bench:events -- [--events 10000000] [--ingest 500000] [--postgres 1000000] [--rounds 20] [--keep DIR]
 *
 * `--keep` leaves the loaded event store in DIR and takes it up again, so that loading is done once; without it all goes
 * to a temporary folder that is removed. `--ingest 0` and `--postgres 0` leave these parts out.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { engineStore, trimStore } from '../../../server/src/administration/events/index.ts';
import { measureIngest } from './agent-api.ts';
import { DEVICES, TENANTS } from './fleet.ts';
import { BLOCK_EVENTS } from './happenings.ts';
import { loadStore, rowsOf } from './load.ts';
import { loadPostgres } from './postgres.ts';
import { type Read, type ReadableStore, readsOf, timesOf } from './reads.ts';
import { count, inMs, type Times } from './timing.ts';

const fail = (sentence: string): never => {
  console.error(sentence);
  process.exit(1);
};

const numberOf = (name: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  return fail(`--${name} must be a whole number from ${least} to ${most}`);
};

const readFlags = () => {
  try {
    const { values } = parseArgs({
      options: {
        events: { type: 'string', default: '10000000' },
        ingest: { type: 'string', default: '500000' },
        postgres: { type: 'string', default: '1000000' },
        rounds: { type: 'string', default: '20' },
        keep: { type: 'string' },
      },
    });
    const events = numberOf('events', values.events, 100_000, 45_000_000);
    return {
      // Whole blocks: a load that was cut off can then go on behind the last one.
      events: Math.ceil(events / BLOCK_EVENTS) * BLOCK_EVENTS,
      ingest: numberOf('ingest', values.ingest, 0, 1_000_000),
      postgres: Math.ceil(numberOf('postgres', values.postgres, 0, events) / BLOCK_EVENTS) * BLOCK_EVENTS,
      rounds: numberOf('rounds', values.rounds, 3, 1000),
      keep: values.keep,
    };
  } catch (error) {
    return fail((error as Error).message);
  }
};

const say = (line: string) => console.log(line);
const cell = (text: string) => text.padStart(8);

const timesOfAll = async (store: ReadableStore, reads: readonly Read[], rounds: number): Promise<Times[]> => {
  const times: Times[] = [];
  for (const read of reads) times.push(await timesOf(store, read, rounds));
  return times;
};

const flags = readFlags();
// Statements of the embedded engine occupy threads of this pool; it is made at the first use, so it can still be set.
process.env.UV_THREADPOOL_SIZE ??= '16';
const folder = flags.keep ?? mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
const onThisMachine = () =>
  `${availableParallelism()} cores, ${loadavg()[0]?.toFixed(1)} programs wanted them on average in the last minute`;
try {
  say(
    `${count(flags.events)} events of ${TENANTS} tenants and ${count(DEVICES)} devices in 30 days; ${onThisMachine()}`,
  );
  const { engine, now } = await loadStore(folder, flags.events, say);
  try {
    const events = engineStore(engine, 'all', () => now);
    const trims = trimStore(engine, () => now);
    const space = await trims.space();
    say(`${(space.bytesOnDisk / space.rows).toFixed(0)} bytes per event on the disk, all indexes included\n`);

    const store: ReadableStore = {
      page: ({ tenant, device, words, from, beforeId }, limit) =>
        events.newest(
          {
            ...(tenant ? { tenantIds: [tenant] } : {}),
            ...(device ? { deviceId: device } : {}),
            ...(words ? { words } : {}),
            ...(from ? { riseFrom: from } : {}),
            ...(beforeId ? { beforeId } : {}),
          },
          limit,
        ),
      countsByType: async () => Object.keys(await trims.countsByTypeUpTo(flags.events)),
      countsByHour: (from, tenant) => events.countsByHour(from, [tenant]),
    };
    say(`${'milliseconds'.padEnd(48)}${['first', 'p50', 'p95', 'goal', 'computed'].map(cell).join('')}`);
    const reads = readsOf(flags.events, now);
    const times: Times[] = [];
    for (const read of reads) {
      const one = await timesOf(store, read, flags.rounds);
      times.push(one);
      const verdict = read.goalMs === undefined ? '' : one.p95Ms < read.goalMs ? '  met' : '  MISSED';
      const goal = read.goalMs === undefined ? '' : String(read.goalMs);
      say(
        read.title.padEnd(48) +
          [inMs(one.firstMs), inMs(one.p50Ms), inMs(one.p95Ms), goal, inMs(one.computedMs)].map(cell).join('') +
          verdict,
      );
    }
    say(`“computed” is what this process computed for one call, whatever else ran; ${onThisMachine()}\n`);

    if (flags.postgres > 0) {
      const postgres = await loadPostgres(rowsOf(flags.postgres, flags.events, now), now, say);
      try {
        say(
          `PostgreSQL ${postgres.version}: ${postgres.bytesPerEvent.toFixed(0)} bytes per event on the disk, indexes included`,
        );
        const scale = flags.events / flags.postgres;
        const its = await timesOfAll(postgres, readsOf(flags.postgres, now), flags.rounds);
        say(
          scale === 1
            ? 'It holds the same events.'
            : `It holds the oldest ${count(flags.postgres)} of the events, ${scale.toFixed(0)} times fewer; its times are as measured, not scaled up.`,
        );
        say(`${'milliseconds, p95'.padEnd(48)}${['ours', 'its', 'its/ours'].map(cell).join('')}`);
        for (const [index, { title }] of reads.entries()) {
          const [ours, theirs] = [times[index]?.p95Ms ?? Number.NaN, its[index]?.p95Ms ?? Number.NaN];
          say(title.padEnd(48) + [inMs(ours), inMs(theirs), (theirs / ours).toFixed(2)].map(cell).join(''));
        }
        say('');
      } finally {
        await postgres.stop();
      }
    }
  } finally {
    await engine.close();
  }
  if (flags.ingest > 0) {
    say(`Taking in ${count(flags.ingest)} events; ${onThisMachine()}`);
    const { doorPerSecond, storePerSecond } = await measureIngest(flags.ingest, say);
    const ratio = doorPerSecond / storePerSecond;
    say(
      `agents' door ${count(doorPerSecond)}/s, bare store ${count(storePerSecond)}/s, ` +
        `ratio ${ratio.toFixed(2)} (goal 0.50, ${ratio >= 0.5 ? 'met' : 'MISSED'})`,
    );
  }
} finally {
  if (flags.keep === undefined) rmSync(folder, { recursive: true, force: true });
}
