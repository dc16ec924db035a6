/**
 * Export of events to other security systems (SIEM): syslog, CEF and LEEF over UDP, TCP and TLS. Owns the table
 * `siem_target` and a folder with one queue per target.
 */
export { createExporter, type ExporterParts, type SiemExporter } from './exporter.ts';
export type { Exporter } from './render.ts';
export { siemExportRoutes } from './routes.ts';
export { type SiemExportTables, type SiemTargetStore, siemTargetStore } from './store.ts';
export { siemExportMigrations } from './store-migrations.ts';
