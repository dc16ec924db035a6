/**
 * What counting costs an event on its way to the store, and what it keeps in memory.
 *
 *   npm run bench:frequent-events -- [--events 2000000]
 *
 * 100,000 devices of 1,000 clients send 200 types of events, as evenly as can be: every counter that there is gets
 * used. Then the worst that could be sent: no kind twice. Then a kind that is blocked, written to a real database.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ReportedEvent } from '../../contract/src/index.ts';
import type { Arrival } from '../../server/src/administration/events/index.ts';
import {
  createFrequentEvents,
  type FrequentEventTables,
  frequentEventStore,
} from '../../server/src/administration/frequent-events/index.ts';
import { administrationMigrations } from '../../server/src/administration/index.ts';
import { migrate, openDatabase } from '../../server/src/platform/db/index.ts';

const TENANTS = 1000;
const DEVICES_PER_TENANT = 100;
const TYPES = 200;
const FLUSH = 10_000;
/** Events that a device sends together. */
const BATCH = 100;
const MINUTE_MS = 60_000;

const { values } = parseArgs({ options: { events: { type: 'string', default: '2000000' } } });
const eventCount = Number(values.events);
if (!Number.isInteger(eventCount) || eventCount < FLUSH || eventCount > 1_000_000_000) {
  console.error(`--events must be a whole number from ${FLUSH} to 1000000000`);
  process.exit(1);
}

const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
const database = await openDatabase({ dataDir: join(dataDir, 'database') });
try {
  await migrate(database, [administrationMigrations]);
  const schema = database.forSchema<FrequentEventTables>('administration');
  let nowMs = Date.now();
  const failures: unknown[] = [];
  let notices = 0;
  const frequentEvents = createFrequentEvents({
    storeOf: (scope) => frequentEventStore(schema, scope),
    inTransaction: (work) =>
      schema.transaction().execute((tx) =>
        work({
          storeOf: (scope) => frequentEventStore(tx, scope),
          publish: async () => {
            notices += 1;
          },
        }),
      ),
    maximumEvents: async () => 45_000_000,
    clock: () => new Date(nowMs),
    onChange: () => {},
    onPublished: () => {},
    onError: (error) => failures.push(error),
  });
  await frequentEvents.round();

  const tenants = Array.from({ length: TENANTS }, () => randomUUID());
  const senders = tenants.flatMap((tenantId) =>
    Array.from({ length: DEVICES_PER_TENANT }, () => ({
      tenantId,
      deviceId: randomUUID(),
      deviceName: 'device',
      groupId: 1,
      groupName: 'Managed devices/',
      ipAddress: '',
    })),
  );
  const batches = senders.map((sender) => ({ sender, epoch: 'epoch-of-bench' }));
  const riseTime = new Date().toISOString();
  const product = { name: 'KES', version: '21.3.10.391' };
  const types = Array.from({ length: TYPES }, (_, at) => `GNRL_EV_BENCH_${at}`);
  const arrivalsOf = (count: number, make: (at: number) => [event: ReportedEvent, sender: number]): Arrival[] =>
    Array.from({ length: count }, (_, at) => {
      const [event, number] = make(at);
      const batch = batches[number];
      if (!batch) throw new Error('there is no such device');
      return { event, batch };
    });

  /** Processor time of this thread, which other work on the machine does not lengthen. */
  const spentMicroseconds = () => {
    const { user, system } = process.threadCpuUsage();
    return user + system;
  };
  /** Nanoseconds per event in `stored`; making the events is not measured. */
  const timed = (rounds: number, flush: () => Arrival[], everyMs: number): number => {
    let spent = 0;
    for (let round = 0; round < rounds; round += 1) {
      const arrivals = flush();
      const begun = spentMicroseconds();
      frequentEvents.guard.stored(arrivals);
      spent += spentMicroseconds() - begun;
      nowMs += everyMs;
    }
    return (spent * 1000) / (rounds * FLUSH);
  };
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const heapMegabytes = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed / 1_048_576;
  };
  const rounds = Math.ceil(eventCount / FLUSH);
  /** The whole run lasts one window, so that all of its slices are in use at its end. */
  const everyMs = Math.floor((10 * MINUTE_MS) / rounds);
  let number = 0;
  const even = () =>
    arrivalsOf(FLUSH, () => {
      number += 1;
      const type = types[number % TYPES] ?? '';
      return [{ seq: number, type, riseTime, product }, (Math.floor(number / BATCH) * 7919) % senders.length];
    });
  const nothingTwice = () =>
    arrivalsOf(FLUSH, () => {
      number += 1;
      const task = { id: `task-${number}`, displayName: '' };
      return [
        { seq: number, type: 'GNRL_EV_BENCH', riseTime, product, task },
        Math.floor(number / BATCH) % DEVICES_PER_TENANT,
      ];
    });

  const line = (title: string, figures: string) => console.log(`${title.padEnd(58)}${figures}`);
  timed(20, even, 0);
  const before = heapMegabytes();
  const evenNs = timed(rounds, even, everyMs);
  line(
    `${TYPES} types of ${senders.length} devices of ${TENANTS} clients, stored`,
    `${evenNs.toFixed(0)} ns per event`,
  );
  line('memory for that', `${(heapMegabytes() - before).toFixed(1)} MB`);
  line('no kind twice, stored', `${timed(Math.min(rounds, 50), nothingTwice, 0).toFixed(0)} ns per event`);

  await frequentEvents.changeRule({
    ...(await frequentEvents.rule()).settings,
    budgetPerDay: 1000,
    minimumEvents: 1000,
  });
  /** Every device's numbers one after the other, or only every second, as when another event lies between. */
  const storm = (flush: number, senderNumber: number, step: number) =>
    arrivalsOf(FLUSH, (at) => [
      { seq: 1 + (flush * 100 + Math.floor(at / 100)) * step, type: 'STORM', riseTime, description: 'x', product },
      senderNumber + (at % 100),
    ]);
  frequentEvents.guard.stored(storm(0, 50_000, 1));
  await frequentEvents.idle();
  const FLUSHES = 30;
  const keptOut = async (title: string, senderNumber: number, step: number) => {
    let spentMs = 0;
    let left = 0;
    const begunCpu = process.cpuUsage();
    for (let flush = 1; flush <= FLUSHES; flush += 1) {
      const arrivals = storm(flush, senderNumber, step);
      const begun = performance.now();
      left += (await frequentEvents.guard.admit(arrivals)).length;
      spentMs += performance.now() - begun;
    }
    const cpu = process.cpuUsage(begunCpu);
    if (left > 0) throw new Error(`${left} events were not kept out`);
    const perEvent = ((cpu.user + cpu.system) * 1000) / (FLUSHES * FLUSH);
    line(
      title,
      `${perEvent.toFixed(0)} ns per event (all threads; ${(spentMs / FLUSHES).toFixed(1)} ms a flush by the clock)`,
    );
  };
  await keptOut(`blocked, from 100 devices by ${FLUSH}, with the database`, 50_000, 1);
  await keptOut('the same, with a gap after each number', 50_000, 2);
  if (notices !== 1 || failures.length > 0) throw new Error(`${notices} notices, ${failures}`);
} finally {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
}
