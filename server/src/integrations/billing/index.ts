/**
 * From usage to bill: which service bills which application, who uses what day by day, the runs, and the changes of
 * contracts with their evidence. Owns the tables `billing_setting`, `billed_application`, `license_reading`,
 * `license_use_day`, `billing_run`, `billing_account_run`, `billing_contract`, `billing_evidence`, `adjustment` and
 * `adjustment_step`.
 */
export { type BillingTables, createBilling } from './billing.ts';
export { billingRoutes } from './routes.ts';
export { billingMigrations } from './store-migrations.ts';
