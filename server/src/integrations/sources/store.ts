import type { Kysely } from 'kysely';
import { json } from '../../platform/db/index.ts';
import type { SourceTenant } from './source.ts';

export interface SourceProblem {
  code: string;
  message: string;
  /** ISO, UTC. */
  at: string;
}

/** A proxy as it is kept. */
export interface SourceProxyColumn {
  url: string;
  user: string;
  /** Null: no password. */
  passwordSealed: string | null;
}

/** The tables that this module owns. */
export interface SourceTables {
  source: {
    id: string;
    kind: 'administration-server';
    name: string;
    url: string;
    user_name: string;
    password_sealed: string;
    /** Null: the usual authorities decide. */
    certificate_fingerprint: string | null;
    proxy: SourceProxyColumn | null;
    /** Our own Administration Server in this installation; at most one. */
    is_local: boolean;
    enabled: boolean;
    last_read_at: Date | null;
    problem: SourceProblem | null;
    /** When the failures that last until now began. */
    failing_since: Date | null;
    /** Failures one after another, for the length of the next pause. */
    failures: number;
    /** Nothing is tried before; null when nothing holds it up. */
    next_try_at: Date | null;
    created_at: Date;
  };
  source_tenant: {
    source_id: string;
    tenant_id: string;
    name: string;
    uid: string | null;
    /** The source named it at the last reading. */
    present: boolean;
    /** Highest event id that was dealt with; null before the first event. */
    event_cursor: number | null;
    last_read_at: Date | null;
    problem: string | null;
  };
}
export type SourceRow = SourceTables['source'];
export type SourceTenantRow = SourceTables['source_tenant'];

const ROWS_AT_ONCE = 1_000;

const well = { problem: null, failing_since: null, failures: 0, next_try_at: null };

/** Sources and the tenants that they know. */
export const sourceStore = (db: Kysely<SourceTables>) => ({
  list: (): Promise<SourceRow[]> => db.selectFrom('source').selectAll().orderBy('created_at').orderBy('id').execute(),

  find: (id: string): Promise<SourceRow | undefined> =>
    db.selectFrom('source').selectAll().where('id', '=', id).executeTakeFirst(),

  findLocal: (): Promise<SourceRow | undefined> =>
    db.selectFrom('source').selectAll().where('is_local', '=', true).executeTakeFirst(),

  async add(row: SourceRow): Promise<void> {
    await db
      .insertInto('source')
      .values({ ...row, proxy: row.proxy && json(row.proxy), problem: row.problem && json(row.problem) })
      .execute();
  },

  /** New access is a wish to try again: what was wrong before is forgotten. */
  async changeAccess(
    id: string,
    access: Pick<SourceRow, 'url' | 'user_name' | 'password_sealed' | 'certificate_fingerprint' | 'proxy'>,
  ): Promise<void> {
    await db
      .updateTable('source')
      .set({ ...access, proxy: access.proxy && json(access.proxy), ...well })
      .where('id', '=', id)
      .execute();
  },

  async change(id: string, change: Pick<SourceRow, 'name' | 'enabled'>): Promise<void> {
    await db.updateTable('source').set(change).where('id', '=', id).execute();
  },

  /** Nothing holds it up any more. */
  async clearProblem(id: string): Promise<void> {
    await db.updateTable('source').set(well).where('id', '=', id).execute();
  },

  async remove(id: string): Promise<void> {
    await db.deleteFrom('source').where('id', '=', id).execute();
  },

  async markRead(id: string, at: Date): Promise<void> {
    await db
      .updateTable('source')
      .set({ last_read_at: at, ...well })
      .where('id', '=', id)
      .execute();
  },

  async markProblem(
    id: string,
    {
      problem,
      failures,
      failingSince,
      nextTryAt,
    }: {
      problem: SourceProblem;
      failures: number;
      failingSince: Date;
      nextTryAt: Date | null;
    },
  ): Promise<void> {
    await db
      .updateTable('source')
      .set({ problem: json(problem), failures, failing_since: failingSince, next_try_at: nextTryAt })
      .where('id', '=', id)
      .execute();
  },

  listTenants: (sourceId?: string): Promise<SourceTenantRow[]> =>
    db
      .selectFrom('source_tenant')
      .selectAll()
      .$if(sourceId !== undefined, (query) => query.where('source_id', '=', sourceId as string))
      .orderBy('name')
      .orderBy('tenant_id')
      .execute(),

  findTenant: (sourceId: string, tenantId: string): Promise<SourceTenantRow | undefined> =>
    db
      .selectFrom('source_tenant')
      .selectAll()
      .where('source_id', '=', sourceId)
      .where('tenant_id', '=', tenantId)
      .executeTakeFirst(),

  /** What the source named now. Those that it no longer names are kept, since mappings and tickets speak of them. */
  async rememberTenants(sourceId: string, tenants: SourceTenant[]): Promise<void> {
    const named = [...new Map(tenants.map((tenant) => [tenant.tenantId, tenant])).values()];
    for (let at = 0; at < named.length; at += ROWS_AT_ONCE) {
      await db
        .insertInto('source_tenant')
        .values(
          named.slice(at, at + ROWS_AT_ONCE).map(({ tenantId, name, uid }) => ({
            source_id: sourceId,
            tenant_id: tenantId,
            name,
            uid,
            present: true,
            event_cursor: null,
            last_read_at: null,
            problem: null,
          })),
        )
        .onConflict((conflict) =>
          conflict
            .columns(['source_id', 'tenant_id'])
            .doUpdateSet((set) => ({ name: set.ref('excluded.name'), uid: set.ref('excluded.uid'), present: true }))
            // Most stay as they are: writing them again at each reading would only wear the disk.
            .where((where) =>
              where.or([
                where('source_tenant.name', 'is distinct from', where.ref('excluded.name')),
                where('source_tenant.uid', 'is distinct from', where.ref('excluded.uid')),
                where('source_tenant.present', '=', false),
              ]),
            ),
        )
        .execute();
    }
    await db
      .updateTable('source_tenant')
      .set({ present: false })
      .where('source_id', '=', sourceId)
      .where('present', '=', true)
      .$if(tenants.length > 0, (query) =>
        query.where(
          'tenant_id',
          'not in',
          tenants.map(({ tenantId }) => tenantId),
        ),
      )
      .execute();
  },

  /** Only forward: a slower reader must not bring events back. */
  async moveCursor(sourceId: string, tenantId: string, eventId: number): Promise<void> {
    await db
      .updateTable('source_tenant')
      .set({ event_cursor: eventId })
      .where('source_id', '=', sourceId)
      .where('tenant_id', '=', tenantId)
      .where((where) => where.or([where('event_cursor', 'is', null), where('event_cursor', '<', eventId)]))
      .execute();
  },

  /** A tenant that is integrated anew begins as at the first contact. */
  async forgetCursor(sourceId: string, tenantId: string): Promise<void> {
    await db
      .updateTable('source_tenant')
      .set({ event_cursor: null, last_read_at: null, problem: null })
      .where('source_id', '=', sourceId)
      .where('tenant_id', '=', tenantId)
      .execute();
  },

  async markTenant(sourceId: string, tenantId: string, mark: { readAt: Date } | { problem: string }): Promise<void> {
    await db
      .updateTable('source_tenant')
      .set('readAt' in mark ? { last_read_at: mark.readAt, problem: null } : { problem: mark.problem })
      .where('source_id', '=', sourceId)
      .where('tenant_id', '=', tenantId)
      .execute();
  },
});
export type SourceStore = ReturnType<typeof sourceStore>;
