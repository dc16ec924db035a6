/** Incidents on devices, told by applications or noted by people. Owns `incident` and `incident_comment`. */
export { INCIDENT_EVENT, incidentOf } from './from-event.ts';
export { incidentRoutes } from './routes.ts';
export { type IncidentRow, type IncidentStore, type IncidentTables, incidentStore } from './store.ts';
export { incidentMigrations } from './store-migrations.ts';
export { incidentSearch } from './store-search.ts';
