import { addSource, changeSource, deleteSource, listSources, testSource } from '@gatehouse/contract';
import { type Http, route } from '../../platform/http/index.ts';
import type { Sources } from './sources.ts';
import { mustSeeAll } from './visibility.ts';

/**
 * @param removeSource ends mappings and tickets with the source, since those belong to other modules
 * @param onChange there may be something new to read
 */
export const sourceRoutes = (
  http: Http,
  {
    sources,
    removeSource,
    onChange,
  }: { sources: Sources; removeSource(sourceId: string): Promise<void>; onChange(): void },
): void => {
  route(http, listSources, async ({ actor }) => {
    // A source's address and tenant count say something of every customer.
    return { items: actor.tenantIds === null ? await sources.list() : [] };
  });
  route(http, addSource, async ({ body, actor, audit }) => {
    mustSeeAll(actor);
    const added = await sources.add(body);
    audit({ before: null, after: added });
    onChange();
    return added;
  });
  route(http, changeSource, async ({ params, body, actor, audit }) => {
    mustSeeAll(actor);
    const { before, after } = await sources.change(params.sourceId, body);
    audit({ before, after });
    onChange();
    return after;
  });
  route(http, testSource, async ({ body, actor }) => {
    mustSeeAll(actor);
    const { ok, steps, certificate, tenants } = await sources.test(body);
    if (ok) onChange();
    return { ok, steps, certificate, tenants: tenants.map(({ name }) => name) };
  });
  route(http, deleteSource, async ({ params, actor, audit }) => {
    mustSeeAll(actor);
    const before = (await sources.list()).find(({ id }) => id === params.sourceId);
    await removeSource(params.sourceId);
    audit({ before, after: null });
    return {};
  });
};
