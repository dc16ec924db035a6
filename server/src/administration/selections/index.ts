/**
 * Event selections: saved filters of events, predefined and user-defined, and the searches that they and filters of the
 * moment make. Owns the table `event_selection`.
 */
export { isOwn, mayChange, mayRead } from './access.ts';
export { fixedExpression } from './resolve.ts';
export { selectionRoutes } from './routes.ts';
export { searchRoutes } from './routes-search.ts';
export { conditionsOf, createSearches, type EventSearch, type Searches } from './search.ts';
export type { Selection, SelectionOwner } from './selection.ts';
export { type SelectionStore, type SelectionTables, selectionStore } from './store.ts';
export { selectionMigrations } from './store-migrations.ts';
