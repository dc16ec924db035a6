/** Managed devices: who they are, what their agents told, what is wrong with them. Owns `device` and `active_threat`. */
export { type ConditionFacts, toldMoment } from './condition-facts.ts';
export { type DecidedStatus, type DeviceState, type KeptReason, RTP_RUNNING, SILENCE_MS } from './device.ts';
export { type FilterGroups, resolveDeviceFilter } from './resolve.ts';
export { deviceRoutes } from './routes.ts';
export { deviceActRoutes } from './routes-acts.ts';
export { type DeviceRows, deviceRows } from './rows.ts';
export { type DeviceRecord, type DeviceStore, type DeviceTables, deviceStore } from './store.ts';
export { type ContactStore, contactStore, type KnownDevice } from './store-contact.ts';
export type { DeviceFilter } from './store-filter.ts';
export { type DeviceLists, type DeviceOrder, deviceLists } from './store-list.ts';
export { deviceMigrations } from './store-migrations.ts';
export { type DevicePlaces, devicePlaces, type InactivityLimit, type MovingState } from './store-places.ts';
export { type PolicyDevices, policyDevices } from './store-policy.ts';
export { type DeviceSearch, deviceSearch, type SearchContext } from './store-search.ts';
export { type DeviceStanding, type DeviceStandings, deviceStandings } from './store-standing.ts';
export { type Decidable, type DeviceStatuses, deviceStatuses, type SavedStatus } from './store-status.ts';
export { type TargetDevices, targetDevices } from './store-targets.ts';
export { type ThreatReport, threatStore } from './store-threats.ts';
