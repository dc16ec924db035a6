import type { TaskSchedule } from '@gatehouse/contract';
import { type Params, readArguments, required } from '@gatehouse/protocols/ksc-open-api';
import type { TaskRecord } from '../tasks/index.ts';
import type { Call } from './method.ts';
import { requireType, TASK_STATE, taskById } from './task-of.ts';
import { doerOfLogin } from './writes.ts';

const FAILED = 3;
const COMPLETED = 4;

/** The event on which a task starts (KSCAPI 14 a00338); nothing for a task that starts by time or by hand. */
export const startEventOf = async (call: Call, { settings: { schedule } }: TaskRecord): Promise<Params> => {
  const any = {
    FILTER_EVENTS_PRODUCT_NAME: '',
    FILTER_EVENTS_VERSION: '',
    FILTER_EVENTS_COMPONENT_NAME: '',
    FILTER_EVENTS_INSTANCE_ID: '',
  };
  if (schedule.kind === 'on-event') return { ...any, EVENT_TYPE: schedule.eventTypes[0] ?? '', EVENT_BODY_FILTER: {} };
  if (schedule.kind !== 'after-task') return {};
  const before = await call.administration.tasks.tasksOf(call.login.scope()).find(schedule.taskId);
  if (!before) return {};
  return {
    ...any,
    EVENT_TYPE: TASK_STATE,
    EVENT_BODY_FILTER: {
      KLPRCI_TASK_TS_ID: before.id,
      ...(schedule.result !== 'any' && { KLPRCI_newState: schedule.result === 'failed' ? FAILED : COMPLETED }),
    },
  };
};

/** Lets a task start on the event of `pData`: of a type, or the end of another task. @throws BadFormat, PxgError 1186 */
export const setStartEvent = async (call: Call, task: TaskRecord): Promise<void> => {
  requireType(call, task);
  const data = readArguments(required(call.args.params('pData'), 'pData'));
  const eventType = required(data.string('EVENT_TYPE') || undefined, 'pData.EVENT_TYPE');
  const body = readArguments(data.params('EVENT_BODY_FILTER') ?? {});
  let schedule: TaskSchedule;
  if (eventType === TASK_STATE) {
    const after = required(body.string('KLPRCI_TASK_TS_ID'), 'pData.EVENT_BODY_FILTER.KLPRCI_TASK_TS_ID');
    const state = body.int('KLPRCI_newState');
    schedule = {
      kind: 'after-task',
      taskId: (await taskById(call, after)).id,
      result: state === FAILED ? 'failed' : state === COMPLETED ? 'completed' : 'any',
    };
  } else {
    schedule = {
      kind: 'on-event',
      eventTypes: [eventType],
      ...{ severities: null, contains: '', onlyThatDevice: false, pauseMinutes: 5 },
    };
  }
  const { acts } = call.administration.tasks;
  await acts.change(task, { ...task.settings, schedule }, doerOfLogin(call.login));
};
