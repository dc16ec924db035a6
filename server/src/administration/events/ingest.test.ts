import type { ReportedEvent } from '@gatehouse/contract';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, migrate } from '../../platform/db/index.ts';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';
import { administrationMigrations } from '../store-migrations.ts';
import { type AdministrationTables, administrationDb } from '../tables.ts';
import {
  createIngest,
  createOutbox,
  type EngineStore,
  type EventSender,
  type EventStore,
  engineStore,
  eventStore,
} from './index.ts';

const TENANT = '019a0000-0000-7000-8000-00000000000a';
const deviceId = (number: number) => `019a0000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const senderOf = (number: number): EventSender => ({
  tenantId: TENANT,
  deviceId: deviceId(number),
  deviceName: `device-${number}`,
  groupId: 10,
  groupName: 'Managed devices/',
  ipAddress: '10.0.0.1',
});
const NOT_STORED = 'KLSRV_EVP_DB_TRUNCATED';
const event = (seq: number, type = 'GNRL_EV_VIRUS_FOUND'): ReportedEvent => ({
  seq,
  type,
  riseTime: new Date().toISOString(),
});
const batch = (device: number, seqs: readonly number[], epoch = 'epoch-1') => ({
  sender: senderOf(device),
  epoch,
  events: seqs.map((seq) => event(seq)),
});
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
  await engineStore(engine, 'all').createTable();
});

/** A store that fails where it is told to, before or after it did its work. */
const failingAt = <T extends object>(real: T) => {
  const plan: { method: keyof T; when: 'before' | 'after' }[] = [];
  const crash = new Error('the process ended here');
  const store = Object.fromEntries(
    Object.entries(real).map(([method, work]) => [
      method,
      async (...args: unknown[]) => {
        const planned = plan[0]?.method === method ? plan.shift() : undefined;
        if (planned?.when === 'before') throw crash;
        const result = await (work as (...args: unknown[]) => unknown)(...args);
        if (planned?.when === 'after') throw crash;
        return result;
      },
    ]),
  ) as T;
  return { store, failNext: (method: keyof T, when: 'before' | 'after') => plan.push({ method, when }) };
};

describeOnBothEngines('taking events in', (place) => {
  let database: Database;
  let bookkeeping: EventStore;
  let events: EngineStore;
  beforeAll(async () => {
    database = await place.open();
    await migrate(database, [administrationMigrations]);
    bookkeeping = eventStore(administrationDb(database.forSchema<AdministrationTables>('administration')).events);
    events = engineStore(engine, 'all');
  });
  beforeEach(async () => {
    await engine.command('truncate table administration_event');
    await database.executeSql(
      'truncate administration.event_position, administration.event_outbox, administration.event_cursor',
    );
  });

  const open = (store = bookkeeping, into = events) => {
    let flushes = 0;
    const ingest = createIngest({ store, engine: into, clock: () => new Date(), onStored: () => (flushes += 1) });
    return { ingest, flushes: () => flushes };
  };
  /** Numbers of a device as they are stored, in order; a number twice would show. */
  const stored = async (device: number, epoch = 'epoch-1') =>
    (
      await engine.query<{ seq: number }>(
        `select toUInt32(seq) as seq from administration_event
         where device_id = {device: String} and epoch = {epoch: String} order by seq`,
        { device: deviceId(device), epoch },
      )
    ).map(({ seq }) => seq);

  it('stores each event once, however batches are repeated, overlap or come out of order', async () => {
    const { ingest } = open();
    for (const seqs of [range(1, 5), range(1, 5), range(3, 9), range(20, 25), range(10, 22), [4], range(1, 25)]) {
      await ingest.accept(batch(1, seqs));
    }
    expect(await stored(1)).toEqual(range(1, 25));
    expect(ingest.totals).toMatchObject({ accepted: 25 });
  });

  it('stores each event once when several batches of one device are stored together', async () => {
    const { ingest, flushes } = open();
    await Promise.all([
      ingest.accept(batch(1, [1])),
      ...[range(1, 6), range(4, 9), range(4, 9), [8, 8, 9, 9], range(1, 3)].map((seqs) =>
        ingest.accept(batch(1, seqs)),
      ),
      ingest.accept(batch(2, range(1, 3))),
    ]);
    expect(flushes()).toBe(2);
    expect(await stored(1)).toEqual(range(1, 9));
    expect(await stored(2)).toEqual(range(1, 3));
  });

  it('takes the same numbers again in a new epoch, for that is a new spool', async () => {
    const { ingest } = open();
    await ingest.accept(batch(1, range(1, 3)));
    await ingest.accept(batch(1, range(1, 3), 'epoch-2'));
    await ingest.accept(batch(1, range(1, 4), 'epoch-2'));
    expect([await stored(1), await stored(1, 'epoch-2')]).toEqual([range(1, 3), range(1, 4)]);
  });

  it('stores a number that is repeated inside a batch once', async () => {
    const { ingest } = open();
    await ingest.accept(batch(1, [1, 1, 2, 1]));
    await ingest.accept(batch(1, [2, 2, 3, 3]));
    expect(await stored(1)).toEqual([1, 2, 3]);
  });

  it('shows a type whose storage term is zero to consumers alone, and once', async () => {
    const { ingest } = open();
    await ingest.accept({ sender: senderOf(1), epoch: 'epoch-1', events: [event(1, NOT_STORED), event(2)] });
    await ingest.accept({
      sender: senderOf(1),
      epoch: 'epoch-1',
      events: [event(1, NOT_STORED), event(3, NOT_STORED)],
    });
    expect((await events.oldest({}, 10)).map(({ seq }) => seq)).toEqual([2]);
    expect((await events.oldest({ includeUnlisted: true }, 10)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('gives ids that grow in the order of storing, and none twice', async () => {
    const first = open().ingest;
    await first.accept(batch(1, range(1, 3)));
    await open().ingest.accept(batch(2, range(1, 3))); // another process
    await first.accept(batch(1, range(4, 6)));
    const rows = await events.oldest({}, 100);
    const ids = rows.map(({ eventId }) => eventId);
    expect(new Set(ids).size).toBe(9);
    expect(rows.map(({ deviceName, seq }) => [deviceName, seq])).toEqual([
      ...range(1, 3).map((seq) => ['device-1', seq]),
      ...range(1, 3).map((seq) => ['device-2', seq]),
      ...range(4, 6).map((seq) => ['device-1', seq]),
    ]);
  });

  const steps = [
    ['intend', 'before'],
    ['intend', 'after'],
    ['reserveIds', 'before'],
    ['reserveIds', 'after'],
    ['insert', 'before'],
    ['insert', 'after'],
  ] as const;
  it.each(steps)('a crash at “%s” (%s it was done) loses and doubles nothing', async (method, when) => {
    await open().ingest.accept(batch(1, range(1, 2)));
    const store = failingAt(bookkeeping);
    const into = failingAt(events);
    if (method === 'insert') into.failNext(method, when);
    else store.failNext(method, when);
    const { ingest } = open(store.store, into.store);
    await expect(ingest.accept(batch(1, range(2, 5)))).rejects.toThrow('the process ended here');
    const after = open().ingest; // the next process
    await after.accept(batch(1, range(2, 7)));
    await after.accept(batch(1, range(2, 7)));
    expect(await stored(1)).toEqual(range(1, 7));
  });

  it('goes on after a flush that failed, and fails only the batches of that flush', async () => {
    const into = failingAt(events);
    into.failNext('insert', 'before');
    const { ingest } = open(bookkeeping, into.store);
    const results = await Promise.allSettled([
      ingest.accept(batch(1, [1])),
      ingest.accept(batch(2, [1])),
      ingest.accept(batch(3, [1])),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    await ingest.accept(batch(1, [1]));
    expect(await Promise.all([stored(1), stored(2), stored(3)])).toEqual([[1], [1], [1]]);
  });

  it('refuses what would be too much to hold in memory, and takes it later', async () => {
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    let inserted = 0;
    const slow = {
      ...events,
      insert: async (rows: readonly unknown[]) => {
        await held;
        inserted += rows.length;
      },
    };
    const { ingest } = open(bookkeeping, slow);
    const taken = range(1, 100).map((device) => ingest.accept(batch(device, range(1, 1000))));
    const refused = ingest.accept(batch(101, [1]));
    await expect(refused).rejects.toMatchObject({ code: 'events.busy', retryable: true });
    go();
    await Promise.all(taken);
    await ingest.accept(batch(101, [1]));
    expect(inserted).toBe(100_001);
  });

  it('any schedule of sending, sending again and crashing ends with each number stored once', {
    timeout: 120_000,
  }, async () => {
    const act = fc.record({
      device: fc.integer({ min: 1, max: 3 }),
      from: fc.integer({ min: 1, max: 30 }),
      length: fc.integer({ min: 1, max: 12 }),
      together: fc.boolean(),
      crash: fc.option(fc.constantFrom(...steps), { freq: 3 }),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 10 }), async (acts) => {
        run += 1;
        const epoch = `schedule-${run}`;
        const acknowledged = new Map<number, Set<number>>(range(1, 3).map((device) => [device, new Set()]));
        const store = failingAt(bookkeeping);
        const into = failingAt(events);
        let { ingest } = open(store.store, into.store);
        let pending: Promise<void>[] = [];
        for (const { device, from, length, together, crash } of acts) {
          if (crash) {
            const [method, when] = crash;
            if (method === 'insert') into.failNext(method, when);
            else store.failNext(method, when);
          }
          const seqs = range(from, from + length - 1);
          pending.push(
            ingest.accept(batch(device, seqs, epoch)).then(
              () => {
                for (const seq of seqs) acknowledged.get(device)?.add(seq);
              },
              () => {
                ({ ingest } = open(store.store, into.store));
              },
            ),
          );
          if (!together) {
            await Promise.all(pending);
            pending = [];
          }
        }
        await Promise.all(pending);
        // What was not acknowledged is sent again until it is, as an agent does.
        const last = open().ingest;
        for (const device of [1, 2, 3]) {
          const stillThere = await stored(device, epoch);
          expect(new Set(stillThere).size).toBe(stillThere.length);
          expect([...(acknowledged.get(device) ?? [])].filter((seq) => !stillThere.includes(seq))).toEqual([]);
          await last.accept(batch(device, range(1, 45), epoch));
          expect(await stored(device, epoch)).toEqual(range(1, 45));
        }
      }),
      { numRuns: 15 },
    );
  });

  describe('the server’s own events', () => {
    const publish = (device: number, count: number) =>
      Promise.all(
        range(1, count).map((n) =>
          bookkeeping.publish(senderOf(device), {
            type: 'KLSRV_HOST_STATUS_CRITICAL',
            riseTime: new Date().toISOString(),
            description: `${device}-${n}`,
          }),
        ),
      );
    const descriptions = async () => (await events.oldest({}, 5000)).map(({ description }) => description);

    it('are stored once, in the order in which they were published', async () => {
      for (const device of [1, 2, 1]) await publish(device, 1);
      const outbox = createOutbox({ store: bookkeeping, ingest: open().ingest });
      await Promise.all([outbox.carry(), outbox.carry()]);
      await outbox.carry();
      expect(await descriptions()).toEqual(['1-1', '2-1', '1-1']);
      expect(await bookkeeping.outbox(10)).toEqual([]);
    });

    it.each([
      ['intend', 'after'],
      ['insert', 'before'],
      ['insert', 'after'],
      ['clearOutbox', 'before'],
      ['clearOutbox', 'after'],
    ] as const)('are stored once across a crash at “%s” (%s it was done)', async (method, when) => {
      await publish(1, 3);
      await publish(2, 2);
      const store = failingAt(bookkeeping);
      const into = failingAt(events);
      if (method === 'insert') into.failNext(method, when);
      else store.failNext(method, when);
      const dying = createOutbox({ store: store.store, ingest: open(store.store, into.store).ingest });
      await expect(dying.carry()).rejects.toThrow('the process ended here');
      await publish(3, 1);
      await createOutbox({ store: bookkeeping, ingest: open().ingest }).carry();
      expect((await descriptions()).sort()).toEqual(['1-1', '1-2', '1-3', '2-1', '2-2', '3-1']);
    });

    it('come in the number that they were given, also when a lower number is committed later', async () => {
      const [low, high] = [5001, 5002];
      const write = (id: number) =>
        database.executeSql(
          `insert into administration.event_outbox (id, tenant_id, sender, event) overriding system value values ($1, $2, $3, $4)`,
          [
            id,
            TENANT,
            JSON.stringify(senderOf(1)),
            JSON.stringify({ type: 'X', riseTime: new Date().toISOString(), description: String(id) }),
          ],
        );
      const outbox = createOutbox({ store: bookkeeping, ingest: open().ingest });
      await write(high);
      await outbox.carry();
      await write(low);
      await outbox.carry();
      expect((await descriptions()).sort()).toEqual([String(low), String(high)]);
    });

    it('cannot be kept out by a device that numbers its events as the server does', async () => {
      const { ingest } = open();
      await ingest.accept(batch(1, range(1, 1000), 'server-outbox'));
      await publish(1, 1);
      await createOutbox({ store: bookkeeping, ingest }).carry();
      expect((await events.oldest({ types: ['KLSRV_HOST_STATUS_CRITICAL'] }, 10)).length).toBe(1);
    });
  });
});
