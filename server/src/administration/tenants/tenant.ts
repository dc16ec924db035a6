/** Id of a tenant. Every store that holds a tenant's things is made for one scope of these. */
export type TenantId = string;

/** The tenants that a caller may see: given once, when a store is made, so that no query can forget it. */
export type TenantScope = 'all' | readonly TenantId[];

/** A tenant is a virtual server; number 0 is the main server itself, for the provider's own devices. */
export interface Tenant {
  id: TenantId;
  /** KLVSRV_ID of the Open API; 0 is the main server. */
  virtualServerId: number;
  /** KLVSRV_UID: globally unique name. */
  uid: string;
  name: string;
  createdAt: Date;
}

export const MAIN_SERVER_NUMBER = 0;

export const inScope = (scope: TenantScope, tenantId: TenantId): boolean => scope === 'all' || scope.includes(tenantId);
