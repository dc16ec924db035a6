import { lineOf } from './log-lines.ts';
import { leftTicketStore } from './store-left.ts';
import type { Unit } from './store-unit.ts';
import type { Place } from './store-waiting.ts';

const MINUTE_MS = 60_000;
/** A mapping that comes back within this was ended by mistake. */
const TAKE_BACK_MINUTES = 30;

/**
 * Follows the tickets of a mapping again that ended a moment ago: without that, taking the end back would open a second
 * ticket for everything that still holds.
 */
export const takeBack = async (unit: Unit, place: Place, accountId: string, now: Date): Promise<void> => {
  const left = leftTicketStore(unit.transaction as unknown as Parameters<typeof leftTicketStore>[0]);
  const since = new Date(now.getTime() - TAKE_BACK_MINUTES * MINUTE_MS);
  for (const ticket of await left.list(place, accountId, since)) {
    if (!(await left.follow(ticket))) continue;
    await unit.decisions.add([lineOf(ticket, 'note', 'The mapping is back; the ticket is followed again', now)]);
  }
};
