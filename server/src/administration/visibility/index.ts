/** After how long without a sign of life a device is not visible: a setting of the whole server. Owns `network_visibility`. */
export { visibilityRoutes } from './routes.ts';
export { type VisibilityTables, visibilityStore } from './store.ts';
export { visibilityMigrations } from './store-migrations.ts';
export { createVisibility } from './visibility.ts';
