/**
 * Event configuration: for each event type how long events are kept and where they go, on the Administration Server and
 * in the policies of groups. Owns `event_setting`.
 */
export { createEventConfiguration, type EventConfiguration } from './current.ts';
export { type EventConfigurationParts, eventConfigurationRoutes } from './routes.ts';
export { effectiveSettings, type OwnEventSetting, type SettingOf } from './settings.ts';
export { type EventSettingStore, type EventSettingTables, eventSettingStore } from './store.ts';
export { eventSettingMigrations } from './store-migrations.ts';
