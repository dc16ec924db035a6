import type { EventEngine } from '../../platform/event-engine/index.ts';
import type { EventRow } from './event.ts';
import { columns, type EventCondition, type Read, toRow } from './store-columns.ts';
import { type EventSortKey, RISE_TIME } from './store-search.ts';
import { TABLE } from './store-table.ts';

/** Where a row stands in the order: the values of its sort keys as text, and its number. */
interface Place {
  keys: string[];
  id: number;
}
interface Anchor {
  row: number;
  place: Place;
}
interface Window {
  start: number;
  ids: number[];
}

/** So many places are looked up beyond what was asked for, at first; twice as many with each further look. */
const FIRST_WINDOW = 1000;
/** Numbers of rows that one cursor holds at most: it holds no rows. */
const MOST_WINDOW = 20_000;
const MOST_ANCHORS = 1000;

const HOUR_MS = 3_600_000;
/** Sorted by when it happened, most pages lie in a short time beside their place: the store skips all other blocks. */
const SPANS_MS = [HOUR_MS, 24 * HOUR_MS, 14 * 24 * HOUR_MS];

export interface CursorParts {
  engine: EventEngine;
  /** What holds for the events of the result, at every reading anew: what is being deleted leaves it. */
  where: (more: readonly EventCondition[]) => { sql: string; params: Record<string, unknown> };
  /** What the result is sorted by before the number, and whether numbers grow. */
  keys: readonly EventSortKey[];
  idAscending: boolean;
  asOf: Date;
}

/**
 * A result of events that is read by the places of its rows, any of them at any time. Nothing is copied: the cursor
 * remembers where some rows stand, and a page is found from the nearest of them, so that a page far back costs what the
 * first one does. Only a leap is counted over, in the narrow columns alone.
 */
