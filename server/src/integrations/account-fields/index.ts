/**
 * Fields of our own on the PSA's accounts: which virtual server or workspace each is mapped to, for reports made in the
 * PSA. Owns the table `account_field`.
 */
export { type AccountFields, accountFields } from './account-fields.ts';
export { type AccountFieldTables, accountFieldStore } from './store.ts';
export { accountFieldMigrations } from './store-migrations.ts';
