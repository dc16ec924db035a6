import { lineOf } from './log-lines.ts';
import { leftTicketStore } from './store-left.ts';
import type { TicketRow } from './store-tickets.ts';
import type { Unit } from './store-unit.ts';

const MINUTE_MS = 60_000;
/** A mapping that comes back within this was ended by mistake. */
const TAKE_BACK_MINUTES = 30;
/** As many as a statement takes. */
const ROWS_AT_ONCE = 1_000;

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
  const places = mapped.map(({ sourceId, tenantId }) => ({ integrationId, sourceId, tenantId }));
  await unit.backlog.takeBack(places, since);
  // A subject may have been left twice; the latest ticket of it is the one to follow.
  const bySubject = new Map<string, TicketRow>();
  for (const ticket of await left.list(integrationId, since)) {
    const { source_id, tenant_id, account_id, device_id, subject } = ticket;
    if (!wanted.has(`${source_id} ${tenant_id} ${account_id}`)) continue;
    const key = JSON.stringify([source_id, tenant_id, device_id, subject]);
    if (!bySubject.has(key)) bySubject.set(key, ticket);
  }
  const tickets = [...bySubject.values()];
  for (let at = 0; at < tickets.length; at += ROWS_AT_ONCE) {
    const some = tickets.slice(at, at + ROWS_AT_ONCE);
    const followed = await left.follow(some.map(({ id }) => id));
    await unit.decisions.add(
      some
        .filter(({ id }) => followed.has(id))
        .map((ticket) => lineOf(ticket, 'note', 'The mapping is back; the ticket is followed again', now)),
    );
  }
};
