import { type Connection, psaKindOf } from '../psa/index.ts';
import { lineOf } from './log-lines.ts';
import { isStatusReason } from './reasons.ts';
import type { InOneTransaction } from './store-unit.ts';

const TICKETS_PER_ROUND = 500;

/**
 * Asks the PSA what became of our open tickets. One that a person closed is closed for us too: an event's is done with,
 * a status' waits until its reason is gone, or else it would be opened again at the next reading.
 *
 * @param before tickets that were asked about since then are left out
 */
export const follow =
  (inOneTransaction: InOneTransaction, clock: () => Date) =>
  async (
    { integrationId, connector, roles, kindId }: Connection,
    before: Date,
  ): Promise<{ asked: boolean; changed: boolean; closed: number }> => {
    const psaTitle = psaKindOf(kindId).title;
    const due = await inOneTransaction(({ tickets }) => tickets.listToCheck(integrationId, before, TICKETS_PER_ROUND));
    if (due.length === 0) return { asked: false, changed: false, closed: 0 };
    const read = await connector.readTickets(
      due.flatMap(({ psa_ticket_id }) => (psa_ticket_id === null ? [] : [psa_ticket_id])),
    );
    const known = new Map(read.map((ticket) => [ticket.ticketId, ticket]));

    return inOneTransaction(async ({ tickets, decisions }) => {
      let closed = 0;
      for (const { id } of due) {
        // It may have been closed by us since it was listed.
        const ticket = await tickets.find(id);
        if (!ticket || (ticket.state !== 'open' && ticket.state !== 'failed')) continue;
        const now = clock();
        const inPsa = known.get(ticket.psa_ticket_id ?? '');
        const isClosed =
          inPsa && (inPsa.completedAt !== null || inPsa.statusId === (ticket.fields[roles.closedStatus] ?? null));
        if (inPsa && !isClosed) {
          await tickets.change(id, { checked_at: now });
          continue;
        }
        closed += 1;
        await tickets.dropAll(id, 'closed in the PSA');
        await tickets.change(id, {
          state: 'closed',
          closed_by: inPsa ? 'person' : 'gone',
          closed_at: inPsa?.completedAt ?? now,
          over_at: isStatusReason(ticket.reason) ? null : now,
          checked_at: now,
          problem: null,
        });
        const what = inPsa
          ? `A person closed ticket ${ticket.psa_number ?? ticket.psa_ticket_id} in ${psaTitle}`
          : `${psaTitle} no longer has ticket ${ticket.psa_number ?? ticket.psa_ticket_id}: it was deleted or merged there`;
        await decisions.add([lineOf(ticket, 'note', what, now)]);
      }
      return { asked: true, changed: closed > 0, closed };
    });
  };
