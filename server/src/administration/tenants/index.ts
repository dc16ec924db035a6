/** Tenants: the provider's customers, each a virtual server of its own. Owns the table `tenant`. */
export { type GroupCounts, sumCounts } from './counts.ts';
export { tenantRoutes } from './routes.ts';
export { type TenantStore, type TenantTables, tenantStore } from './store.ts';
export { tenantMigrations } from './store-migrations.ts';
export { inScope, MAIN_SERVER_NUMBER, type Tenant, type TenantId, type TenantScope } from './tenant.ts';
