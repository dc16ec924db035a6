import { deleteEvents, type EventDeletion, listEventDeletions } from '@gatehouse/contract';
import type { Clock } from '../../platform/clock/index.ts';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import { type Http, route } from '../../platform/http/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Searches } from '../selections/index.ts';
import type { Deletions } from './deletions.ts';
import type { Deletion } from './store.ts';

const SHOWN = 50;

const shown = (deletion: Deletion): EventDeletion => ({
  id: deletion.id,
  askedBy: deletion.askedBy,
  askedAt: deletion.askedAt.toISOString(),
  events: deletion.events,
  state: deletion.state,
  partsDone: deletion.partsDone,
  parts: deletion.parts,
  deleted: deletion.deleted,
  finishedAt: deletion.finishedAt?.toISOString() ?? null,
});

export const deletionRoutes = (
  http: Http,
  { deletions, searches, clock }: { deletions: Deletions; searches: Searches; clock: Clock },
): void => {
  route(http, deleteEvents, async ({ actor, body: { confirmed, asOf, ...query }, audit }) => {
    const { search } = await searches.planAsOf(actor, query, asOf);
    const count = await searches.countOf(actor, search);
    audit({ after: { ...query, ids: query.ids?.length, confirmed, found: count } });
    if (count === 0) throw new NotFound('event to delete');
    // Fewer is well: some expired meanwhile. More is not what somebody agreed to.
    if (count > confirmed) {
      throw new Conflict(
        'event-deletion.other-number',
        `These are ${count} events, not the ${confirmed} that were confirmed; look again and confirm the new number`,
      );
    }
    const now = clock();
    return shown(
      await deletions.begin({
        id: newId(now),
        tenantIds: actor.tenantIds,
        askedBy: actor.name,
        askedById: actor.id,
        askedAt: now,
        search,
        events: count,
      }),
    );
  });

  route(http, listEventDeletions, async ({ actor }) => ({
    items: (await deletions.latest(SHOWN))
      .filter(({ askedById }) => actor.tenantIds === null || askedById === actor.id)
      .map(shown),
  }));
};
