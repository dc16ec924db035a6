import { lineOf } from './log-lines.ts';
import { leftTicketStore } from './store-left.ts';
import type { Unit } from './store-unit.ts';

const MINUTE_MS = 60_000;
/** A mapping that comes back within this was ended by mistake. */
const TAKE_BACK_MINUTES = 30;

/**
 * Follows the tickets of mappings again that ended a moment ago: without that, taking the end back would open a second
 * ticket for everything that still holds, and the first one for what was to be ignored.
 *
 * @param mapped what is mapped again, with its account
 */
export const takeBack = async (
  unit: Unit,
  integrationId: string,
  mapped: readonly { sourceId: string; tenantId: string; accountId: string }[],
  now: Date,
): Promise<void> => {
  if (mapped.length === 0) return;
  const left = leftTicketStore(unit.transaction as unknown as Parameters<typeof leftTicketStore>[0]);
  const since = new Date(now.getTime() - TAKE_BACK_MINUTES * MINUTE_MS);
  const wanted = new Set(mapped.map(({ sourceId, tenantId, accountId }) => `${sourceId} ${tenantId} ${accountId}`));
  for (const { sourceId, tenantId } of mapped)
    await unit.backlog.takeBack({ integrationId, sourceId, tenantId }, since);
  for (const ticket of await left.list(integrationId, since)) {
    if (!wanted.has(`${ticket.source_id} ${ticket.tenant_id} ${ticket.account_id}`)) continue;
    if (!(await left.follow(ticket))) continue;
    await unit.decisions.add([lineOf(ticket, 'note', 'The mapping is back; the ticket is followed again', now)]);
  }
};
