import type { AgentCommand } from '@gatehouse/contract';
import { AgentError } from '../errors.ts';
import type { CommandHandler, CommandOutcome } from './command.ts';

/** Nothing of what was asked for could be done. */
class NoneDone extends AgentError {
  readonly code = 'agent.none_done';
}

/** One after the other; what could not be done is named, and holds up nothing else. */
const each = async (
  command: AgentCommand,
  done: string,
  act: (objectId: string) => Promise<string>,
): Promise<CommandOutcome> => {
  const objectIds = command.quarantine?.objectIds ?? [];
  const paths: string[] = [];
  const failures: string[] = [];
  for (const objectId of objectIds) {
    try {
      paths.push(await act(objectId));
    } catch (cause) {
      if (!(cause instanceof AgentError)) throw cause;
      failures.push(cause.message);
    }
  }
  if (paths.length === 0) throw new NoneDone(failures.join('; ') || 'The command names no object of the quarantine');
  const summary = [`${done}: ${paths.join(', ')}`, ...failures].join('; ');
  return { summary, isPartial: failures.length > 0 };
};

/** Puts objects back to where they were found. */
export const restoreFromQuarantine: CommandHandler = {
  kind: 'restore-from-quarantine',
  run: (command, { quarantine }) => each(command, 'Restored', quarantine.restore),
};

/** Deletes objects for good. */
export const deleteFromQuarantine: CommandHandler = {
  kind: 'delete-from-quarantine',
  run: (command, { quarantine }) => each(command, 'Deleted', quarantine.remove),
};
