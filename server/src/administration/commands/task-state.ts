import type { CommandState } from './store.ts';

/** Task states of the field (KSC Open API): what each means for a command. */
const byTaskState: Record<number, CommandState> = {
  0: 'taken',
  1: 'running',
  2: 'running',
  3: 'failed',
  4: 'completed',
  5: 'failed',
};

/** What a task-state event says of a command; null for states that say nothing of it. */
export const commandStateOf = (taskNewState: number): CommandState | null => byTaskState[taskNewState] ?? null;
