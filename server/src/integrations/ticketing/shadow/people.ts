import { isStatusReason } from '../reasons.ts';
import type { DecidedLine, World } from '../rehearsal/world.ts';
import type { TicketRow } from '../store-tickets.ts';

type RealTicket = Pick<TicketRow, 'closed_by' | 'closed_at' | 'left_to_person_at' | 'state'>;

const words = {
  person: 'A person closed the real ticket',
  gone: 'The PSA no longer has the real ticket',
  left: 'The real ticket was left to people',
} as const;

/**
 * What people did to real tickets, done to the shadow's tickets of the same things: else those would stay open for
 * ever, and each later decision would differ. Changes the world. @returns a line for each that this closes
 *
 * @param real by number of the shadow's ticket
 */
export const followPeople = (world: World, real: ReadonlyMap<number, RealTicket>, now: Date): DecidedLine[] => {
  const lines: DecidedLine[] = [];
  for (const ticket of [...world.tickets, ...world.storms]) {
    const beside = real.get(Number(ticket.ticketId));
    const known = world.known.get(ticket.ticketId);
    if (!beside || !known || ticket.state === 'closed') continue;
    if (beside.left_to_person_at !== null && beside.state !== 'closed') ticket.isLeftToPerson = true;
    const by = beside.closed_by;
    if (by === null || by === 'us') continue;
    // An event's ticket is done with; a status' waits until its reason is gone.
    if (by === 'left' || !isStatusReason(known.reason)) {
      world.tickets = world.tickets.filter((each) => each !== ticket);
      world.storms = world.storms.filter((each) => each !== ticket);
    } else {
      ticket.state = 'closed';
      if ('deviceId' in ticket) ticket.closedAt = beside.closed_at ?? now;
    }
    const { deviceId, deviceName, subject } = known;
    lines.push({
      at: now,
      decision: 'close',
      rule: null,
      deviceId,
      deviceName,
      subject,
      ticket: Number(ticket.ticketId),
      guard: null,
      why: words[by],
    });
  }
  return lines;
};
