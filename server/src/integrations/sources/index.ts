/**
 * Where security facts come from: the port that every source fills, the sources that are set up, and the tenants that
 * they know. Owns the tables `source` and `source_tenant`.
 */
export type { LicenseKeyUse } from './license-reading.ts';
export { sourceRoutes } from './routes.ts';
export {
  type Signal,
  type SourceDevice,
  type SourceEvent,
  type SourceTenant,
  signals,
  type TenantReading,
} from './source.ts';
export { type ReadableSource, type Sources, sources } from './sources.ts';
export { type SourceStore, type SourceTables, sourceStore } from './store.ts';
export { sourceMigrations } from './store-migrations.ts';
export { maySee, mustSeeAll } from './visibility.ts';
