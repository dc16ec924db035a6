/** Managed devices: who they are, what their agents told, what is wrong with them. Owns `device` and `active_threat`. */
export { type DecidedStatus, type DeviceState, RTP_RUNNING } from './device.ts';
export { deviceRoutes } from './routes.ts';
export { type DeviceRecord, type DeviceStore, type DeviceTables, deviceStore } from './store.ts';
export { type DeviceFilter, type DeviceLists, type DeviceOrder, deviceLists } from './store-list.ts';
export { deviceMigrations } from './store-migrations.ts';
export { type DeviceSearch, deviceSearch, type SearchContext } from './store-search.ts';
