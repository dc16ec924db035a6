/** Writes chosen events to the log of the server's operating system (syslog, journald). Owns no table. */
export { systemLogRoutes } from './routes.ts';
export { createSystemLog, type SystemLog, type SystemLogParts } from './system-log.ts';
