/**
 * How the connections to Administration Servers and PSAs do: what the health page shows, the alarm when one is down for
 * too long, and the ticket to the MSP itself that an alarm can open and its end closes. Owns the tables
 * `health_setting` and `health_alarm`.
 */
export { createHealth } from './health.ts';
export { healthRoutes } from './routes.ts';
export { healthStore } from './store.ts';
export { healthMigrations } from './store-migrations.ts';
