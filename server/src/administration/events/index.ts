/**
 * Security events: what devices and the server itself told us happened. Owns the event store's table
 * `administration_event` and the tables `event_position`, `event_number`, `event_cursor`, `event_outbox`.
 */
export { type EventType, eventTypeOf, eventTypes, UNKNOWN_COMPONENT, unknownType } from './catalogue.ts';
export type { EventRow, EventSender } from './event.ts';
export type { Arrival, IngestGuard } from './guard.ts';
export { createIngest, type EventBatch, type Ingest } from './ingest.ts';
export { createOutbox, type Outbox, SERVER_EPOCH } from './outbox.ts';
export { eventRoutes } from './routes.ts';
export { SERVER_PRODUCT } from './server-product.ts';
export { severityNames } from './severity.ts';
export { shownEvent } from './shown.ts';
export type { StorageTermOf } from './storage-term.ts';
export { type EventStore, type EventTables, eventStore, type Published, type SenderRow } from './store.ts';
export type { EventCondition } from './store-columns.ts';
export type { EventCursor } from './store-cursor.ts';
export { type EngineStore, type EventListFilter, engineStore, wordsOf } from './store-engine.ts';
export { type FixedFilter, filterCondition } from './store-filter.ts';
export { eventMigrations } from './store-migrations.ts';
export { type EventPages, eventPages, type PagePlace } from './store-pages.ts';
export { eventCondition, isEventAttribute } from './store-search.ts';
export { type TrimStore, trimStore } from './store-trim.ts';
