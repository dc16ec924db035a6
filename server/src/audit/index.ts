/** What was done, by whom and how it ended; written once, changed never. Owns the table `line` in the schema `audit`. */
export { type AuditTrail, createAuditTrail } from './audit.ts';
export { auditRoutes } from './routes.ts';
export { auditMigrations } from './store-migrations.ts';
