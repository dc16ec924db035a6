/**
 * The policy that the server gave this device: kept over restarts and while the server is away, put together with the
 * device's own settings, and carried out on time. Owns `policy.json` and `schedules.json` in the state folder.
 */
export { scheduledJobs } from './jobs.ts';
export { lockedByPolicy, openPolicy } from './policy.ts';
export { openScheduler } from './scheduler.ts';
export { createWatching } from './watching.ts';
