import type { Reason } from './reasons.ts';
import type { StoredRule } from './rules.ts';
import type { Unit } from './store-unit.ts';
import { ruleOfTicket } from './winning-rule.ts';

/**
 * Puts what failed for good back into the outbox, because somebody changed the settings since. A ticket that was never
 * opened takes its choices from its rule as it is now: the old ones are most likely why it failed.
 *
 * @returns the tickets that have something to do again
 */
export const tryFailedAgain = async (
  { tickets }: Unit,
  integrationId: string,
  rules: ReadonlyMap<Reason, StoredRule>,
  now: Date,
): Promise<string[]> => {
  const again = await tickets.planFailedAgain(integrationId, now);
  for (const ticketId of again) {
    const ticket = await tickets.find(ticketId);
    const rule = ticket && ruleOfTicket(rules, ticket);
    if (ticket && rule && ticket.psa_ticket_id === null) await tickets.change(ticketId, { fields: rule.fields });
  }
  return again;
};
