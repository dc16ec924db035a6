import type { EventSort } from '@gatehouse/contract';
import { HOUR_MS } from '../../platform/clock/index.ts';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import type { EventRow } from './event.ts';
import { columns, type EventCondition, type Read, toRow } from './store-columns.ts';
import { sortColumns } from './store-filter.ts';
import { TABLE } from './store-table.ts';

/** Where a page ends: the next one begins behind it. */
export interface PagePlace {
  /** Value of the sort column as text; '' when sorted by number. */
  key: string;
  id: number;
}

export interface PageOrder {
  sort: EventSort;
  /** Towards the beginning of the result instead of its end. */
  backwards?: boolean;
  after?: PagePlace | null;
  limit: number;
  /** Reads what was not expired then. */
  asOf: Date;
}

/**
 * Sorted by when it happened, a page is first looked for in a short time beside its place: the store skips all blocks
 * that lie outside. Only what is sparse makes the window grow.
 */
const WINDOWS_MS = [HOUR_MS, 24 * HOUR_MS, 14 * 24 * HOUR_MS];

const PART_NAME = /^[0-9A-Za-z_-]+$/;

/**
 * Pages of results, by the place where the page before ended: no page counts what lies before it. First the numbers of
 * the page's events are found with as few columns as possible, then their rows are fetched by number.
 */
