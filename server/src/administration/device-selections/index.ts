/**
 * Device selections: saved filters of devices, predefined and user-defined, and the questions that they answer: pages,
 * files, and for work on many devices all of them in turn (`createDeviceSearches(…).targets`). Owns `device_selection`.
 */
export { deviceSelectionRoutes } from './routes.ts';
export { deviceSearchRoutes } from './routes-search.ts';
export { createDeviceSearches } from './search.ts';
export type { DeviceSelection } from './selection.ts';
export { type DeviceSelectionStore, type DeviceSelectionTables, deviceSelectionStore } from './store.ts';
export { deviceSelectionMigrations } from './store-migrations.ts';
