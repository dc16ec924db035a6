import type { GuardName } from '@gatehouse/contract';
import { type Generated, type Insertable, type Kysely, type Selectable, sql } from 'kysely';
import type { TicketFilter } from './store-tickets.ts';

export type DecisionWord = 'open' | 'close' | 'skip' | 'raise' | 'wait' | 'fail' | 'note';

/** A table that this module owns: lines are added, never changed. */
export interface DecisionTables {
  decision: {
    id: Generated<number>;
    at: Date;
    integration_id: string | null;
    source_id: string | null;
    tenant_id: string;
    tenant_name: string;
    decision: DecisionWord;
    reason: string;
    device_id: string;
    device_name: string;
    ticket_id: string | null;
    explanation: string;
    severity: 'warning' | 'functional-failure' | 'critical' | null;
    /** The noise guard that held something back. */
    guard: GuardName | null;
    /** How many tickets that are; null when no guard was at work. */
    held: number | null;
  };
}
export type DecisionRow = Selectable<DecisionTables['decision']>;
export type DecisionLine = Omit<Insertable<DecisionTables['decision']>, 'guard' | 'held'> &
  Partial<Pick<DecisionRow, 'guard' | 'held'>>;

export interface DecisionFilter extends Pick<TicketFilter, 'integrationId' | 'deviceId' | 'tenants'> {
  ticketId?: string | undefined;
  decisions?: DecisionWord[] | undefined;
  guards?: GuardName[] | undefined;
}

/** The decision log. */
export const decisionStore = (db: Kysely<DecisionTables>) => ({
  async add(lines: DecisionLine[]): Promise<void> {
    if (lines.length > 0)
      await db
        .insertInto('decision')
        .values(lines.map((line) => ({ guard: null, held: null, ...line })))
        .execute();
  },

  /** Newest first. @param after id of the last one seen */
  async page(
    filter: DecisionFilter,
    { limit, after }: { limit: number; after: number | null },
  ): Promise<DecisionRow[]> {
    if (filter.tenants?.length === 0) return [];
    return db
      .selectFrom('decision')
      .selectAll()
      .$if(filter.integrationId !== undefined, (query) =>
        query.where('integration_id', '=', filter.integrationId as string),
      )
      .$if(filter.deviceId !== undefined, (query) => query.where('device_id', '=', filter.deviceId as string))
      .$if(filter.ticketId !== undefined, (query) => query.where('ticket_id', '=', filter.ticketId as string))
      .$if(filter.decisions !== undefined, (query) => query.where('decision', 'in', filter.decisions as DecisionWord[]))
      .$if(filter.guards !== undefined, (query) => query.where('guard', 'in', filter.guards as GuardName[]))
      .$if(filter.tenants !== undefined, (query) =>
        query.where((where) =>
          where.or(
            (filter.tenants ?? []).map(({ sourceId, tenantId }) =>
              where.and([where('source_id', '=', sourceId), where('tenant_id', '=', tenantId)]),
            ),
          ),
        ),
      )
      .$if(after !== null, (query) => query.where(sql.ref('id'), '<', after))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
  },
});
export type DecisionStore = ReturnType<typeof decisionStore>;
