import type { Group } from '../groups/index.ts';
import type { Tenant } from '../tenants/index.ts';
import type { SearchContext } from './store-search-attributes.ts';

/** What a search needs to know of the groups and tenants of a scope. */
export type SearchPlaces = Omit<SearchContext, 'now' | 'visibleSince'>;

/** The main server has no display name as a virtual server: KLVSRV_DN of its hosts is empty. */
const serverName = (tenant: Tenant): string => (tenant.virtualServerId === 0 ? '' : tenant.name);

export const searchPlaces = (tenants: readonly Tenant[], groups: readonly Group[]): SearchPlaces => {
  const byId = new Map(groups.map((group) => [group.id, group]));
  const unassigned = groups.filter(({ kind }) => kind === 'unassigned').map(({ path }) => path);
  return {
    groupNames: new Map(groups.map((group) => [group.id, group.name])),
    tenants: new Map(
      tenants.map((tenant) => [tenant.id, { number: tenant.virtualServerId, name: serverName(tenant) }]),
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
