/** Events that are deleted for good: gone for readers at once, and from the store when the job is done. Owns the table `event_deletion`. */
export { createDeletions, type Deletions } from './deletions.ts';
export { deletionRoutes } from './routes.ts';
export { type DeletionStore, type DeletionTables, deletionStore } from './store.ts';
export { deletionMigrations } from './store-migrations.ts';
