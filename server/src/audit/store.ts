import type { AuditLine as ShownLine } from '@gatehouse/contract';
import type { Generated, Kysely } from 'kysely';
import { type Database, json } from '../platform/db/index.ts';
import type { AuditLine } from '../platform/http/index.ts';

/** The table that this module owns. */
export interface AuditTables {
  line: {
    id: Generated<number>;
    at: Date;
    actor: string;
    actor_kind: AuditLine['actorKind'];
    actor_id: string;
    action: string;
    target: string;
    tenant_id: string | null;
    address: string | null;
    outcome: AuditLine['outcome'];
    before: unknown;
    after: unknown;
    request_id: string | null;
  };
}

export interface AuditFilter {
  action?: string;
  actor?: string;
  /** Null: lines of all tenants and of none. */
  tenantIds: readonly string[] | null;
}

const jsonOrNull = (value: unknown) => (value === null || value === undefined ? null : json(value));

export const auditStore = (database: Database) => {
  const db: Kysely<AuditTables> = database.forSchema<AuditTables>('audit');
  return {
    add: async (line: AuditLine, at: Date): Promise<void> => {
      await db
        .insertInto('line')
        .values({
          at,
          actor: line.actor,
          actor_kind: line.actorKind,
          actor_id: line.actorId,
          action: line.action,
          target: line.target,
          tenant_id: line.tenantId,
          address: line.address,
          outcome: line.outcome,
          before: jsonOrNull(line.before),
          after: jsonOrNull(line.after),
          request_id: line.requestId,
        })
        .execute();
    },

    /** Oldest first. */
    listSince: async (at: Date, actions: readonly string[]): Promise<(AuditLine & { at: Date })[]> => {
      const rows = await db
        .selectFrom('line')
        .selectAll()
        .where('action', 'in', [...actions])
        .where('at', '>=', at)
        .orderBy('id')
        .execute();
      return rows.map((row) => ({
        at: row.at,
        actor: row.actor,
        actorKind: row.actor_kind,
        actorId: row.actor_id,
        action: row.action,
        target: row.target,
        tenantId: row.tenant_id,
        address: row.address,
        outcome: row.outcome,
        before: row.before,
        after: row.after,
        requestId: row.request_id,
      }));
    },

    /** Newest first; `beforeId` is where the page before ended. */
    listNewest: async (
      { action, actor, tenantIds }: AuditFilter,
      { beforeId, limit }: { beforeId: number | null; limit: number },
    ): Promise<ShownLine[]> => {
      if (tenantIds?.length === 0) return [];
      const rows = await db
        .selectFrom('line')
        .selectAll()
        .$if(action !== undefined, (query) => query.where('action', '=', action ?? ''))
        .$if(actor !== undefined, (query) => query.where('actor', '=', actor ?? ''))
        .$if(tenantIds !== null, (query) => query.where('tenant_id', 'in', tenantIds ?? []))
        .$if(beforeId !== null, (query) => query.where('id', '<', beforeId ?? 0))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        id: row.id,
        at: row.at.toISOString(),
        actor: row.actor,
        actorKind: row.actor_kind,
        action: row.action,
        target: row.target,
        tenantId: row.tenant_id,
        address: row.address,
        outcome: row.outcome,
        before: row.before,
        after: row.after,
        requestId: row.request_id,
      }));
    },
  };
};
export type AuditStore = ReturnType<typeof auditStore>;
