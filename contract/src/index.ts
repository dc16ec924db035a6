/** What console, agent and command line say to our own server: schemas, endpoints, agent messages. Imports nothing of ours. */
export * from './accounts/endpoints.ts';
export * from './accounts/permissions.ts';
export * from './administration/devices.ts';
export * from './administration/event-configuration.ts';
export * from './administration/event-selections.ts';
export * from './administration/event-storage.ts';
export * from './administration/events.ts';
export * from './administration/frequent-events.ts';
export * from './administration/revisions.ts';
export * from './administration/siem-exports.ts';
export * from './administration/system-log.ts';
export * from './administration/tenants.ts';
export * from './agent/messages.ts';
export * from './common.ts';
export * from './endpoint.ts';
export * from './integrations/endpoints.ts';
export * from './platform/endpoints.ts';
