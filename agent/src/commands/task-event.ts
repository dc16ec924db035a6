import type { NewEvent } from '../spool/index.ts';
import { clip } from '../threat-events.ts';
import { agentProduct } from '../version.ts';

/** Task states of the field, as far as commands have them. */
export const taskState = { created: 0, running: 1, suspended: 2, failed: 3, completed: 4, timedOut: 5 } as const;
export type TaskState = (typeof taskState)[keyof typeof taskState];

const INFO = 1;
const WARNING = 2;
const FUNCTIONAL_FAILURE = 3;

const severityOf = (newState: TaskState, isPartial: boolean) => {
  if (newState === taskState.failed || newState === taskState.timedOut) return FUNCTIONAL_FAILURE;
  return isPartial ? WARNING : INFO;
};

export interface TaskStep {
  id: string;
  displayName: string;
  oldState: TaskState;
  newState: TaskState;
  completedPercent: number;
  /** What came of it, or why it failed. */
  text: string;
  isPartial?: boolean;
}

export const taskEvent = ({ id, displayName, text, isPartial = false, ...states }: TaskStep, at: Date): NewEvent => ({
  type: 'KLPRCI_TaskState',
  riseTime: at.toISOString(),
  severity: severityOf(states.newState, isPartial),
  displayName: 'Task state changed',
  description: clip(text, 1000),
  product: agentProduct,
  task: { id, displayName: clip(displayName, 100), ...states },
});
