import { type Kysely, sql } from 'kysely';
import type { TicketTables } from './store-tickets.ts';

/** Tickets of one tenant in a period; new and closed ones are counted independently of each other. */
export interface ReportCounts {
  newCritical: number;
  closedCritical: number;
  newWarning: number;
  closedWarning: number;
  newFunctionalFailure: number;
  closedFunctionalFailure: number;
}

/** What a ticket counts as: the severity of its event, or the level of its status. */
const severity = sql<'critical' | 'warning' | 'functional-failure' | null>`case
  when reason like 'status:critical:%' or reason = 'event:critical' then 'critical'
  when reason like 'status:warning:%' or reason = 'event:warning' then 'warning'
  when reason = 'event:functional-failure' then 'functional-failure'
end`;

/** Counts for reports to clients: what the PSA got from us, and what we closed there. */
export const reportCountStore = (db: Kysely<TicketTables>) => ({
  /** @param from excluded @param until included */
  async count(
    place: { integrationId: string; sourceId: string; tenantId: string },
    from: Date,
    until: Date,
  ): Promise<ReportCounts> {
    const of = async (column: 'opened_at' | 'closed_at'): Promise<Map<string | null, number>> => {
      const rows = await db
        .selectFrom('ticket')
        .select([severity.as('severity'), sql<string>`count(*)`.as('count')])
        .where('integration_id', '=', place.integrationId)
        .where('source_id', '=', place.sourceId)
        .where('tenant_id', '=', place.tenantId)
        .where('psa_ticket_id', 'is not', null)
        .where(column, '>', from)
        .where(column, '<=', until)
        .$if(column === 'closed_at', (query) => query.where('closed_by', '=', 'us'))
        .groupBy('severity')
        .execute();
      return new Map(rows.map((row) => [row.severity, Number(row.count)]));
    };
    const [opened, closed] = [await of('opened_at'), await of('closed_at')];
    return {
      newCritical: opened.get('critical') ?? 0,
      closedCritical: closed.get('critical') ?? 0,
      newWarning: opened.get('warning') ?? 0,
      closedWarning: closed.get('warning') ?? 0,
      newFunctionalFailure: opened.get('functional-failure') ?? 0,
      closedFunctionalFailure: closed.get('functional-failure') ?? 0,
    };
  },
});
export type ReportCountStore = ReturnType<typeof reportCountStore>;
