/**
 * The Integration Service: reads Administration Servers through the KSC Open API and keeps tickets in the MSP's PSA in
 * step with what it reads. Owns the schema `integrations`; its tables belong to the modules inside. `flow.ts` is the
 * page to read first.
 */
export { createIntegrations } from './create-integrations.ts';
export { integrationsMigrations } from './store-migrations.ts';
