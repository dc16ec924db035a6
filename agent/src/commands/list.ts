import type { CommandHandler } from './command.ts';
import { findVulnerabilities } from './find-vulnerabilities.ts';
import { deleteFromQuarantine, restoreFromQuarantine } from './quarantine.ts';
import { restart } from './restart.ts';
import { runScript } from './run-script.ts';
import { scan } from './scan.ts';
import { updateDatabases } from './update-databases.ts';

/** Every kind of command that this agent carries out, beside those that are about other commands (`runner.ts`). */
export const commandHandlers: readonly CommandHandler[] = [
  scan,
  updateDatabases,
  findVulnerabilities,
  restart,
  runScript,
  restoreFromQuarantine,
  deleteFromQuarantine,
];
