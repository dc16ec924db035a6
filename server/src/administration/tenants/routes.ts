import { addTenant, deleteTenant, listTenants, renameTenant, type Tenant as TenantReply } from '@gatehouse/contract';
import { Conflict, Forbidden } from '../../platform/errors/index.ts';
import { type Actor, type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import { type GroupCounts, sumCounts } from './counts.ts';
import type { TenantStore } from './store.ts';
import { MAIN_SERVER_NUMBER, type Tenant, type TenantScope } from './tenant.ts';

export interface TenantParts {
  tenantsOf: (scope: TenantScope) => TenantStore;
  countsOf: (scope: TenantScope) => Promise<GroupCounts[]>;
  /** Adds a tenant with its fixed groups in one transaction. */
  create: (name: string, doer: Doer) => Promise<Tenant>;
  rename: (tenantId: string, name: string, doer: Doer) => Promise<unknown>;
  /** Removes a tenant with its groups and tokens in one transaction; its devices are gone already. */
  remove: (tenantId: string, doer: Doer) => Promise<void>;
  changed: () => void;
}

const scopeOf = (actor: Actor): TenantScope => actor.tenantIds ?? 'all';

/** A user of some tenants may not make new ones or rename what others see too. */
const requireAllTenants = (actor: Actor): void => {
  if (actor.tenantIds !== null) throw new Forbidden('Only users of all tenants may add, rename or delete tenants');
};

const toReply = (tenant: Tenant, counts: readonly GroupCounts[]): TenantReply => ({
  id: tenant.id,
  name: tenant.name,
  virtualServerId: tenant.virtualServerId,
  createdAt: tenant.createdAt.toISOString(),
  devices: sumCounts(counts.filter((row) => row.tenant_id === tenant.id)),
});

export const tenantRoutes = (http: Http, parts: TenantParts): void => {
  route(http, listTenants, async ({ actor }) => {
    const scope = scopeOf(actor);
    const [tenants, counts] = await Promise.all([parts.tenantsOf(scope).list(), parts.countsOf(scope)]);
    return { items: tenants.map((tenant) => toReply(tenant, counts)) };
  });

  route(http, addTenant, async ({ actor, body, request, audit }) => {
    requireAllTenants(actor);
    const tenant = await parts.create(body.name, doerOf({ actor, request }));
    audit({ tenantId: tenant.id });
    parts.changed();
    return toReply(tenant, []);
  });

  route(http, renameTenant, async ({ actor, params, body, request, audit }) => {
    requireAllTenants(actor);
    const store = parts.tenantsOf('all');
    const before = await store.get(params.tenantId);
    await parts.rename(params.tenantId, body.name, doerOf({ actor, request }));
    audit({ before: { name: before.name } });
    parts.changed();
    return toReply(await store.get(params.tenantId), await parts.countsOf([params.tenantId]));
  });

  route(http, deleteTenant, async ({ actor, params, request, audit }) => {
    requireAllTenants(actor);
    const tenant = await parts.tenantsOf('all').get(params.tenantId);
    if (tenant.virtualServerId === MAIN_SERVER_NUMBER) {
      throw new Conflict('tenant.main-server', 'The main server’s own tenant stays; it can be renamed');
    }
    const devices = sumCounts(await parts.countsOf([tenant.id])).total;
    if (devices > 0) {
      throw new Conflict('tenant.not-empty', `“${tenant.name}” still has ${devices} devices; delete them first`);
    }
    await parts.remove(tenant.id, doerOf({ actor, request }));
    audit({ before: { name: tenant.name } });
    parts.changed();
    return {};
  });
};
