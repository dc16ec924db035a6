/**
 * Which tenant of a source is which account of a PSA, one to one, with its billing switch and contract; and the kept
 * list of the PSA's accounts. Owns the tables `mapping`, `psa_account` and `psa_account_reading`.
 */
export { accountBook } from './account-book.ts';
export { mappingList } from './mapping-list.ts';
export { accountProblem, type ContractsOf, type Mappings, mappings } from './mappings.ts';
export type { Planned } from './plan.ts';
export { mappingRoutes } from './routes.ts';
export { accountRoutes } from './routes-accounts.ts';
export { type MappingRow, type MappingTables, mappingStore } from './store.ts';
export { accountStore } from './store-accounts.ts';
export { mappingMigrations } from './store-migrations.ts';
