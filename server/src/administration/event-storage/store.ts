import type { Generated, Kysely } from 'kysely';
import { json } from '../../platform/db/index.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface EventStorageTables {
  event_storage: {
    one: Generated<boolean>;
    maximum_events: number;
    /** Not null while events up to this one are being deleted: whoever finds it goes on with that. */
    trim_to: number | null;
    trim_started_at: Date | null;
    trim_counts: Record<string, number> | null;
    last_started_at: Date | null;
    last_finished_at: Date | null;
    last_removed: number | null;
  };
}

/** A deletion that was begun. */
export interface Trim {
  /** Events up to this one go. */
  upTo: number;
  startedAt: Date;
  /** Of each type so many, as far as readers could see them. */
  removedByType: Record<string, number>;
}
export const removedBy = ({ removedByType }: Trim): number =>
  Object.values(removedByType).reduce((sum, count) => sum + count, 0);

export const eventStorageStore = (db: Kysely<EventStorageTables>) => ({
  read: async () => {
    const row = await db.selectFrom('event_storage').selectAll().executeTakeFirstOrThrow();
    const trim: Trim | null =
      row.trim_to === null || row.trim_started_at === null
        ? null
        : { upTo: Number(row.trim_to), startedAt: row.trim_started_at, removedByType: row.trim_counts ?? {} };
    return {
      maximumEvents: Number(row.maximum_events),
      trim,
      last:
        row.last_started_at && row.last_finished_at
          ? {
              startedAt: row.last_started_at,
              finishedAt: row.last_finished_at,
              removedEvents: Number(row.last_removed ?? 0),
            }
          : null,
    };
  },

  setMaximum: async (maximumEvents: number): Promise<void> => {
    await db.updateTable('event_storage').set({ maximum_events: maximumEvents }).execute();
  },

  /** @returns false when another process has begun one */
  begin: async ({ upTo, startedAt, removedByType }: Trim): Promise<boolean> => {
    const begun = await db
      .updateTable('event_storage')
      .set({ trim_to: upTo, trim_started_at: startedAt, trim_counts: json(removedByType) })
      .where('trim_to', 'is', null)
      .executeTakeFirst();
    return begun.numUpdatedRows > 0n;
  },

  /** @returns false when another process has ended it */
  end: async (trim: Trim, finishedAt: Date): Promise<boolean> => {
    const ended = await db
      .updateTable('event_storage')
      .set({
        trim_to: null,
        trim_started_at: null,
        trim_counts: null,
        last_started_at: trim.startedAt,
        last_finished_at: finishedAt,
        last_removed: removedBy(trim),
      })
      .where('trim_to', '=', trim.upTo)
      .executeTakeFirst();
    return ended.numUpdatedRows > 0n;
  },
});
export type EventStorageStore = ReturnType<typeof eventStorageStore>;
