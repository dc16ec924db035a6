/**
 * Which tenant of a source belongs to which integration: to one or to none. Only members are mapped to accounts. Owns
 * the table `integration_tenant`.
 */
export { type Memberships, memberships, type TenantRef } from './memberships.ts';
export { membershipRoutes } from './routes.ts';
export { membershipStore } from './store.ts';
export { membershipMigrations } from './store-migrations.ts';