export const eventCursor = ({ engine, where, keys, idAscending, asOf }: CursorParts) => {
  let counted: Promise<number> | undefined;
  let window: Window | null = null;
  let windowSize = FIRST_WINDOW;
  let anchors: Anchor[] = [];
  let busy: Promise<unknown> = Promise.resolve();

  const count = (): Promise<number> => {
    counted ??= (async () => {
      const { sql, params } = where([]);
      const rows = await engine.query<{ n: string }>(
        `select toString(count()) as n from ${TABLE} where ${sql}`,
        params,
      );
      return Number(rows[0]?.n ?? 0);
    })();
    // A failure is not for ever.
    counted.catch(() => {
      counted = undefined;
    });
    return counted;
  };

  /** All that stands behind a place, or before it. */
  const beyond = ({ keys: values, id }: Place, backwards: boolean): EventCondition => {
    const params: Record<string, unknown> = { placeId: id };
    const sign = (ascending: boolean) => (ascending !== backwards ? '>' : '<');
    const placeholders = keys.map(({ fromText }, at) => {
      params[`place${at}`] = values[at] ?? '';
      return fromText(`place${at}`);
    });
    let sql = `event_id ${sign(idAscending)} {placeId: UInt64}`;
    for (let at = keys.length - 1; at >= 0; at -= 1) {
      const key = keys[at];
      if (!key) continue;
      // The first comparison alone is what the store can skip blocks by.
      sql = `${key.sql} ${sign(key.ascending)}= ${placeholders[at]} and (${key.sql} ${sign(key.ascending)} ${placeholders[at]} or (${sql}))`;
    }
    return { sql, params };
  };

  const look = async (
    { from, skip, limit, backwards }: { from: Place | null; skip: number; limit: number; backwards: boolean },
    span?: EventCondition,
  ): Promise<Place[]> => {
    const { sql, params } = where([...(from ? [beyond(from, backwards)] : []), ...(span ? [span] : [])]);
    const direction = (ascending: boolean) => (ascending !== backwards ? 'asc' : 'desc');
    const order = [
      ...keys.map((key) => `${key.sql} ${direction(key.ascending)}`),
      `event_id ${direction(idAscending)}`,
    ].join(', ');
    const rows = await engine.query<{ id: string } & Record<string, string>>(
      `select toString(event_id) as id${keys.map(({ asText }, at) => `, ${asText} as key${at}`).join('')}
       from ${TABLE} where ${sql} order by ${order} limit {limit: UInt32} offset {skip: UInt64}`,
      { ...params, limit, skip },
    );
    return rows.map((row) => ({ id: Number(row.id), keys: keys.map((_, at) => row[`key${at}`] ?? '') }));
  };

  const find = async (wanted: Parameters<typeof look>[0]): Promise<Place[]> => {
    const [first] = keys;
    const { from, skip, backwards, limit } = wanted;
    if (first?.sql !== RISE_TIME || skip > 0) return look(wanted);
    const descending = first.ascending === backwards;
    // From the very beginning on: nobody knows when that is.
    if (!from && !descending) return look(wanted);
    const fromMs = from ? Number(from.keys[0]) : asOf.getTime();
    for (const spanMs of SPANS_MS) {
      const places = await look(wanted, {
        sql: `${RISE_TIME} ${descending ? '>=' : '<='} fromUnixTimestamp64Milli({spanMs: Int64})`,
        params: { spanMs: descending ? Math.max(0, fromMs - spanMs) : fromMs + spanMs },
      });
      if (places.length === limit) return places;
    }
    return look(wanted);
  };

  const remember = (row: number, place: Place | undefined): void => {
    if (!place || anchors.some((anchor) => anchor.row === row)) return;
    anchors.push({ row, place });
    if (anchors.length > MOST_ANCHORS) anchors = anchors.filter((_, at) => at % 2 === 1);
  };

  /** The numbers of so many rows from this one on, found from the nearest place that is known. */
  const open = async (start: number, limit: number, total: number): Promise<Window> => {
    let from: Place | null = null;
    let skip = start;
    let backwards = false;
    const fromEnd = total - (start + limit);
    if (fromEnd < skip) [skip, backwards] = [fromEnd, true];
    for (const { row, place } of anchors) {
      const ahead = start - row - 1;
      const behind = row - (start + limit);
      if (ahead >= 0 && ahead < skip) [from, skip, backwards] = [place, ahead, false];
      if (behind >= 0 && behind < skip) [from, skip, backwards] = [place, behind, true];
    }
    const places = await find({ from, skip, limit, backwards });
    if (backwards) places.reverse();
    remember(start, places[0]);
    remember(start + places.length - 1, places.at(-1));
    return { start, ids: places.map(({ id }) => id) };
  };

  const idsOf = async (start: number, wanted: number): Promise<number[]> => {
    const total = await count();
    const length = Math.min(wanted, total - start);
    if (length <= 0) return [];
    const held = window;
    if (!held || start < held.start || start + length > held.start + held.ids.length) {
      const isOnwards = held !== null && start >= held.start && start <= held.start + held.ids.length;
      const isBackwards = held !== null && start < held.start && start + length >= held.start - 1;
      windowSize = isOnwards || isBackwards ? Math.min(windowSize * 2, MOST_WINDOW) : FIRST_WINDOW;
      const size = Math.min(Math.max(windowSize, length), total);
      const first = isBackwards ? Math.max(0, start + length - size) : Math.min(start, total - length);
      window = await open(first, Math.min(size, total - first), total);
    }
    const at = start - (window?.start ?? 0);
    return window?.ids.slice(at, at + length) ?? [];
  };

  const rowsOf = async (ids: readonly number[]): Promise<EventRow[]> => {
    if (ids.length === 0) return [];
    const lowest = ids.reduce((a, b) => Math.min(a, b));
    const highest = ids.reduce((a, b) => Math.max(a, b));
    const within = {
      sql: 'event_id >= {lowest: UInt64} and event_id <= {highest: UInt64}',
      params: { lowest, highest },
    };
    // Sorted by number alone, the rows between two are those of the page: they need not be named.
    const named =
      keys.length === 0 ? [] : [{ sql: 'event_id in {pageIds: Array(UInt64)}', params: { pageIds: [...ids] } }];
    const { sql, params } = where([within, ...named]);
    const rows = await engine.query<Read>(`select ${columns} from ${TABLE} where ${sql}`, params);
    const byId = new Map(rows.map((row) => [Number(row.eventId), toRow(row)]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  };

  return {
    /** How many events the result has, as of its beginning. */
    count,
    /** Rows from a place on, in order; fewer at the end, and where events were deleted meanwhile. */
    rows: (start: number, wanted: number): Promise<EventRow[]> => {
      const work = async () => rowsOf(await idsOf(start, wanted));
      const done = busy.then(work, work);
      busy = done.catch(() => {});
      return done;
    },
  };
};
export type EventCursor = ReturnType<typeof eventCursor>;
