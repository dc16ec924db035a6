import { countEvents, getEventNeighbours, searchEvents } from '@gatehouse/contract';
import { type Http, route } from '../../platform/http/index.ts';
import { shownEvent } from '../events/index.ts';
import type { Searches } from './search.ts';

const asText = (id: number | null): string | null => (id === null ? null : String(id));

export const searchRoutes = (
  http: Http,
  { searches, tenantNames }: { searches: Searches; tenantNames: () => Promise<ReadonlyMap<string, string>> },
): void => {
  route(http, searchEvents, async ({ actor, body }) => {
    const { rows, next, cutAt } = await searches.page(actor, body);
    const names = await tenantNames();
    return { items: rows.map((row) => shownEvent(row, names)), next, cutAt };
  });

  route(http, countEvents, ({ actor, body }) => searches.count(actor, body));

  route(http, getEventNeighbours, async ({ actor, params, body }) => {
    const { row, previousId, nextId } = await searches.neighbours(actor, Number(params.eventId), body);
    return {
      event: shownEvent(row, await tenantNames()),
      previousId: asText(previousId),
      nextId: asText(nextId),
    };
  });
};
