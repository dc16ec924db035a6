import type { CommandHandler } from './command.ts';
import { deleteFromQuarantine, restoreFromQuarantine } from './quarantine.ts';
import { scan } from './scan.ts';
import { updateDatabases } from './update-databases.ts';

/** Every kind of command that this agent carries out. */
export const commandHandlers: readonly CommandHandler[] = [
  scan,
  updateDatabases,
  restoreFromQuarantine,
  deleteFromQuarantine,
];
