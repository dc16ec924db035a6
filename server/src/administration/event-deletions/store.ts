import type { Kysely } from 'kysely';
import { json } from '../../platform/db/index.ts';
import type { EventSearch } from '../selections/index.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface DeletionTables {
  event_deletion: {
    id: string;
    /** What the asker could see; null: all tenants. */
    tenant_ids: string[] | null;
    asked_by: string;
    asked_by_id: string;
    asked_at: Date;
    search: EventSearch;
    events: number;
    state: 'waiting' | 'running' | 'done' | 'failed';
    parts_done: number;
    parts: number | null;
    deleted: number;
    finished_at: Date | null;
  };
}

export interface Deletion {
  id: string;
  tenantIds: readonly string[] | null;
  askedBy: string;
  askedById: string;
  askedAt: Date;
  search: EventSearch;
  /** The number that was confirmed. */
  events: number;
  state: DeletionTables['event_deletion']['state'];
  partsDone: number;
  parts: number | null;
  deleted: number;
  finishedAt: Date | null;
}

const toDeletion = (row: DeletionTables['event_deletion']): Deletion => ({
  id: row.id,
  tenantIds: row.tenant_ids,
  askedBy: row.asked_by,
  askedById: row.asked_by_id,
  askedAt: row.asked_at,
  search: row.search,
  events: Number(row.events),
  state: row.state,
  partsDone: row.parts_done,
  parts: row.parts,
  deleted: Number(row.deleted),
  finishedAt: row.finished_at,
});

const OPEN = ['waiting', 'running', 'failed'] as const;

export const deletionStore = (db: Kysely<DeletionTables>) => ({
  add: async (
    deletion: Pick<Deletion, 'id' | 'tenantIds' | 'askedBy' | 'askedById' | 'askedAt' | 'search' | 'events'>,
  ) => {
    await db
      .insertInto('event_deletion')
      .values({
        id: deletion.id,
        tenant_ids: deletion.tenantIds === null ? null : json([...deletion.tenantIds]),
        asked_by: deletion.askedBy,
        asked_by_id: deletion.askedById,
        asked_at: deletion.askedAt,
        search: json(deletion.search),
        events: deletion.events,
        state: 'waiting',
        parts_done: 0,
        parts: null,
        deleted: 0,
        finished_at: null,
      })
      .execute();
  },

  get: async (id: string): Promise<Deletion | null> => {
    const row = await db.selectFrom('event_deletion').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? toDeletion(row) : null;
  },

  /** Those whose events must still be hidden, oldest first: one that failed stays among them until it is tried again. */
  open: async (): Promise<Deletion[]> =>
    (
      await db
        .selectFrom('event_deletion')
        .selectAll()
        .where('state', 'in', [...OPEN])
        .orderBy('asked_at')
        .execute()
    ).map(toDeletion),

  latest: async (limit: number): Promise<Deletion[]> =>
    (
      await db
        .selectFrom('event_deletion')
        .selectAll()
        .orderBy('asked_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
    ).map(toDeletion),

  /** Forgets one that has not begun. @returns whether it had not */
  withdraw: async (id: string): Promise<boolean> => {
    const done = await db
      .deleteFrom('event_deletion')
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      .executeTakeFirst();
    return Number(done.numDeletedRows) > 0;
  },

  /** @returns whether it is still there */
  progress: async (
    id: string,
    step: Partial<Pick<Deletion, 'state' | 'partsDone' | 'parts' | 'deleted' | 'finishedAt'>>,
  ): Promise<boolean> => {
    const done = await db
      .updateTable('event_deletion')
      .set({
        state: step.state,
        parts_done: step.partsDone,
        parts: step.parts,
        deleted: step.deleted,
        finished_at: step.finishedAt,
      })
      .where('id', '=', id)
      .executeTakeFirst();
    return Number(done.numUpdatedRows) > 0;
  },
});
export type DeletionStore = ReturnType<typeof deletionStore>;
