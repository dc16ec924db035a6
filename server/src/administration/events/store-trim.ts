import type { Clock } from '../../platform/clock/index.ts';
import { type EventEngine, EventEngineFailed } from '../../platform/event-engine/index.ts';
import { TABLE } from './store-table.ts';

interface Part {
  name: string;
  hasDeletedRows: number | boolean;
}

/** Keeps the event store within a number of events: counts what readers can see, and deletes the oldest. */
export const trimStore = (engine: EventEngine, clock: Clock) => {
  const live = () => ({
    sql: 'listed and expires_at > toDateTime({now: UInt32})',
    params: { now: Math.floor(clock().getTime() / 1000) },
  });

  const parts = () =>
    engine.query<Part>(
      `select name, has_lightweight_delete as hasDeletedRows from system.parts
       where active and database = currentDatabase() and table = '${TABLE}'`,
    );
  /** By part the highest id of the rows that are still there; parts without any are left out. */
  const reachOfParts = async (): Promise<Map<string, number>> => {
    const rows = await engine.query<{ part: string; highest: string }>(
      `select _part as part, toString(max(event_id)) as highest from ${TABLE} group by part`,
    );
    return new Map(rows.map(({ part, highest }) => [part, Number(highest)]));
  };
  const dropPart = async (name: string): Promise<boolean> => {
    try {
      await engine.command(`alter table ${TABLE} drop part '${name.replaceAll("'", "''")}'`);
      return true;
    } catch (error) {
      // Merged into another part since it was listed: its rows are found there. Names of parts never come twice.
      if (error instanceof EventEngineFailed && error.engineCode === NO_SUCH_PART) return false;
      throw error;
    }
  };

  return {
    /** Events that readers can see, those kept for consumers alone, and when the oldest of the former came. */
    counts: async (): Promise<{ listed: number; unlisted: number; oldestAt: Date | null }> => {
      const { sql, params } = live();
      const [row] = await engine.query<{ listedEvents: number; unlistedEvents: number; oldestMs: string }>(
        `select countIf(${sql}) as listedEvents, countIf(not listed) as unlistedEvents,
           toString(toUnixTimestamp64Milli(minIf(registration_time, ${sql}))) as oldestMs
         from ${TABLE}`,
        params,
      );
      const listed = Number(row?.listedEvents ?? 0);
      return {
        listed,
        unlisted: Number(row?.unlistedEvents ?? 0),
        oldestAt: listed > 0 && row ? new Date(Number(row.oldestMs)) : null,
      };
    },

    countListed: async (): Promise<number> => {
      const { sql, params } = live();
      const [row] = await engine.query<{ n: number }>(`select count() as n from ${TABLE} where ${sql}`, params);
      return Number(row?.n ?? 0);
    },

    /** The newest event that must go so that this many stay; null when there are not more. */
    newestBeyond: async (maximumEvents: number): Promise<number | null> => {
      const { sql, params } = live();
      const [row] = await engine.query<{ id: string }>(
        `select toString(event_id) as id from ${TABLE} where ${sql}
         order by event_id desc limit 1 offset {kept: UInt64}`,
        { ...params, kept: maximumEvents },
      );
      return row ? Number(row.id) : null;
    },

    /** Events that readers can see and that were stored up to this one, by type. */
    countsByTypeUpTo: async (eventId: number): Promise<Record<string, number>> => {
      const { sql, params } = live();
      const rows = await engine.query<{ type: string; n: number }>(
        `select type, count() as n from ${TABLE} where event_id <= {upTo: UInt64} and ${sql} group by type order by n desc`,
        { ...params, upTo: eventId },
      );
      return Object.fromEntries(rows.map(({ type, n }) => [type, Number(n)]));
    },

    /**
     * Deletes all that was stored up to this event. Old parts go whole, which costs nothing; rows of the parts at the
     * border are masked, and leave the disk with the next merge or with their part. Safe to repeat from the start, and
     * writing goes on meanwhile.
     */
    removeUpTo: async (eventId: number): Promise<void> => {
      for (const [part, highest] of await reachOfParts()) if (highest <= eventId) await dropPart(part);
      const [left] = await engine.query<{ n: number }>(
        `select count() as n from ${TABLE} where event_id <= {upTo: UInt64}`,
        { upTo: eventId },
      );
      if (Number(left?.n ?? 0) > 0) {
        await engine.command(`delete from ${TABLE} where event_id <= {upTo: UInt64}`, { upTo: eventId });
      }
      // In this order: a part that is made between the two questions is not among those listed.
      const listed = await parts();
      const withRows = await reachOfParts();
      for (const { name, hasDeletedRows } of listed) {
        if (hasDeletedRows && !withRows.has(name)) await dropPart(name);
      }
    },

    /** What the table takes on the disk; deleted rows count until they are merged away. */
    space: async (): Promise<{ bytesOnDisk: number; rows: number }> => {
      const [row] = await engine.query<{ bytesOnDisk: number; rows: number }>(
        `select sum(bytes_on_disk) as bytesOnDisk, sum(rows) as rows from system.parts
         where active and database = currentDatabase() and table = '${TABLE}'`,
      );
      return { bytesOnDisk: Number(row?.bytesOnDisk ?? 0), rows: Number(row?.rows ?? 0) };
    },
  };
};
export type TrimStore = ReturnType<typeof trimStore>;

/** NO_SUCH_DATA_PART of ClickHouse. */
const NO_SUCH_PART = 232;
