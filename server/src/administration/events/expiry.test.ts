import { beforeAll, describe, expect, it } from 'vitest';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';
import { toEventRow } from './event.ts';
import { type EventSender, engineStore } from './index.ts';

const DAY_MS = 86_400_000;
const TENANT = '019a0000-0000-7000-8000-00000000000a';
const sender: EventSender = {
  tenantId: TENANT,
  deviceId: null,
  deviceName: 'pc',
  groupId: 1,
  groupName: 'Managed devices/',
  ipAddress: '',
};

/** An event that came so many days ago, of a type with this term. */
const row = (eventId: number, daysAgo: number, termDays: number) =>
  toEventRow(
    { seq: eventId, type: 'X', riseTime: new Date().toISOString() },
    sender,
    { eventId, epoch: 'e', registrationTime: new Date(Date.now() - daysAgo * DAY_MS) },
    () => termDays,
  );

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
  await engineStore(engine, 'all').createTable();
});
const idsInStore = async () =>
  (await engine.query<{ id: number }>('select toUInt32(event_id) as id from administration_event order by id')).map(
    ({ id }) => id,
  );

describe('the event store', () => {
  it('lets whole parts of expired events leave the disk by itself', { timeout: 60_000 }, async () => {
    // Without a pause between two looks for expired parts, and without clearing at the insert itself.
    await engine.command('alter table administration_event modify setting merge_with_ttl_timeout = 1');
    await engine.command('system stop ttl merges administration_event');
    const store = engineStore(engine, 'all');
    // A term of 40 days that ended a week ago and more, one that ended yesterday, and one that goes on.
    await store.insert([row(1, 60, 40), row(2, 60, 40)]);
    await store.insert([row(3, 10, 1), row(4, 2, 30)]);
    expect(await store.oldest({}, 10)).toMatchObject([{ eventId: 4 }]);
    expect(await idsInStore()).toEqual([1, 2, 3, 4]);
    await engine.command('system start ttl merges administration_event');
    const until = Date.now() + 30_000;
    while (Date.now() < until && (await idsInStore()).length > 1) await new Promise((done) => setTimeout(done, 250));
    expect(await idsInStore()).toEqual([4]);
    const [parts] = await engine.query<{ rows: number }>(
      `select toUInt32(sum(rows)) as rows from system.parts where active and table = 'administration_event'`,
    );
    expect(parts?.rows).toBe(1);
  });

  it('mends the table of an earlier version, and shows what was stored before', async () => {
    await engine.command('drop table administration_event sync');
    const store = engineStore(engine, 'all');
    await store.createTable();
    await store.insert([row(1, 0, 30)]);
    await engine.command('alter table administration_event drop column listed');
    await store.createTable();
    await store.createTable();
    await store.insert([row(2, 0, 30), row(3, 0, 0)]);
    expect((await store.oldest({}, 10)).map(({ eventId, listed }) => [eventId, listed])).toEqual([
      [1, true],
      [2, true],
    ]);
    expect((await store.oldest({ includeUnlisted: true }, 10)).map(({ eventId }) => eventId)).toEqual([1, 2, 3]);
  });

  it('hides what is not listed from every reader', async () => {
    const store = engineStore(engine, [TENANT]);
    const now = new Date();
    expect([
      (await store.newest({}, 10)).length,
      (await store.oldest({}, 10)).length,
      await store.count([]),
      await store.count([], now),
      (await store.cursor([], [], now).rows(0, 10)).length,
      await store.cursor([], [], now).count(),
      (await store.countsByHour(new Date(0))).reduce((sum, { n }) => sum + n, 0),
    ]).toEqual([2, 2, 2, 2, 2, 2, 2]);
  });
});
