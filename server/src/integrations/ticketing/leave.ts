import { lineOf } from './log-lines.ts';
import type { Unit } from './store-unit.ts';
import type { Place, Scope } from './store-waiting.ts';

/** As many as a statement takes. */
const ROWS_AT_ONCE = 1_000;

/** The places whose tenants nobody else reads for: what waits for their accounts waits in vain. */
const placesOf = (scope: Scope): Place[] => {
  if ('length' in scope) return [...scope];
  const { integrationId, sourceId, tenantId } = scope;
  return integrationId === undefined || sourceId === undefined || tenantId === undefined
    ? []
    : [{ integrationId, sourceId, tenantId }];
};

/**
 * Ends our interest in tickets, because their mappings, integration or source end. Nothing is deleted or closed in the
 * PSA; here they count as closed, with the reason shown.
 */
export const leaveToPeople = async (
  { tickets, decisions, backlog }: Unit,
  scope: Scope,
  why: string,
  now: Date,
): Promise<void> => {
  const problem = `${why}; the ticket in the PSA was left as it is`;
  const left = await tickets.listUnclosed(scope);
  for (let at = 0; at < left.length; at += ROWS_AT_ONCE) {
    const some = left.slice(at, at + ROWS_AT_ONCE);
    const ids = some.map(({ id }) => id);
    await tickets.dropAll(ids, why);
    await tickets.leave(ids, problem, now);
    await decisions.add(
      some.filter(({ state }) => state !== 'closed').map((ticket) => lineOf(ticket, 'note', problem, now)),
    );
  }
  await backlog.leave(scope, now);
  await tickets.dropPendingEventsOf(placesOf(scope));
};
