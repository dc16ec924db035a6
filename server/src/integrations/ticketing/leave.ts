import { lineOf } from './log-lines.ts';
import type { Unit } from './store-unit.ts';
import type { Place } from './store-waiting.ts';

/**
 * Ends our interest in the tickets of a place, because its mapping, integration or source ends. Nothing is deleted or
 * closed in the PSA; here they count as closed, with the reason shown.
 */
export const leaveToPeople = async (
  { tickets, decisions, backlog }: Unit,
  place: Partial<Place>,
  why: string,
  now: Date,
): Promise<void> => {
  for (const ticket of await tickets.listUnclosed(place)) {
    await tickets.dropAll(ticket.id, why);
    const problem = `${why}; the ticket in the PSA was left as it is`;
    await tickets.change(ticket.id, {
      state: 'closed',
      closed_at: ticket.closed_at ?? now,
      closed_by: ticket.closed_by ?? 'left',
      over_at: now,
      problem: ticket.state === 'closed' ? ticket.problem : problem,
    });
    if (ticket.state !== 'closed') await decisions.add([lineOf(ticket, 'note', problem, now)]);
  }
  await backlog.leave(place, now);
  if (place.sourceId !== undefined && place.tenantId !== undefined) {
    await tickets.dropPendingEvents(place.sourceId, place.tenantId, 'all');
  }
};
