import type { EventSort, ExportFormat } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { NotFound } from '../../platform/errors/index.ts';
import type { EventSearch } from '../selections/index.ts';

/** What an export holds, fixed when it was asked for. */
export interface ExportPlan {
  search: EventSearch;
  sort: EventSort;
}

/** The tables that this module owns: no other module reads or writes them. */
export interface ExportTables {
  event_export: {
    id: string;
    /** Who asked, and alone may read it. */
    actor_id: string;
    format: ExportFormat;
    file_name: string;
    plan: ExportPlan;
    expires_at: Date;
  };
}

export interface EventExport {
  id: string;
  actorId: string;
  format: ExportFormat;
  fileName: string;
  plan: ExportPlan;
  expiresAt: Date;
}

export const exportStore = (db: Kysely<ExportTables>) => ({
  /** Keeps what was asked for until it is fetched; what nobody fetched in time goes. */
  add: async (asked: EventExport, now: Date): Promise<void> => {
    await db.deleteFrom('event_export').where('expires_at', '<=', now).execute();
    await db
      .insertInto('event_export')
      .values({
        id: asked.id,
        actor_id: asked.actorId,
        format: asked.format,
        file_name: asked.fileName,
        plan: json(asked.plan),
        expires_at: asked.expiresAt,
      })
      .execute();
  },

  /** @throws NotFound also for an export of somebody else, or one that has ended */
  get: async (id: string, actorId: string, now: Date): Promise<EventExport> => {
    const row = await db
      .selectFrom('event_export')
      .selectAll()
      .where('id', '=', id)
      .where('actor_id', '=', actorId)
      .where('expires_at', '>', now)
      .executeTakeFirst();
    if (!row) throw new NotFound('event export', id);
    return {
      id: row.id,
      actorId: row.actor_id,
      format: row.format,
      fileName: row.file_name,
      plan: row.plan,
      expiresAt: row.expires_at,
    };
  },
});
export type ExportStore = ReturnType<typeof exportStore>;
