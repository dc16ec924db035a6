import type { IntegrationTenant } from '@gatehouse/contract';

/** Wishes that differ from what is saved: belongs to the integration or not, by key. */
export type TenantWishes = ReadonlyMap<string, { tenant: IntegrationTenant; isMember: boolean }>;

export const tenantKey = ({ sourceId, sourceTenantId }: IntegrationTenant): string => `${sourceId} ${sourceTenantId}`;

export const isChosen = (wishes: TenantWishes, tenant: IntegrationTenant): boolean =>
  wishes.get(tenantKey(tenant))?.isMember ?? tenant.isMember;

/** The wishes after these were ticked or cleared; one that is as it is saved is no wish. */
export const wishFor = (
  wishes: TenantWishes,
  tenants: readonly IntegrationTenant[],
  isMember: boolean,
): TenantWishes => {
  const next = new Map(wishes);
  for (const tenant of tenants) {
    if (tenant.isMember === isMember) next.delete(tenantKey(tenant));
    else next.set(tenantKey(tenant), { tenant, isMember });
  }
  return next;
};

const refOf = ({ sourceId, sourceTenantId }: IntegrationTenant) => ({ sourceId, sourceTenantId });

/** What is sent, and whose mappings would end. */
export const changeOf = (wishes: TenantWishes) => {
  const all = [...wishes.values()];
  const removed = all.filter(({ isMember }) => !isMember).map(({ tenant }) => tenant);
  return {
    add: all.filter(({ isMember }) => isMember).map(({ tenant }) => refOf(tenant)),
    remove: removed.map(refOf),
    mappingsThatEnd: removed.filter(({ accountName }) => accountName !== null),
  };
};
