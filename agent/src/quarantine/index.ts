/** Malicious objects that were moved away: kept so that nobody can run them, restored or deleted when somebody says so. */
export { type QuarantineWork, quarantineWork } from './deal.ts';
export { openQuarantine } from './quarantine.ts';
