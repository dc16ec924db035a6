/** Which tenant of a source is which account of a PSA, one to one. Owns the table `mapping`. */
export { accountProblem, type Mappings, mappings } from './mappings.ts';
export { mappingRoutes } from './routes.ts';
export { type MappingRow, type MappingTables, mappingStore } from './store.ts';
export { mappingMigrations } from './store-migrations.ts';
