/** Commands to devices: given, taken by the agent, followed by its task-state events. Owns the table `command`. */
export { commandRoutes } from './routes.ts';
export { type CommandState, type CommandStore, type CommandTables, commandStore } from './store.ts';
export { commandMigrations } from './store-migrations.ts';
export { commandStateOf } from './task-state.ts';
export { createWaitingRoom, type WaitingRoom } from './waiting.ts';
