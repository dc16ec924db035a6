import { type SearchContext, searchPlaces } from '../devices/index.ts';
import { fullNames, type Group } from '../groups/index.ts';
import type { Tenant, TenantScope } from '../tenants/index.ts';
import type { Call } from './method.ts';

export interface ServerContext extends SearchContext {
  groups: ReadonlyMap<number, Group>;
  fullNames: ReadonlyMap<number, string>;
  tenantList: readonly Tenant[];
}

/** Groups and tenants of a scope: few beside the devices, so that they are read once a call. */
export const readContext = async (call: Call, scope: TenantScope): Promise<ServerContext> => {
  const { administration, now } = call;
  const [tenantList, groups] = await Promise.all([
    administration.tenantsOf(scope).list(),
    administration.groupsIn(scope),
  ]);
  const byId = new Map(groups.map((group) => [group.id, group]));
  return {
    now,
    visibleSince: administration.visibleSince(),
    groups: byId,
    fullNames: fullNames(groups),
    tenantList,
    ...searchPlaces(tenantList, groups),
  };
};
