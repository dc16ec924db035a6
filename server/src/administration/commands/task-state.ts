import type { CommandState } from '@gatehouse/contract';
import type { CommandReport } from './command.ts';

/** What a task-state event says (KLPRCI_TaskState). */
export interface TaskStateEvent {
  deviceId: string;
  /** The command's id. */
  taskId: string;
  taskOldState: number;
  taskNewState: number;
  /** -1: not said. */
  completedPercent: number;
  severity: number;
  description: string;
  riseTime: Date;
  registrationTime: Date;
}

const WARNING = 2;

/** Ids of our commands; tasks of other makers have ids of other shapes. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Task states of the field (KSC Open API) and what each means for a command; null says nothing of it. */
const stateOf = ({ taskNewState, severity }: TaskStateEvent): CommandState | null => {
  switch (taskNewState) {
    case 0:
      return 'taken';
    case 1:
      return 'running';
    case 2:
      return 'suspended';
    case 3:
    case 5:
      return 'failed';
    case 4:
      return severity === WARNING ? 'completed-with-warnings' : 'completed';
    default:
      return null;
  }
};

const isEnd = (state: CommandState) => state === 'failed' || state.startsWith('completed');

/**
 * What a batch of events says of each command, in the order in which they were stored: the last word counts, but for
 * an end, after which nothing counts.
 */
export const foldTaskStates = (events: readonly TaskStateEvent[]): CommandReport[] => {
  const reports = new Map<string, CommandReport>();
  for (const event of events) {
    const state = stateOf(event);
    if (!state || !UUID.test(event.taskId) || event.deviceId === '') continue;
    const key = `${event.deviceId} ${event.taskId.toLowerCase()}`;
    const before = reports.get(key);
    if (before && isEnd(before.state)) continue;
    const ends = isEnd(state);
    const isStep = event.taskOldState !== event.taskNewState;
    reports.set(key, {
      id: event.taskId,
      deviceId: event.deviceId,
      state,
      completedPercent: event.completedPercent >= 0 ? event.completedPercent : (before?.completedPercent ?? null),
      // That it started is said by its state.
      result: (isStep && (ends || state === 'suspended') && event.description) || before?.result || null,
      startedAt: before?.startedAt ?? (state === 'running' ? event.riseTime : null),
      finishedAt: ends ? event.riseTime : null,
      heardAt: event.registrationTime,
      steps: [...(before?.steps ?? []), ...(isStep ? [{ at: event.riseTime, state, text: event.description }] : [])],
    });
  }
  return [...reports.values()];
};
