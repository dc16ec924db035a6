import { type Clock, systemClock } from '../../platform/clock/index.ts';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import type { EventRow } from './event.ts';
import { columns, type EventCondition, type Read, toColumns, toRow } from './store-columns.ts';
import { type EventCursor, eventCursor } from './store-cursor.ts';
import { eventSortKeys } from './store-search.ts';
import { prepareTable, TABLE } from './store-table.ts';

export interface EventListFilter {
  tenantIds?: readonly string[];
  deviceId?: string;
  severities?: readonly number[];
  types?: readonly string[];
  /** Words, all of which occur anywhere in the event. */
  words?: readonly string[];
  riseFrom?: Date;
  riseTo?: Date;
  /** Only events stored after this one. */
  afterId?: number;
  /** Only events stored before this one. */
  beforeId?: number;
}

const toCondition = (filter: EventListFilter): EventCondition[] => {
  const pieces: EventCondition[] = [];
  const add = (sql: string, params: Record<string, unknown>) => pieces.push({ sql, params });
  if (filter.tenantIds) add('tenant_id in {tenants: Array(String)}', { tenants: filter.tenantIds });
  if (filter.deviceId !== undefined) add('device_id = {device: String}', { device: filter.deviceId });
  if (filter.severities) add('severity in {severities: Array(UInt8)}', { severities: filter.severities });
  if (filter.types) add('type in {types: Array(String)}', { types: filter.types });
  if (filter.words?.length) add('hasAllTokens(any_word, {words: Array(String)})', { words: filter.words });
  if (filter.riseFrom) {
    add('rise_time >= fromUnixTimestamp64Milli({riseFrom: Int64})', { riseFrom: filter.riseFrom.getTime() });
  }
  if (filter.riseTo) add('rise_time < fromUnixTimestamp64Milli({riseTo: Int64})', { riseTo: filter.riseTo.getTime() });
  if (filter.afterId !== undefined) add('event_id > {afterId: UInt64}', { afterId: filter.afterId });
  if (filter.beforeId !== undefined) add('event_id < {beforeId: UInt64}', { beforeId: filter.beforeId });
  return pieces;
};

/** Whoever sends more kinds of foreign events than this sees the first of them. */
const MOST_UNKNOWN_TYPES = 1000;

/** Words as the text index cuts them: runs of letters and digits, lower case. */
export const wordsOf = (text: string): string[] =>
  [...new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, 20);

/**
 * Events of a scope of tenants, in the event store. Readers see what is listed and has not expired by `clock`; expired
 * rows lie there until their part goes, and rows that are not listed are there for consumers alone.
 */
