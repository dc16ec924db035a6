/**
 * Commands to devices: given to one or, by a run of a task, to many; taken by the agent, followed by its task-state
 * events. Owns `command`, `command_order`, `command_step` and `command_output`.
 */
export {
  type CommandDetails,
  type CommandReport,
  type CommandRequest,
  type RunFigures,
  stateCodeOf,
} from './command.ts';
export { commandRoutes } from './routes.ts';
export { type CommandStore, type CommandTables, commandStore } from './store.ts';
export { type CommandsOfMany, commandsOfMany } from './store-many.ts';
export { commandMigrations } from './store-migrations.ts';
export { type RunCommands, type RunFilter, runCommands } from './store-runs.ts';
export { createTaker, type Taker } from './taking.ts';
export { foldTaskStates } from './task-state.ts';
export { createWaitingRoom, type WaitingRoom } from './waiting.ts';
