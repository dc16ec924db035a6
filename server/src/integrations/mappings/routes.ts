import { listMappings, putMapping } from '@gatehouse/contract';
import { type Http, route } from '../../platform/http/index.ts';
import { mustSeeAll } from '../sources/index.ts';
import type { Mappings } from './mappings.ts';

/** @param put spans modules: tickets of a mapping that ends are no longer followed */
export const mappingRoutes = (
  http: Http,
  {
    mappings,
    put,
  }: {
    mappings: Mappings;
    put(integrationId: string, sourceId: string, tenantId: string, accountId: string | null): Promise<void>;
  },
): void => {
  route(http, listMappings, async ({ params, actor }) => ({ items: await mappings.list(params.integrationId, actor) }));
  route(http, putMapping, async ({ params, body, actor, audit }) => {
    mustSeeAll(actor);
    const { integrationId, sourceId, sourceTenantId } = params;
    const of = async () =>
      (await mappings.list(integrationId, actor)).find(
        (each) => each.sourceId === sourceId && each.sourceTenantId === sourceTenantId,
      ) ?? null;
    const before = await of();
    await put(integrationId, sourceId, sourceTenantId, body.accountId);
    audit({ before, after: await of() });
    return { items: await mappings.list(integrationId, actor) };
  });
};
