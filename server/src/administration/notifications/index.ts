/**
 * Notifications about events by mail, and by SMS through a mail gateway: what is told, to whom, and sending it until the
 * mail server has it. Owns `notification_settings`, `notification_channel` and `notification`.
 */
export { createDelivery } from './delivery.ts';
export { notificationRoutes } from './routes.ts';
export { createNotificationSettings } from './settings.ts';
export { type NotificationTables, notificationStore } from './store.ts';
export { notificationMigrations } from './store-migrations.ts';
export { createTaker } from './taker.ts';
