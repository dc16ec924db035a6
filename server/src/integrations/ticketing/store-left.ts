import type { Kysely } from 'kysely';
import type { TicketRow, TicketTables } from './store-tickets.ts';

/** Tickets that were left to people because their mapping ended. */
export const leftTicketStore = (db: Kysely<TicketTables>) => ({
  /** Those of an integration since a moment, the latest first; only what the PSA has. */
  list: (integrationId: string, since: Date): Promise<TicketRow[]> =>
    db
      .selectFrom('ticket')
      .selectAll()
      .where('integration_id', '=', integrationId)
      .where('closed_by', '=', 'left')
      .where('over_at', '>=', since)
      .where('psa_ticket_id', 'is not', null)
      .orderBy('over_at', 'desc')
      .orderBy('id', 'desc')
      .execute(),

  /**
   * @param ids of different subjects, as many as one statement takes
   * @returns those that are followed; not those whose subject has another ticket by now
   */
  async follow(ids: readonly string[]): Promise<Set<string>> {
    const rows = await db
      .updateTable('ticket')
      .set({ state: 'open', closed_at: null, closed_by: null, over_at: null, checked_at: null, problem: null })
      .where('id', 'in', ids)
      .where((where) =>
        where.not(
          where.exists(
            where
              .selectFrom('ticket as other')
              .select('other.id')
              .whereRef('other.integration_id', '=', 'ticket.integration_id')
              .whereRef('other.source_id', '=', 'ticket.source_id')
              .whereRef('other.tenant_id', '=', 'ticket.tenant_id')
              .whereRef('other.device_id', '=', 'ticket.device_id')
              .whereRef('other.subject', '=', 'ticket.subject')
              .where('other.over_at', 'is', null),
          ),
        ),
      )
      .returning('id')
      .execute();
    return new Set(rows.map(({ id }) => id));
  },
});
