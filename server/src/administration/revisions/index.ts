/**
 * Object history: every save of an object as a numbered revision, how two of them differ, and the audit events (KLAUD)
 * that lead to them. Owns `revised_object`, `revision` and `audited_call`.
 */
export { type AccountAct, accountActions, actsOf } from './account-acts.ts';
export { connectionEvent, passwordEvent, revisionEvent, statusChangedEvent } from './audit-events.ts';
export type { Change, Json } from './difference.ts';
export type { LabelOf } from './in-words.ts';
export type { ObjectState, RevisedObject, Revision, Save } from './revision.ts';
export { type RevisionParts, type RollBackResult, revisionRoutes } from './routes.ts';
export { type RevisionStore, type RevisionTables, revisionStore, type Viewer } from './store.ts';
export { revisionMigrations } from './store-migrations.ts';
