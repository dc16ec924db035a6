/**
 * Where security facts come from: the port that every source fills, the sources that are set up, and the tenants that
 * they know. Owns the tables `source` and `source_tenant`.
 */
export { sourceRoutes } from './routes.ts';
export { type Signal, type SourceDevice, type SourceEvent, type SourceTenant, signals } from './source.ts';
export { type ReadableSource, type SourceAccess, type Sources, sources } from './sources.ts';
export { type SourceStore, type SourceTables, sourceStore } from './store.ts';
export { maySee, mustSeeAll } from './visibility.ts';
