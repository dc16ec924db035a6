import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../testing/administration.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('the limit of the event store', (place) => {
  let msp: TestAdministration;
  let database: Database;
  beforeAll(async () => {
    database = await place.open();
    msp = await startAdministration({ database, engine });
  });
  afterAll(() => msp.stop());
  beforeEach(async () => {
    // What the server itself has to tell of the test before.
    await msp.settle();
    await engine.command('truncate table administration_event');
    msp.audited.length = 0;
  });

  let seq = 0;
  const arrive = async (count: number, types = ['GNRL_EV_OBJECT_DELETED', 'GNRL_EV_OBJECT_BLOCKED']) => {
    const { id: tenantId } = await msp.mainTenant();
    const sender = { tenantId, deviceId: null, deviceName: '', groupId: null, groupName: '', ipAddress: '' };
    for (let left = count; left > 0; left -= 5000) {
      const events = Array.from({ length: Math.min(left, 5000) }, () => {
        seq += 1;
        return { seq, type: types[seq % types.length] ?? '', riseTime: new Date().toISOString() };
      });
      await msp.administration.ingest.accept({ sender, epoch: 'test-epoch', events });
    }
  };
  const figures = async () => (await msp.call('GET', '/api/event-storage')).body;
  const limit = (maximumEvents: number) => msp.call('PUT', '/api/event-storage', { body: { maximumEvents } });
  const ownEvents = async () =>
    (
      await msp.administration
        .eventsOf('all')
        .oldest({ types: ['KLSRV_EVP_DB_TRUNCATING', 'KLSRV_EVP_DB_TRUNCATED'], includeUnlisted: true }, 10)
    ).map(({ typeId, listed, params }) => [typeId, listed, params[0]]);
  const seqsShown = async () => {
    const rows = await engine.query<{ lowest: number; highest: number; n: number }>(
      `select toUInt32(min(seq)) as lowest, toUInt32(max(seq)) as highest, toUInt32(count()) as n
       from administration_event where listed`,
    );
    return rows[0];
  };

  it('of 10,000 keeps the newest 10,000 of 50,000, and tells of it with 4145, 4146 and an audit line by type', async () => {
    expect((await limit(10_000)).body).toMatchObject({ maximumEvents: 10_000, marginEvents: 250 });
    const first = seq + 1;
    await arrive(50_000);
    await msp.settle();
    await msp.administration.eventStorage.check();
    expect(await seqsShown()).toEqual({ lowest: first + 40_000, highest: first + 49_999, n: 10_000 });
    await msp.settle();
    expect(await ownEvents()).toEqual([
      [4145, false, '40000'],
      [4146, false, '40000'],
    ]);
    expect((await msp.call('GET', '/api/events?type=KLSRV_EVP_DB_TRUNCATED')).body.items).toEqual([]);
    expect(msp.audited).toMatchObject([
      {
        action: 'event-storage.trimmed',
        after: {
          removedEvents: 40_000,
          removedByType: { GNRL_EV_OBJECT_DELETED: 20_000, GNRL_EV_OBJECT_BLOCKED: 20_000 },
        },
      },
    ]);
    expect(await figures()).toMatchObject({
      storedEvents: 10_000,
      unlistedEvents: 2,
      trimmingSince: null,
      lastTrim: { removedEvents: 40_000 },
      isMeasured: true,
    });
  });

  it('is passed by its margin before anything is deleted', async () => {
    await limit(1000);
    await arrive(1024);
    await msp.settle();
    await msp.administration.eventStorage.check();
    expect((await seqsShown())?.n).toBe(1024);
    await arrive(1);
    await msp.settle();
    await msp.administration.eventStorage.check();
    expect((await seqsShown())?.n).toBe(1000);
  });

  it('deletes nothing that the statuses of devices still wait for, until that has stopped for good', async () => {
    await limit(1000);
    await msp.settle();
    await arrive(3000);
    await msp.administration.eventStorage.check();
    expect((await seqsShown())?.n).toBe(3000);
    msp.advance(11 * 60_000);
    await msp.administration.eventStorage.check();
    expect((await seqsShown())?.n).toBe(1000);
    await msp.settle();
  });

  it('counts what readers can see: neither what has expired nor what is kept for consumers alone', async () => {
    await limit(1000);
    await arrive(2000, ['KLSRV_KLCLOUD_SCAN_ERROR']);
    await arrive(900);
    await msp.settle();
    await msp.administration.eventStorage.check();
    expect(await figures()).toMatchObject({ storedEvents: 900, unlistedEvents: 2000, isMeasured: false });
    expect(msp.audited).toEqual([]);
  });

  it('lets events be stored while it deletes', async () => {
    await limit(100_000);
    await arrive(20_000);
    await msp.settle();
    await limit(5000);
    const start = seq;
    let isDone = false;
    const trim = msp.administration.eventStorage.check().then(() => {
      isDone = true;
    });
    let during = 0;
    while (!isDone) {
      await arrive(10);
      during += 10;
    }
    await trim;
    const now = await seqsShown();
    expect(now?.highest).toBe(start + during);
    expect(now?.n).toBeGreaterThanOrEqual(5000);
    expect((now?.highest ?? 0) - (now?.lowest ?? 0) + 1).toBe(now?.n);
  });

  it('is between 1,000 and 100,000,000, set by those who may, and an audit line tells from what', async () => {
    await limit(2000);
    for (const [maximumEvents, status] of [
      [999, 400],
      [100_000_001, 400],
      [1500.5, 400],
      [100_000_000, 200],
    ] as const) {
      expect([maximumEvents, (await limit(maximumEvents)).status]).toEqual([maximumEvents, status]);
    }
    expect(msp.web.audited.at(-1)).toMatchObject({
      action: 'event-storage.changed',
      before: { maximumEvents: 2000 },
      after: { maximumEvents: 100_000_000 },
    });
    const { id } = await msp.addTenant('Limited');
    const refused = await msp.call('PUT', '/api/event-storage', {
      body: { maximumEvents: 5000 },
      bearer: `tenant:${id}`,
    });
    expect(refused.status).toBe(403);
  });

  describe('cut off in the middle', () => {
    const cut = new Error('the process ended here');
    it.each(['removeUpTo', 'record', 'end'] as const)('at “%s” goes on with what was begun', async (step) => {
      await limit(1000);
      await arrive(4000);
      await msp.settle();
      const { createEventStorage, eventStorageStore } = await import('./index.ts');
      const { administrationDb } = await import('../tables.ts');
      const { trimStore, eventStore } = await import('../events/index.ts');
      const db = administrationDb(database.forSchema('administration'));
      const store = eventStorageStore(db.eventStorage);
      const published: string[] = [];
      const recorded: number[] = [];
      const real = trimStore(engine, msp.clock);
      const open = (fails: string | null) => {
        const failing =
          <A extends unknown[], R>(name: string, work: (...args: A) => Promise<R>) =>
          async (...args: A): Promise<R> => {
            if (fails === name) throw cut;
            return work(...args);
          };
        return createEventStorage({
          store,
          events: { ...real, removeUpTo: failing('removeUpTo', real.removeUpTo) },
          consumersAt: () => eventStore(db.events).slowestCursor(['flow']),
          begin: async (trim, { type }) => {
            const isOurs = await store.begin(trim);
            if (isOurs) published.push(type);
            return isOurs;
          },
          end: failing('end', async (trim, finishedAt, { type }) => {
            const isOurs = await store.end(trim, finishedAt);
            if (isOurs) published.push(type);
            return isOurs;
          }),
          record: failing('record', async (_trim, removed) => void recorded.push(removed)),
          clock: msp.clock,
          onPublished: () => {},
          onError: (error) => {
            throw error;
          },
        });
      };
      await expect(open(step).check()).rejects.toBe(cut);
      await arrive(10);
      // The next process; a second one at the same time ends nothing twice.
      await Promise.all([open(null).check(), open(null).check()]);
      expect((await seqsShown())?.n).toBe(1010);
      expect(published.filter((type) => type.endsWith('TRUNCATING'))).toHaveLength(1);
      expect(published.filter((type) => type.endsWith('TRUNCATED'))).toHaveLength(1);
      expect(new Set(recorded)).toEqual(new Set([3000]));
    });
  });
});
