import type { TaskSchedule } from '@gatehouse/contract';
import type { RunFigures } from '../commands/index.ts';
import type { TaskRecord } from './task.ts';

/** What of an event decides whether it starts a task. */
export interface TriggerEvent {
  eventId: number;
  tenantId: string;
  deviceId: string;
  type: string;
  severity: 1 | 2 | 3 | 4;
  description: string;
}

const severityCodes = { info: 1, warning: 2, 'functional-failure': 3, critical: 4 } as const;
const MINUTE_MS = 60_000;

/** Whether an event starts a task now. */
export const startsOn = (
  task: Pick<TaskRecord, 'tenantId' | 'settings' | 'lastEventRunAt'>,
  event: TriggerEvent,
  now: Date,
): boolean => {
  const { schedule, enabled } = task.settings;
  if (!enabled || schedule.kind !== 'on-event' || event.tenantId !== task.tenantId) return false;
  if (!schedule.eventTypes.includes(event.type)) return false;
  if (schedule.severities && !schedule.severities.some((name) => severityCodes[name] === event.severity)) return false;
  if (schedule.onlyThatDevice && event.deviceId === '') return false;
  if (!event.description.toLowerCase().includes(schedule.contains.toLowerCase())) return false;
  return (
    task.lastEventRunAt === null || now.getTime() - task.lastEventRunAt.getTime() >= schedule.pauseMinutes * MINUTE_MS
  );
};

/** Whether the end of another task's run starts this one. */
export const startsAfter = (schedule: TaskSchedule, ended: { taskId: string; figures: RunFigures }): boolean => {
  if (schedule.kind !== 'after-task' || schedule.taskId !== ended.taskId) return false;
  const { failed, expired, cancelled } = ended.figures.counts;
  const hasFailed = failed + expired + cancelled > 0;
  return schedule.result === 'any' || (schedule.result === 'failed') === hasFailed;
};
