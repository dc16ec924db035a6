import { listIntegrationTenants, putIntegrationTenants } from '@gatehouse/contract';
import { type Http, route } from '../../platform/http/index.ts';
import { mustSeeAll } from '../sources/index.ts';
import type { Memberships, TenantRef } from './memberships.ts';

/**
 * @param put spans modules: mappings and tickets of tenants that are removed end with them
 * @param accountsOf name of the account that each mapped tenant of an integration belongs to
 */
export const membershipRoutes = (
  http: Http,
  {
    memberships,
    put,
    accountsOf,
  }: {
    memberships: Memberships;
    put(
      integrationId: string,
      adds: TenantRef[],
      removes: TenantRef[],
    ): Promise<{ added: number; removed: number; mappingsEnded: number }>;
    accountsOf(integrationId: string): Promise<(ref: TenantRef) => string | null>;
  },
): void => {
  route(http, listIntegrationTenants, async ({ params, query, actor }) =>
    memberships.list(
      params.integrationId,
      actor,
      { text: query.text ?? '', limit: query.limit },
      await accountsOf(params.integrationId),
    ),
  );
  route(http, putIntegrationTenants, async ({ params, body, actor, audit }) => {
    mustSeeAll(actor);
    const refs = (list: { sourceId: string; sourceTenantId: string }[]): TenantRef[] =>
      list.map(({ sourceId, sourceTenantId }) => ({ sourceId, tenantId: sourceTenantId }));
    const done = await put(params.integrationId, refs(body.add), refs(body.remove));
    // The change, not the thousands that stayed as they were.
    audit({ before: { removed: body.remove }, after: { added: body.add, mappingsEnded: done.mappingsEnded } });
    return done;
  });
};
