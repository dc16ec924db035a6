/** Files with events, made while they are read: CSV, XLSX, JSON and XML. Owns the table `event_export`. */
export { writeEvents } from './formats.ts';
export { exportRoutes } from './routes.ts';
export { type ExportStore, type ExportTables, exportStore } from './store.ts';
export { exportMigrations } from './store-migrations.ts';
