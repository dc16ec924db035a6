/**
 * Service reports and license reports of every client, for the console, for files, and as items in the PSA. Owns the
 * tables `report_setting`, `report_reading` and `report_item`.
 */
export { createReporting } from './create-reporting.ts';
export { type ReportingTables, reportingStore } from './store.ts';
export { reportingMigrations } from './store-migrations.ts';
