/** What is installed on devices, as their agents tell it. Owns `software` and `device_inventory`. */
export { inventoryRoutes } from './routes.ts';
export {
  type Inventory,
  type InventoryStore,
  type InventoryTables,
  inventoryStore,
  type SoftwareRecord,
} from './store.ts';
export { inventoryMigrations } from './store-migrations.ts';
export { type SoftwareSearch, softwareSearch } from './store-search.ts';
