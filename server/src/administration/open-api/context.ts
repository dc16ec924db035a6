import type { SearchContext } from '../devices/index.ts';
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
  const tenantList = await administration.tenantsOf(scope).list();
  const groups = (await Promise.all(tenantList.map((tenant) => administration.groupsOf(tenant.id).list()))).flat();
  const byId = new Map(groups.map((group) => [group.id, group]));
  const unassigned = groups.filter(({ kind }) => kind === 'unassigned').map(({ path }) => path);
  return {
    now,
    visibleSince: administration.visibleSince(),
    groups: byId,
    fullNames: fullNames(groups),
    groupNames: new Map(groups.map((group) => [group.id, group.name])),
    tenantList,
    tenants: new Map(
      tenantList.map((tenant) => [tenant.id, { number: tenant.virtualServerId, name: serverName(tenant) }]),
    ),
    unassignedGroupIds: groups
      .filter(({ path }) => unassigned.some((root) => path.startsWith(root)))
      .map(({ id }) => id),
    withSubgroups: (groupId) => {
      const root = byId.get(groupId);
      return root ? groups.filter(({ path }) => path.startsWith(root.path)).map(({ id }) => id) : [];
    },
  };
};

/** The main server has no display name as a virtual server: KLVSRV_DN of its hosts is empty. */
export const serverName = (tenant: Tenant): string => (tenant.virtualServerId === 0 ? '' : tenant.name);