export const engineStore = (
  engine: EventEngine,
  scope: TenantScope,
  clock: Clock = systemClock,
  hidden: () => readonly EventCondition[] = () => [],
) => {
  const where = (pieces: EventCondition[], seen: { asOf?: Date | undefined } | 'all' = {}) => {
    const all: EventCondition[] = [...pieces];
    if (seen !== 'all') {
      const asOf = Math.floor((seen.asOf ?? clock()).getTime() / 1000);
      all.unshift({ sql: 'listed and expires_at > toDateTime({asOf: UInt32})', params: { asOf } });
      // Deleted, though the store may still be at work on it.
      for (const { sql, params } of hidden()) all.push({ sql: `not (${sql})`, params });
    }
    if (scope !== 'all') all.push({ sql: 'tenant_id in {scope: Array(String)}', params: { scope: [...scope] } });
    return {
      sql: all.map((piece) => `(${piece.sql})`).join(' and ') || 'true',
      params: Object.assign({}, ...all.map((piece) => piece.params)) as Record<string, unknown>,
    };
  };

  return {
    /** Makes the table, or brings that of an earlier version up to date. Safe to repeat. */
    createTable: (): Promise<void> => prepareTable(engine),

    /** Resolves when the rows would survive the end of the process. */
    insert: (rows: EventRow[]) => engine.insert(TABLE, rows.map(toColumns)),

    /** Which of these numbers of a sender are stored already. */
    storedSeqs: async (deviceId: string, epoch: string, seqs: readonly number[]): Promise<Set<number>> => {
      const rows = await engine.query<{ seq: string }>(
        `select toString(seq) as seq from ${TABLE}
         where device_id = {device: String} and epoch = {epoch: String} and seq in {seqs: Array(UInt64)}`,
        { device: deviceId, epoch, seqs },
      );
      return new Set(rows.map((row) => Number(row.seq)));
    },

    /** Newest first. */
    newest: async (filter: EventListFilter, limit: number): Promise<EventRow[]> => {
      const { sql, params } = where(toCondition(filter));
      const rows = await engine.query<Read>(
        `select ${columns} from ${TABLE} where ${sql} order by event_id desc limit {limit: UInt32}`,
        { ...params, limit },
      );
      return rows.map(toRow);
    },

    /**
     * In the order of storing. A consumer with a cursor says `includeUnlisted`: it sees all that was taken in, also what
     * is not stored for readers or expired while the consumer was away.
     */
    oldest: async (
      { includeUnlisted = false, ...filter }: EventListFilter & { includeUnlisted?: boolean },
      limit: number,
    ): Promise<EventRow[]> => {
      const { sql, params } = where(toCondition(filter), includeUnlisted ? 'all' : {});
      const rows = await engine.query<Read>(
        `select ${columns} from ${TABLE} where ${sql} order by event_id limit {limit: UInt32}`,
        { ...params, limit },
      );
      return rows.map(toRow);
    },

    /** The highest id that is stored; 0 in an empty store. */
    lastId: async (): Promise<number> => {
      const rows = await engine.query<{ id: string }>(
        `select toString(event_id) as id from ${TABLE} order by event_id desc limit 1`,
      );
      return Number(rows[0]?.id ?? 0);
    },

    /** @param asOf counts what had not expired then, however much later it is asked */
    count: async (conditions: EventCondition[], asOf?: Date): Promise<number> => {
      const { sql, params } = where(conditions, { asOf });
      const rows = await engine.query<{ n: string }>(
        `select toString(count()) as n from ${TABLE} where ${sql}`,
        params,
      );
      return Number(rows[0]?.n ?? 0);
    },

    /**
     * The events that meet the conditions in an order, to be read from any place. They stand still: what expired since
     * `asOf` stays among them.
     * @throws UnknownAttribute for an order by something that no event has
     */
    cursor: (
      conditions: readonly EventCondition[],
      order: readonly { name: string; ascending: boolean }[],
      asOf: Date,
    ): EventCursor =>
      eventCursor({
        engine,
        where: (more) => where([...conditions, ...more], { asOf }),
        ...eventSortKeys(order),
        asOf,
      }),

    /** Types of the events that came but stand in no catalogue, also of those that are not listed. */
    unknownTypes: async (): Promise<{ code: string; displayName: string; severity: number }[]> => {
      const { sql, params } = where([{ sql: 'not known', params: {} }], 'all');
      return engine.query(
        `select type as code, anyLast(display_name) as displayName, max(severity) as severity
         from ${TABLE} where ${sql} group by type order by type limit {limit: UInt32}`,
        { ...params, limit: MOST_UNKNOWN_TYPES },
      );
    },

    countsByHour: async (from: Date, tenantIds?: readonly string[]) => {
      const { sql, params } = where(toCondition({ riseFrom: from, tenantIds }));
      return engine.query<{ hourS: number; severity: number; n: number }>(
        `select toUnixTimestamp(toStartOfHour(rise_time)) as hourS, severity, toUInt32(count()) as n
         from ${TABLE} where ${sql} group by hourS, severity order by hourS`,
        params,
      );
    },
  };
};
export type EngineStore = ReturnType<typeof engineStore>;
