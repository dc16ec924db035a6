/**
 * Where security facts come from: the port that every source fills, the sources that are set up, and the tenants that
 * they know. Owns the tables `source` and `source_tenant`.
 */
export { SourceRefused, SourceUnavailable } from './errors.ts';
export { sourceRoutes } from './routes.ts';
export {
  type Level,
  type Signal,
  type Source,
  type SourceDevice,
  type SourceEvent,
  type SourceTenant,
  signals,
  type TenantReading,
  type TicketSeverity,
} from './source.ts';
export { type ReadableSource, type SourceAccess, type Sources, sources } from './sources.ts';
export { type SourceRow, type SourceStore, type SourceTables, type SourceTenantRow, sourceStore } from './store.ts';
export { maySee, mustSeeAll } from './visibility.ts';
