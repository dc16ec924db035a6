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

  /** @returns false when the subject has another ticket by now */
  async follow({ id, ...ticket }: TicketRow): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('ticket')
      .set({ state: 'open', closed_at: null, closed_by: null, over_at: null, checked_at: null, problem: null })
      .where('id', '=', id)
      .where((where) =>
        where.not(
          where.exists(
            where
              .selectFrom('ticket as other')
              .select('other.id')
              .where('other.integration_id', '=', ticket.integration_id)
              .where('other.source_id', '=', ticket.source_id)
              .where('other.tenant_id', '=', ticket.tenant_id)
              .where('other.device_id', '=', ticket.device_id)
              .where('other.subject', '=', ticket.subject)
              .where('other.over_at', 'is', null),
          ),
        ),
      )
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  },
});