export const eventPages = (
  engine: EventEngine,
  scope: TenantScope,
  hidden: () => readonly EventCondition[] = () => [],
) => {
  const where = (pieces: readonly EventCondition[], asOf: Date, withHidden = false) => {
    const live = {
      sql: 'listed and expires_at > toDateTime({asOf: UInt32})',
      params: { asOf: Math.floor(asOf.getTime() / 1000) },
    };
    const all: EventCondition[] = [live, ...pieces];
    if (!withHidden) for (const { sql, params } of hidden()) all.push({ sql: `not (${sql})`, params });
    if (scope !== 'all') all.push({ sql: 'tenant_id in {scope: Array(String)}', params: { scope: [...scope] } });
    return {
      sql: all.map((piece) => `(${piece.sql})`).join(' and '),
      params: Object.assign({}, ...all.map((piece) => piece.params)) as Record<string, unknown>,
    };
  };

  const placesOf = async (
    conditions: readonly EventCondition[],
    { sort, backwards = false, after, limit, asOf }: PageOrder,
    window?: EventCondition,
  ): Promise<PagePlace[]> => {
    const column = sortColumns[sort.by];
    const descending = sort.descending !== backwards;
    const [direction, beyond] = descending ? ['desc', '<'] : ['asc', '>'];
    const pieces = [...conditions];
    if (after && column === null) {
      pieces.push({ sql: `event_id ${beyond} {afterId: UInt64}`, params: { afterId: after.id } });
    } else if (after && column !== null) {
      const key = column.fromText('afterKey');
      pieces.push({
        // The first comparison alone is what the store can skip blocks by.
        sql: `${column.sql} ${beyond}= ${key} and (${column.sql} ${beyond} ${key} or event_id ${beyond} {afterId: UInt64})`,
        params: { afterKey: after.key, afterId: after.id },
      });
    }
    if (window) pieces.push(window);
    const { sql, params } = where(pieces, asOf);
    const rows = await engine.query<{ id: string; key: string }>(
      `select toString(event_id) as id, ${column === null ? `''` : column.asText} as key from ${TABLE} where ${sql}
       order by ${column === null ? '' : `${column.sql} ${direction}, `}event_id ${direction} limit {limit: UInt32}`,
      { ...params, limit },
    );
    return rows.map(({ id, key }) => ({ id: Number(id), key }));
  };

  /** The places of one page, found with the least reading. */
  const findPlaces = async (conditions: readonly EventCondition[], order: PageOrder): Promise<PagePlace[]> => {
    if (order.sort.by !== 'happened') return placesOf(conditions, order);
    const descending = order.sort.descending !== (order.backwards ?? false);
    // Ascending from the very beginning: nobody knows when that is.
    if (!order.after && !descending) return placesOf(conditions, order);
    const from = order.after ? Number(order.after.key) : order.asOf.getTime();
    for (const windowMs of WINDOWS_MS) {
      const places = await placesOf(conditions, order, {
        sql: descending
          ? 'rise_time >= fromUnixTimestamp64Milli({windowMs: Int64})'
          : 'rise_time <= fromUnixTimestamp64Milli({windowMs: Int64})',
        params: { windowMs: descending ? Math.max(0, from - windowMs) : from + windowMs },
      });
      if (places.length === order.limit) return places;
    }
    return placesOf(conditions, order);
  };

  const rowsOf = async (places: readonly PagePlace[]): Promise<EventRow[]> => {
    if (places.length === 0) return [];
    const rows = await engine.query<Read>(
      `select ${columns} from ${TABLE} where event_id in {ids: Array(UInt64)}${
        scope === 'all' ? '' : ' and tenant_id in {scope: Array(String)}'
      }`,
      { ids: places.map(({ id }) => id), ...(scope === 'all' ? {} : { scope: [...scope] }) },
    );
    const byId = new Map(rows.map((row) => [Number(row.eventId), toRow(row)]));
    return places.flatMap(({ id }) => byId.get(id) ?? []);
  };

  return {
    findPlaces,

    /** @returns the rows in order, and where the last of them stands */
    page: async (
      conditions: readonly EventCondition[],
      order: PageOrder,
    ): Promise<{ rows: EventRow[]; places: PagePlace[] }> => {
      const places = await findPlaces(conditions, order);
      return { rows: await rowsOf(places), places };
    },

    /** Where this event stands in the order; null when the conditions do not hold for it. */
    placeOf: async (
      conditions: readonly EventCondition[],
      eventId: number,
      { sort, asOf }: Pick<PageOrder, 'sort' | 'asOf'>,
    ): Promise<PagePlace | null> => {
      const only = { sql: 'event_id = {eventId: UInt64}', params: { eventId } };
      return (await placesOf([...conditions, only], { sort, limit: 1, asOf }))[0] ?? null;
    },

    count: async (conditions: readonly EventCondition[], asOf: Date): Promise<number> => {
      const { sql, params } = where(conditions, asOf);
      const rows = await engine.query<{ n: string }>(
        `select toString(count()) as n from ${TABLE} where ${sql}`,
        params,
      );
      return Number(rows[0]?.n ?? 0);
    },

    /** The highest number that a reader can see now; 0 in an empty store. */
    newestId: async (asOf: Date): Promise<number> =>
      (await placesOf([], { sort: { by: 'registered', descending: true }, limit: 1, asOf }))[0]?.id ?? 0,

    /** The number of the last of the newest `count` records up to `topId`; 0 when there are fewer. */
    floorOf: async (count: number, topId: number, asOf: Date): Promise<number> => {
      const { sql, params } = where([{ sql: 'event_id <= {topId: UInt64}', params: { topId } }], asOf);
      const rows = await engine.query<{ id: string }>(
        `select toString(event_id) as id from ${TABLE} where ${sql} order by event_id desc limit 1 offset {skip: UInt64}`,
        { ...params, skip: count - 1 },
      );
      return Number(rows[0]?.id ?? 0);
    },

    /** The parts of the store in which such events lie, with how many: each can be cleared by itself. */
    partsWith: async (
      conditions: readonly EventCondition[],
      asOf: Date,
    ): Promise<{ part: string; events: number }[]> => {
      const { sql, params } = where(conditions, asOf, true);
      const rows = await engine.query<{ part: string; events: string }>(
        `select _partition_id as part, toString(count()) as events from ${TABLE} where ${sql} group by part order by part`,
        params,
      );
      return rows.map(({ part, events }) => ({ part, events: Number(events) }));
    },

    /** Deletes such events of one part for good. Twice is once. */
    clearPart: async (part: string, conditions: readonly EventCondition[], asOf: Date): Promise<void> => {
      if (!PART_NAME.test(part)) throw new Error(`"${part}" is no part of the event store`);
      const { sql, params } = where(conditions, asOf, true);
      await engine.command(
        `delete from ${TABLE} ${engine.ddl.onCluster} in partition id '${part}' where ${sql}`,
        params,
      );
    },
  };
};
export type EventPages = ReturnType<typeof eventPages>;
