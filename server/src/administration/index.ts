/** The Administration Server. Owns the schema `administration` and the event store's table `administration_event`. */
export { type Administration, type AdministrationParts, createAdministration } from './administration.ts';
export { createAccountHistory } from './history.ts';
export {
  ensureCertificate,
  type OpenApi,
  type OpenApiUser,
  type ServerCertificate,
  startOpenApi,
} from './open-api/index.ts';
export { administrationMigrations } from './store-migrations.ts';
