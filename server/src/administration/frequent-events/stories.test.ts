import { randomUUID } from 'node:crypto';
import type { FrequentEventSettings } from '@gatehouse/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../testing/administration.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';
import { createFrequentEvents } from './guard.ts';
import { defaultSettings } from './rule.ts';
import { type FrequentEventTables, frequentEventStore } from './store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const STORM = 'SHOP_PRINTER_PAPER_JAM';
const OTHER = 'SHOP_DOOR_OPENED';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('a storm of events', (place) => {
  let msp: TestAdministration;
  let database: Database;
  let tenantId: string;
  let tenants = 0;
  beforeAll(async () => {
    database = await place.open();
    msp = await startAdministration({ database, engine });
  });
  afterAll(() => msp.stop());

  /** Small numbers, so that a storm is some dozens of events. */
  const rule = { ...defaultSettings, minimumEvents: 20, budgetPerDay: 50 };
  const setRule = (settings: FrequentEventSettings) =>
    msp.call('PUT', '/api/frequent-events-settings', { body: settings });
  const round = async () => {
    await msp.administration.frequentEvents.round();
    await msp.settle();
  };
  const idle = async () => {
    await msp.administration.frequentEvents.idle();
    await msp.settle();
  };
  const list = async (query = '') =>
    (await msp.call('GET', `/api/frequent-events?tenantId=${tenantId}${query}`)).body.items;
  const stored = (type: string, deviceId?: string) =>
    msp.administration.eventsOf([tenantId]).newest({ types: [type], ...(deviceId ? { deviceId } : {}) }, 100_000);
  const notices = () => stored('KLSRV_EVENT_SPAM_EVENTS_DETECTED');
  const many = (count: number, type = STORM) =>
    Array.from({ length: count }, (_, at) => ({ type, description: `${at}` }));
  const act = (what: 'exclude' | 'block' | 'remove', ids: string[], bearer = 'admin') =>
    msp.call('POST', `/api/frequent-events/${what}`, { body: { ids }, bearer });

  beforeEach(async () => {
    expect((await setRule(rule)).status).toBe(200);
    tenants += 1;
    tenantId = (await msp.addTenant(`client ${tenants}`)).id;
  });

  it('is blocked, acknowledged and counted, announced once, and hurts no other event', async () => {
    const printer = await msp.enrol(`printer-${tenants}`, { tenantId });
    const desk = await msp.enrol(`desk-${tenants}`, { tenantId });
    await printer.sends(...many(60));
    await idle();
    expect(await list()).toMatchObject([
      { state: 'blocked', type: STORM, severity: 'info', eventsInWindow: 60, sharePercent: 100, suppressed: 0 },
    ]);
    expect((await printer.sends(...many(30))).body).toEqual({ acknowledgedSeq: 90 });
    expect((await desk.sends(...many(5), ...many(7, OTHER))).status).toBe(200);
    expect(await stored(STORM)).toHaveLength(60);
    expect(await stored(OTHER)).toHaveLength(7);

    const [row] = await list();
    expect(row).toMatchObject({ suppressed: 35, tenantName: `client ${tenants}` });
    expect(row.firstSuppressed).toMatchObject({
      deviceId: printer.id,
      deviceName: `printer-${tenants}`,
      description: '0',
    });
    expect(row.lastSuppressed).toMatchObject({ deviceId: desk.id, description: '4' });
    const detail = (await msp.call('GET', `/api/frequent-events/${row.id}`)).body;
    expect(detail.devices).toEqual([
      { deviceId: printer.id, deviceName: `printer-${tenants}`, suppressed: 30 },
      { deviceId: desk.id, deviceName: `desk-${tenants}`, suppressed: 5 },
    ]);
    expect(detail.suppressedOfOthers).toBe(0);
    expect((await msp.call('GET', `/api/frequent-events-summary?tenantId=${tenantId}`)).body).toEqual({
      blocked: 1,
      suppressed: 35,
      since: row.blockedAt,
    });
    const [notice, ...more] = await notices();
    expect(more).toEqual([]);
    expect(notice).toMatchObject({ typeId: 0, severity: 2, deviceId: '', tenantId });
    expect(notice?.params.slice(0, 3)).toEqual([STORM, STORM, '60']);
    expect(msp.changes).toContain('frequent-events');
  });

  it('counts no event twice and stores none late when batches are sent again, also after the block has ended', async () => {
    const printer = await msp.enrol(`printer-${tenants}`, { tenantId });
    await printer.sends(...many(60));
    await idle();
    const batch = {
      epoch: 'epoch-of-kit',
      events: [...many(30), ...many(2, OTHER)].map((event, at) => ({
        ...event,
        seq: 61 + at * 2,
        riseTime: msp.clock().toISOString(),
      })),
    };
    for (let times = 0; times < 3; times += 1) {
      expect((await printer.agent('POST', '/agent/v1/events', batch)).body).toEqual({ acknowledgedSeq: 123 });
    }
    const [row] = await list();
    expect(row.suppressed).toBe(30);
    await act('remove', [row.id]);
    await printer.agent('POST', '/agent/v1/events', batch);
    expect(await stored(STORM)).toHaveLength(60);
    expect(await stored(OTHER)).toHaveLength(2);
    // What lay between those numbers was never sent: it is new.
    await printer.agent('POST', '/agent/v1/events', {
      ...batch,
      events: batch.events.slice(0, 3).map((event) => ({ ...event, seq: event.seq + 1 })),
    });
    expect(await stored(STORM)).toHaveLength(63);
  });

  it('goes on to be blocked by a process that starts later, and what was taken before stays taken', async () => {
    const printer = await msp.enrol(`printer-${tenants}`, { tenantId });
    await printer.sends(...many(60));
    await idle();
    await printer.sends(...many(10));
    const schema = database.forSchema<FrequentEventTables>('administration');
    const failures: unknown[] = [];
    const later = createFrequentEvents({
      storeOf: (scope) => frequentEventStore(schema, scope),
      inTransaction: (work) =>
        schema.transaction().execute((tx) =>
          work({
            storeOf: (scope) => frequentEventStore(tx, scope),
            publish: async () => {
              throw new Error('nothing new is to be announced');
            },
          }),
        ),
      maximumEvents: async () => 400_000,
      clock: msp.clock,
      onChange: () => {},
      onPublished: () => {},
      onError: (error) => failures.push(error),
    });
    await later.round();
    const sender = { tenantId, deviceId: printer.id, deviceName: 'p', groupId: 1, groupName: '', ipAddress: '' };
    const arrivals = many(20).map((event, at) => ({
      event: { ...event, seq: 61 + at, riseTime: msp.clock().toISOString() },
      batch: { sender, epoch: 'epoch-of-kit' },
    }));
    const seqs = arrivals.map(({ event }) => event.seq);
    const taken = await later.guard.taken({ sender: printer.id, epoch: 'epoch-of-kit' }, seqs);
    expect([...taken].sort()).toEqual(seqs.slice(0, 10));
    expect(await later.guard.admit(arrivals.filter(({ event }) => !taken.has(event.seq)))).toEqual([]);
    expect(await list()).toMatchObject([{ state: 'blocked', suppressed: 20 }]);
    expect(failures).toEqual([]);
  });

  it('ends by itself after two calm windows, stays in the history, and is not announced again within a day', async () => {
    const printer = await msp.enrol(`printer-${tenants}`, { tenantId });
    await printer.sends(...many(60));
    await idle();
    msp.advance(15 * MINUTE_MS);
    await printer.sends(...many(40));
    await round();
    // Frequent a moment ago: two windows from now.
    msp.advance(19 * MINUTE_MS);
    await round();
    expect(await list()).toMatchObject([{ state: 'blocked' }]);
    msp.advance(1 * MINUTE_MS);
    await round();
    expect(await list()).toEqual([]);
    expect(await list('&state=ended')).toMatchObject([{ state: 'ended', suppressed: 40, changedBy: null }]);

    await printer.sends(...many(60));
    await idle();
    expect(await list()).toMatchObject([{ state: 'blocked' }]);
    expect(await notices()).toHaveLength(1);
    msp.advance(24 * HOUR_MS);
    await round();
    await printer.sends(...many(60));
    await idle();
    expect(await list()).toMatchObject([{ state: 'blocked' }]);
    expect(await notices()).toHaveLength(2);
  });

  it('is received again when an administrator excludes it, stays in the list, and can be blocked again', async () => {
    const printer = await msp.enrol(`printer-${tenants}`, { tenantId });
    await printer.sends(...many(60));
    await idle();
    const [{ id }] = await list();
    expect((await act('exclude', [id])).status).toBe(200);
    expect((await act('exclude', [id])).status).toBe(200);
    await printer.sends(...many(200));
    await round();
    expect(await list()).toMatchObject([{ id, state: 'excluded', suppressed: 0, changedBy: 'ann' }]);
    expect(await stored(STORM)).toHaveLength(260);
    expect(msp.web.audited).toContainEqual(
      expect.objectContaining({
        action: 'frequent-event.excluded',
        tenantId,
        before: [expect.objectContaining({ id, state: 'blocked' })],
        after: [expect.objectContaining({ id, state: 'excluded' })],
      }),
    );

    expect((await act('block', [id])).status).toBe(200);
    await printer.sends(...many(9));
    await round();
    expect(await list()).toMatchObject([{ id, state: 'blocked', suppressed: 9 }]);
    expect(await stored(STORM)).toHaveLength(260);
  });

  it('leaves the list when it is removed from blocking, and is counted anew until it is frequent again', async () => {
    const printer = await msp.enrol(`printer-${tenants}`, { tenantId });
    await printer.sends(...many(60));
    await idle();
    const [{ id }] = await list();
    await act('remove', [id]);
    expect(await list()).toEqual([]);
    await printer.sends(...many(20));
    await idle();
    expect(await list()).toEqual([]);
    await printer.sends(...many(1));
    await idle();
    expect(await list()).toMatchObject([{ state: 'blocked', eventsInWindow: 21 }]);
    expect(await act('exclude', [id])).toMatchObject({ status: 409, body: { code: 'frequent-event.wrong-state' } });
  });

  it('moves all of the chosen or none', async () => {
    const printer = await msp.enrol(`printer-${tenants}`, { tenantId });
    await printer.sends(...many(60));
    await idle();
    const [{ id }] = await list();
    const missing = randomUUID();
    expect(await act('exclude', [id, missing])).toMatchObject({
      status: 404,
      body: { code: 'frequent-event.not-found' },
    });
    expect(await list()).toMatchObject([{ state: 'blocked' }]);
  });

  it('never touches detections, audit events, states of commands and events of the server itself', async () => {
    const infected = await msp.enrol(`infected-${tenants}`, { tenantId });
    const commandId = randomUUID();
    for (let times = 0; times < 3; times += 1) {
      await infected.sends(
        ...many(40, 'GNRL_EV_VIRUS_FOUND'),
        ...many(40, 'GNRL_EV_OBJECT_DELETED'),
        ...many(40, 'KLAUD_EV_OBJECTMODIFY'),
        ...Array.from({ length: 40 }, () => ({
          type: 'KLPRCI_TaskState',
          task: { id: commandId, displayName: 'Scan', newState: 1 },
        })),
      );
      await idle();
    }
    expect(await list()).toEqual([]);
    for (const type of ['GNRL_EV_VIRUS_FOUND', 'GNRL_EV_OBJECT_DELETED', 'KLAUD_EV_OBJECTMODIFY', 'KLPRCI_TaskState']) {
      expect((await stored(type)).filter(({ deviceId }) => deviceId === infected.id)).toHaveLength(120);
    }
  });

  it('of one client is none of another, and another’s is not there', async () => {
    const printer = await msp.enrol(`printer-${tenants}`, { tenantId });
    const other = await msp.addTenant(`other ${tenants}`);
    const neighbour = await msp.enrol(`neighbour-${tenants}`, { tenantId: other.id });
    await printer.sends(...many(60));
    await idle();
    await neighbour.sends(...many(30));
    const [{ id }] = await list();
    expect(await msp.administration.eventsOf([other.id]).newest({ types: [STORM] }, 100)).toHaveLength(30);
    const asOther = { bearer: `tenant:${other.id}` };
    expect((await msp.call('GET', `/api/frequent-events/${id}`, asOther)).status).toBe(404);
    expect((await msp.call('GET', '/api/frequent-events', asOther)).body.items).toEqual([]);
    expect((await msp.call('GET', '/api/frequent-events-summary', asOther)).body.blocked).toBe(0);
    expect((await act('exclude', [id], `tenant:${other.id}`)).status).toBe(404);
    expect(
      (await msp.call('PUT', '/api/frequent-events-settings', { body: rule, bearer: `tenant:${other.id}` })).status,
    ).toBe(403);
  });

  it('is let through when the rule is switched off, and the rule is kept', async () => {
    const printer = await msp.enrol(`printer-${tenants}`, { tenantId });
    await printer.sends(...many(60));
    await idle();
    await setRule({ ...rule, enabled: false });
    await printer.sends(...many(10));
    expect(await stored(STORM)).toHaveLength(70);
    const { body } = await msp.call('GET', '/api/frequent-events-settings');
    expect(body).toMatchObject({ settings: { enabled: false, minimumEvents: 20 }, effectiveBudgetPerDay: 50 });
    const bad = await msp.call('PUT', '/api/frequent-events-settings', {
      body: { ...rule, sharePercent: 0 },
    });
    expect(bad).toMatchObject({ status: 400, body: { issues: [{ where: 'body.sharePercent' }] } });
  });

  it('of 50,000 equal events by the default rule is stored in part and counted in part, and nothing is lost', {
    timeout: 90_000,
  }, async () => {
    await setRule(defaultSettings);
    const printer = await msp.enrol(`printer-${tenants}`, { tenantId });
    const desk = await msp.enrol(`desk-${tenants}`, { tenantId });
    for (let batch = 0; batch < 50; batch += 1) {
      await printer.sends(...many(1000));
      await desk.sends(...many(3, OTHER));
    }
    await idle();
    const [row] = await list();
    const [{ n }] = (await engine.query(
      'select toUInt32(count()) as n from administration_event where tenant_id = {tenant: String} and type = {type: String}',
      { tenant: tenantId, type: STORM },
    )) as [{ n: number }];
    expect(n + row.suppressed).toBe(50_000);
    // The budget of a day is 13,333; what was under way when it was passed is stored too.
    expect(n).toBeGreaterThanOrEqual(14_000);
    expect(n).toBeLessThanOrEqual(20_000);
    expect(await stored(OTHER)).toHaveLength(150);
    expect(msp.logged).toEqual([]);
  });

  describe('in its store', () => {
    it('remembers numbers of a sender in a bounded place, the latest ones for sure', async () => {
      const store = frequentEventStore(database.forSchema('administration'), 'all');
      const sender = randomUUID();
      for (let from = 1; from < 40_000; from += 2000) {
        // Every second number: as many runs as there can be.
        const ranges = Array.from({ length: 1000 }, (_, at): [number, number] => [from + at * 2, from + at * 2]);
        await store.take([{ sender, epoch: 'epoch', ranges }], new Date());
      }
      const { rows } = await database.executeSql(
        'select pg_column_size(numbers)::int as size from administration.frequent_event_taken where sender = $1',
        [sender],
      );
      expect(rows[0].size).toBeLessThan(25_000);
      expect(await store.taken(sender, 'epoch', [39_999, 39_998, 38_001, 38_000])).toEqual(new Set([39_999, 38_001]));
      expect(await store.taken(sender, 'other', [39_999])).toEqual(new Set());
    });

    it('forgets history and silent senders after their time, and nothing that is in the list', async () => {
      const printer = await msp.enrol(`printer-${tenants}`, { tenantId });
      await printer.sends(...many(60));
      await idle();
      await printer.sends(...many(60));
      const store = frequentEventStore(database.forSchema('administration'), 'all');
      const later = new Date(msp.clock().getTime() + 1000);
      await store.prune(later, new Date(0));
      expect(await list()).toHaveLength(1);
      expect(await store.taken(printer.id, 'epoch-of-kit', [61])).toEqual(new Set([61]));
      const [{ id }] = await list();
      await act('remove', [id]);
      await store.prune(new Date(msp.clock().getTime() + 1000), later);
      expect(await list('&state=removed')).toEqual([]);
      expect(await store.taken(printer.id, 'epoch-of-kit', [61])).toEqual(new Set());
    });
  });
});
