import type { AdjustmentState } from '@gatehouse/contract';
import { type Kysely, sql } from 'kysely';
import {
  type AdjustmentRow,
  type AdjustmentTables,
  type EvidenceDevice,
  placeKey,
  type StepRow,
} from './store-adjustments.ts';

export interface AdjustmentFilter {
  integrationId?: string | undefined;
  states?: AdjustmentState[] | undefined;
  /** A part of the account's name. */
  account?: string | undefined;
  sourceId?: string | undefined;
  tenantId?: string | undefined;
  /** Days of planning, in UTC, both counted in. */
  from?: string | undefined;
  to?: string | undefined;
}

const like = (text: string): string => `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

/** The journal of billing as it is read: changes by filter, what they rest on, what happened to them. */
export const journalStore = (db: Kysely<AdjustmentTables>) => {
  const filtered = (filter: AdjustmentFilter) =>
    db
      .selectFrom('adjustment')
      .selectAll()
      .$if(filter.integrationId !== undefined, (query) =>
        query.where('integration_id', '=', filter.integrationId as string),
      )
      .$if(filter.states !== undefined, (query) => query.where('state', 'in', filter.states as AdjustmentState[]))
      .$if(filter.account !== undefined && filter.account !== '', (query) =>
        query.where('account_name', 'ilike', like(filter.account as string)),
      )
      .$if(filter.sourceId !== undefined, (query) => query.where('source_id', '=', filter.sourceId as string))
      .$if(filter.tenantId !== undefined, (query) => query.where('tenant_id', '=', filter.tenantId as string))
      .$if(filter.from !== undefined, (query) => query.where('planned_at', '>=', new Date(`${filter.from}T00:00:00Z`)))
      .$if(filter.to !== undefined, (query) => query.where('planned_at', '<=', new Date(`${filter.to}T23:59:59.999Z`)));

  return {
    /** Newest first. @param after id of the last one seen */
    page: (
      filter: AdjustmentFilter,
      { limit, after }: { limit: number; after: string | null },
    ): Promise<AdjustmentRow[]> =>
      filtered(filter)
        .$if(after !== null, (query) => query.where('id', '<', after as string))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),

    /** Oldest first. @param after id of the last one seen */
    pageForward: (
      filter: AdjustmentFilter,
      { limit, after }: { limit: number; after: string | null },
    ): Promise<AdjustmentRow[]> =>
      filtered(filter)
        .$if(after !== null, (query) => query.where('id', '>', after as string))
        .orderBy('id')
        .limit(limit)
        .execute(),

    async evidence(evidenceId: string): Promise<EvidenceDevice[]> {
      const row = await db
        .selectFrom('billing_evidence')
        .select('devices')
        .where('id', '=', evidenceId)
        .executeTakeFirstOrThrow();
      return row.devices;
    },

    steps: (adjustmentId: string): Promise<StepRow[]> =>
      db.selectFrom('adjustment_step').selectAll().where('adjustment_id', '=', adjustmentId).orderBy('id').execute(),

    async countByState(integrationId?: string): Promise<Map<AdjustmentState, number>> {
      const rows = await db
        .selectFrom('adjustment')
        .select('state')
        .select(sql<number>`count(*)::int`.as('count'))
        .where('state', 'in', ['waiting', 'planned', 'sent', 'unknown', 'failed'])
        .$if(integrationId !== undefined, (query) => query.where('integration_id', '=', integrationId as string))
        .groupBy('state')
        .execute();
      return new Map(rows.map(({ state, count }) => [state, count]));
    },

    /** How many wait for a person, by account. */
    async waitingByPlace(): Promise<Map<string, number>> {
      const rows = await db
        .selectFrom('adjustment')
        .select(['integration_id', 'source_id', 'tenant_id'])
        .select(sql<number>`count(*)::int`.as('count'))
        .where('state', '=', 'waiting')
        .groupBy(['integration_id', 'source_id', 'tenant_id'])
        .execute();
      return new Map(
        rows.map((row) => [
          placeKey({ integrationId: row.integration_id, sourceId: row.source_id, tenantId: row.tenant_id }),
          row.count,
        ]),
      );
    },
  };
};
export type JournalStore = ReturnType<typeof journalStore>;
