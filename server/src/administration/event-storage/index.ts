/** The limit of the event store: how many events are kept, and the deletion of the oldest beyond. Owns `event_storage`. */
export { createEventStorage, type EventStorageParts } from './event-storage.ts';
export { eventStorageRoutes } from './routes.ts';
export { type EventStorageTables, eventStorageStore } from './store.ts';
export { eventStorageMigrations } from './store-migrations.ts';
