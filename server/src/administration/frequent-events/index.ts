/**
 * Blocking of frequent events: one kind of events that floods the server is acknowledged and counted, but not stored,
 * until it becomes calm (docs/frequent-events.md). Owns the tables `frequent_event`, `frequent_event_device`,
 * `frequent_event_taken` and `frequent_event_setting`.
 */
export { createFrequentEvents } from './guard.ts';
export { frequentEventRoutes } from './routes.ts';
export { type FrequentEventTables, frequentEventStore } from './store.ts';
export { frequentEventMigrations } from './store-migrations.ts';
