/**
 * News of integrations, shown in the console to each administrator until they have read it. Owns the tables
 * `integration_notice` and `integration_notice_read`.
 */
export { noticeRoutes } from './routes.ts';
export { noticeStore } from './store.ts';
export { noticeMigrations } from './store-migrations.ts';
