import { addSource, deleteSource, listSources } from '@gatehouse/contract';
import { type Http, route } from '../../platform/http/index.ts';
import type { Sources } from './sources.ts';
import { mustSeeAll } from './visibility.ts';

/** @param removeSource ends mappings and tickets with the source, since those belong to other modules */
export const sourceRoutes = (
  http: Http,
  { sources, removeSource }: { sources: Sources; removeSource(sourceId: string): Promise<void> },
): void => {
  route(http, listSources, async ({ actor }) => {
    // A source's address and tenant count say something of every customer.
    return { items: actor.tenantIds === null ? await sources.list() : [] };
  });
  route(http, addSource, ({ body, actor }) => {
    mustSeeAll(actor);
    return sources.add(body);
  });
  route(http, deleteSource, async ({ params, actor, audit }) => {
    mustSeeAll(actor);
    const before = (await sources.list()).find(({ id }) => id === params.sourceId);
    await removeSource(params.sourceId);
    audit({ before, after: null });
    return {};
  });
};
