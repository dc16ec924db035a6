import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';
import type { EventRow } from './event.ts';
import type { EventCondition } from './store-columns.ts';
import { type EngineStore, engineStore } from './store-engine.ts';

const NOW = new Date(Math.floor(Date.now() / 1000) * 1000);
const ROWS = 5000;
const HOUR_MS = 3_600_000;

/** Many events share their values, so that only their numbers tell them apart. */
const rowOf = (id: number): EventRow => ({
  eventId: id,
  tenantId: id % 10 === 0 ? 'quiet' : 'busy',
  deviceId: `device-${id % 3}`,
  epoch: 'e',
  seq: id,
  type: id % 4 === 0 ? 'KLPRCI_TaskState' : 'X',
  typeId: 0,
  known: true,
  severity: ((id % 4) + 1) as 1,
  displayName: '',
  description: `event ${id}`,
  params: Array.from({ length: 9 }, () => ''),
  // Over two months, so that no time near the beginning or the end has many.
  riseTime: new Date(NOW.getTime() - ((id * 7919) % 1500) * HOUR_MS),
  registrationTime: NOW,
  deviceName: `pc-${id % 5}`,
  groupId: id % 2,
  groupName: 'Managed devices/',
  ipAddress: '',
  product: '',
  productVersion: '',
  productDisplayVersion: '',
  taskId: '',
  taskName: '',
  taskOldState: -1,
  taskNewState: id % 4 === 0 ? id % 3 : -1,
  completedPercent: -1,
  expiresAt: new Date(NOW.getTime() + 30 * 24 * HOUR_MS),
  listed: true,
});

const rows = Array.from({ length: ROWS }, (_, at) => rowOf(at + 1));

/** What the sort keys are in memory. */
const values: Record<string, (row: EventRow) => number | string> = {
  event_db_id: (row) => row.eventId,
  rise_time: (row) => row.riseTime.getTime(),
  GNRL_EA_SEVERITY: (row) => row.severity,
  hostdn: (row) => row.deviceName,
  task_new_state: (row) => row.taskNewState,
};
interface SortField {
  name: string;
  ascending: boolean;
}
const sorted = (order: readonly SortField[], all: readonly EventRow[]): number[] =>
  [...all]
    .sort((a, b) => {
      for (const { name, ascending } of order) {
        const [left, right] = [values[name]?.(a) ?? 0, values[name]?.(b) ?? 0];
        if (left !== right) return left < right === ascending ? -1 : 1;
      }
      return (a.eventId - b.eventId) * ((order[0]?.ascending ?? true) ? 1 : -1);
    })
    .map(({ eventId }) => eventId);

let engine: EventEngine;
let store: EngineStore;
let hidden: EventCondition[] = [];
let asked = 0;
beforeAll(async () => {
  engine = await openTestEventEngine();
  store = engineStore(
    engine,
    'all',
    () => NOW,
    () => hidden,
  );
  await engine.command('drop table if exists administration_event sync');
  await store.createTable();
  await store.insert(rows);
  const { query } = engine;
  engine.query = ((...given: Parameters<typeof query>) => {
    asked += 1;
    return query(...given);
  }) as typeof query;
});
afterAll(() => {
  hidden = [];
});

const idsOf = (found: readonly EventRow[]) => found.map(({ eventId }) => eventId);

describe('a cursor over events', () => {
  const field = fc.record({ name: fc.constantFrom(...Object.keys(values)), ascending: fc.boolean() });
  const page = fc.record({ start: fc.nat(ROWS + 10), count: fc.integer({ min: 1, max: 700 }) });

  it('has the rows of any page in any order, whichever page was read before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(field, { maxLength: 3 }),
        fc.array(page, { minLength: 1, maxLength: 5 }),
        async (order, pages) => {
          const expected = sorted(order, rows);
          const cursor = store.cursor([], order, NOW);
          for (const { start, count } of pages) {
            expect(idsOf(await cursor.rows(start, count))).toEqual(expected.slice(start, start + count));
          }
          expect(await cursor.count()).toBe(ROWS);
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([
    ['from the beginning to the end', (_all: number, page: number, at: number) => at * page],
    ['from the end to the beginning', (all: number, page: number, at: number) => all - (at + 1) * page],
  ])('reads %s page by page without counting over what lies between', async (_how, startOf) => {
    const order = [{ name: 'rise_time', ascending: false }];
    const expected = sorted(order, rows);
    const cursor = store.cursor([], order, NOW);
    const seen: number[] = [];
    asked = 0;
    for (let at = 0; at < ROWS / 100; at += 1) {
      const start = startOf(ROWS, 100, at);
      const ids = idsOf(await cursor.rows(start, 100));
      expect(ids).toEqual(expected.slice(start, start + 100));
      seen.push(...ids);
    }
    expect(new Set(seen).size).toBe(ROWS);
    // One question for the rows of each page, and few for where they are.
    expect(asked).toBeLessThan(ROWS / 100 + 30);
  });

  it('holds only what meets its conditions, of its own tenants', async () => {
    const quiet = engineStore(engine, ['quiet'], () => NOW);
    const cursor = quiet.cursor([{ sql: 'severity = {s: UInt8}', params: { s: 3 } }], [], NOW);
    const expected = rows.filter(({ tenantId, severity }) => tenantId === 'quiet' && severity === 3);
    expect(await cursor.count()).toBe(expected.length);
    expect(idsOf(await cursor.rows(0, ROWS))).toEqual(idsOf(expected));
  });

  it('goes on where it was when events before it are deleted', async () => {
    const cursor = store.cursor([], [{ name: 'event_db_id', ascending: true }], NOW);
    expect(idsOf(await cursor.rows(0, 1500)).at(-1)).toBe(1500);
    hidden = [{ sql: 'event_id <= 1000', params: {} }];
    expect(idsOf(await cursor.rows(1500, 10))[0]).toBe(1501);
    hidden = [];
  });

  it('answers questions that come at once one after the other', async () => {
    const cursor = store.cursor([], [], NOW);
    const pages = await Promise.all([4000, 10, 2500, 0].map((start) => cursor.rows(start, 5)));
    expect(pages.map((found) => found[0]?.eventId)).toEqual([4001, 11, 2501, 1]);
  });
});
