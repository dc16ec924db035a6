import { type Generated, type Kysely, type Selectable, type SelectQueryBuilder, sql } from 'kysely';
import { NotFound } from '../../platform/errors/index.ts';
import type { TenantScope } from '../tenants/index.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface IncidentTables {
  incident: {
    id: string;
    /** Counts over all tenants; the id on the wire of the Open API (KLINCDT_ID). */
    number: Generated<number>;
    tenant_id: string;
    device_id: string;
    title: string;
    description: string;
    /** As on the wire of the Open API: 1 info, 2 warning, 3 critical. */
    severity: number;
    occurred_at: Date;
    created_at: Date;
    created_by_kind: 'application' | 'user' | 'api-token';
    created_by: string;
    /** The event that told it; once for each event. */
    event_id: number | null;
    processed_at: Date | null;
    processed_by: string | null;
    comment_count: Generated<number>;
  };
  incident_comment: { id: string; incident_id: string; at: Date; by_name: string; body: string };
}
export type IncidentRow = Selectable<IncidentTables['incident']>;
export type NewIncident = Omit<IncidentRow, 'number' | 'processed_at' | 'processed_by' | 'comment_count'>;

export interface IncidentFilter {
  tenantIds?: readonly string[];
  deviceId?: string;
  severities?: readonly number[];
  processed?: boolean;
  text?: string;
  from?: Date;
  to?: Date;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';
const likePattern = (text: string): string => `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

/** Incidents on devices of a scope of tenants. */
export const incidentStore = (db: Kysely<IncidentTables>, scope: TenantScope) => {
  const visible = <O>(query: SelectQueryBuilder<IncidentTables, 'incident', O>) =>
    scope === 'all' ? query : query.where('tenant_id', 'in', [...scope, NOBODY]);

  const matching = <O>(query: SelectQueryBuilder<IncidentTables, 'incident', O>, filter: IncidentFilter) => {
    const { tenantIds, deviceId, severities, processed, text, from, to } = filter;
    return visible(query)
      .$if(tenantIds !== undefined, (q) => q.where('tenant_id', 'in', [...(tenantIds ?? []), NOBODY]))
      .$if(deviceId !== undefined, (q) => q.where('device_id', '=', deviceId ?? ''))
      .$if(severities !== undefined, (q) => q.where('severity', 'in', [...(severities ?? []), 0]))
      .$if(processed === true, (q) => q.where('processed_at', 'is not', null))
      .$if(processed === false, (q) => q.where('processed_at', 'is', null))
      .$if(from !== undefined, (q) => q.where('occurred_at', '>=', from ?? new Date(0)))
      .$if(to !== undefined, (q) => q.where('occurred_at', '<', to ?? new Date(0)))
      .$if(text !== undefined && text !== '', (q) =>
        q.where((e) =>
          e.or([e('title', 'ilike', likePattern(text ?? '')), e('description', 'ilike', likePattern(text ?? ''))]),
        ),
      ) as typeof query;
  };

  const get = async (id: string): Promise<IncidentRow> => {
    const row = await visible(db.selectFrom('incident').selectAll()).where('id', '=', id).executeTakeFirst();
    if (!row) throw new NotFound('incident', id);
    return row;
  };

  return {
    /** @throws NotFound, also for an incident of another tenant */
    get,

    /** Newest first, by when they were noted. */
    page: async (filter: IncidentFilter, beforeId: string | undefined, limit: number): Promise<IncidentRow[]> =>
      matching(db.selectFrom('incident').selectAll(), filter)
        .$if(beforeId !== undefined, (q) => q.where('id', '<', beforeId ?? ''))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),

    count: async (filter: IncidentFilter): Promise<number> =>
      Number(
        (
          await matching(
            db.selectFrom('incident').select((e) => e.fn.countAll<number>().as('n')),
            filter,
          ).executeTakeFirstOrThrow()
        ).n,
      ),

    /** @returns false when the event that tells it was taken already */
    add: async (incident: NewIncident): Promise<boolean> => {
      const done = await db
        .insertInto('incident')
        .values({ ...incident, processed_at: null, processed_by: null })
        .onConflict((conflict) => conflict.column('event_id').doNothing())
        .executeTakeFirst();
      return Number(done.numInsertedOrUpdatedRows ?? 0) > 0;
    },

    /** @throws NotFound */
    change: async (
      id: string,
      change: { title?: string; description?: string; severity?: number },
    ): Promise<IncidentRow> => {
      const before = await get(id);
      if (Object.values(change).some((value) => value !== undefined)) {
        await db.updateTable('incident').set(change).where('id', '=', id).execute();
      }
      return before;
    },

    /**
     * Marks incidents, all of them or none. What is so already keeps by whom and since when.
     * @returns those that were changed
     * @throws NotFound for the first that is not there
     */
    process: async (
      ids: readonly string[],
      by: { at: Date; name: string } | null,
    ): Promise<{ id: string; deviceId: string; tenantId: string }[]> => {
      const wanted = [...new Set(ids)];
      const found = await visible(db.selectFrom('incident').select(['id']))
        .where('id', 'in', wanted)
        .execute();
      const there = new Set(found.map(({ id }) => id));
      const missing = wanted.find((id) => !there.has(id));
      if (missing !== undefined) throw new NotFound('incident', missing);
      return db
        .updateTable('incident')
        .set({ processed_at: by?.at ?? null, processed_by: by?.name ?? null })
        .where('id', 'in', wanted)
        .where('processed_at', by ? 'is' : 'is not', null)
        .returning(['id', 'device_id as deviceId', 'tenant_id as tenantId'])
        .execute();
    },

    comment: async (comment: IncidentTables['incident_comment']): Promise<void> => {
      await get(comment.incident_id);
      await db.insertInto('incident_comment').values(comment).execute();
      await db
        .updateTable('incident')
        .set({ comment_count: sql<number>`comment_count + 1` })
        .where('id', '=', comment.incident_id)
        .execute();
    },

    /** Oldest first. */
    commentsOf: async (id: string) =>
      db
        .selectFrom('incident_comment')
        .selectAll()
        .where('incident_id', '=', id)
        .orderBy('at')
        .orderBy('id')
        .limit(1000)
        .execute(),

    /** @throws NotFound */
    remove: async (id: string): Promise<IncidentRow> => {
      const before = await get(id);
      await db.deleteFrom('incident').where('id', '=', id).execute();
      return before;
    },

    /** How many incidents of these devices nobody has processed. */
    unprocessedOf: async (deviceIds: readonly string[]): Promise<{ deviceId: string; unprocessed: number }[]> => {
      const ids = [...new Set(deviceIds)];
      if (ids.length === 0) return [];
      const rows = await db
        .selectFrom('incident')
        .select(['device_id', (e) => e.fn.countAll<number>().as('n')])
        .where('device_id', 'in', ids)
        .where('processed_at', 'is', null)
        .groupBy('device_id')
        .execute();
      const counts = new Map(rows.map((row) => [row.device_id, Number(row.n)]));
      return ids.map((deviceId) => ({ deviceId, unprocessed: counts.get(deviceId) ?? 0 }));
    },
  };
};
export type IncidentStore = ReturnType<typeof incidentStore>;
