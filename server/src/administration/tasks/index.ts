/**
 * Tasks: what devices are to do, on which of them and when; each start is a run. Owns `task` and `task_run`; what a
 * run gives to each device are commands.
 */
export { taskRoutes } from './routes.ts';
export { runRoutes } from './routes-runs.ts';
export { decideDue, nextRunAfter } from './schedule.ts';
export { type TaskStore, type TaskTables, taskStore } from './store.ts';
export { taskMigrations } from './store-migrations.ts';
export { type RunStore, runStore } from './store-runs.ts';
export { expiryOf, progressEverySeconds, type RunCause, type RunRecord, type TaskRecord } from './task.ts';
export { startsAfter, startsOn } from './triggers.ts';
export { orderOf, typeSpec } from './types/index.ts';
export { minuteOfDayIn } from './zone.ts';
