/**
 * Administration Servers below and above this one. Those below are read by the KSC Open API, whether they are ours or a
 * Kaspersky Security Center; the one above makes itself known. Owns `secondary_server`, `primary_server` and
 * `server_identity`.
 */
export type { OwnPlace } from './place.ts';
export { createPrimary } from './primary.ts';
export { announceRefusals } from './read.ts';
export { secondaryServerRoutes } from './routes.ts';
export { createSecondaryServers } from './secondaries.ts';
export { type SecondaryRow, type SecondaryServerTables, secondaryServerStore } from './store.ts';
export { secondaryServerMigrations } from './store-migrations.ts';
