/** Enrolment tokens, and the keys that agents get for them. Owns the table `enrolment_token`. */
export { badEnrolmentToken } from './errors.ts';
export { hashOfKey, newAgentKey } from './keys.ts';
export { enrolmentRoutes } from './routes.ts';
export {
  type EnrolmentStore,
  type EnrolmentTables,
  type EnrolmentTokenRow,
  enrolmentStore,
  useEnrolmentToken,
} from './store.ts';
export { enrolmentMigrations } from './store-migrations.ts';
