import { z } from 'zod';
import { CommandState, ScriptInterpreter } from '../agent/commands.ts';
import { Done, Id, Moment, oneOrMore, pageOf, paging } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { TaskSchedule, TaskSettings, TaskTarget, TaskType } from './task-settings.ts';

const tag = 'Tasks';
const readsOnly = { notAudited: 'reads only' } as const;

/** Devices of a run by how far they are. */
export const TaskRunCounts = z.object({
  /** Not told to the device yet. */
  pending: z.int(),
  /** At the device, or kept back until its time; not started yet. */
  scheduled: z.int(),
  running: z.int(),
  paused: z.int(),
  completed: z.int(),
  warning: z.int(),
  failed: z.int(),
  /** Not reached in time. */
  expired: z.int(),
  cancelled: z.int(),
});
export type TaskRunCounts = z.output<typeof TaskRunCounts>;

/** One start of a task. */
export const TaskRun = z
  .object({
    id: Id,
    /** Counts over all runs of this server. */
    number: z.int(),
    taskId: Id,
    taskName: z.string(),
    type: TaskType,
    tenantId: Id,
    /** `preparing`: its devices are being gathered. */
    state: z.enum(['preparing', 'running', 'finished']),
    /** What was asked for by hand while it ran. */
    request: z.enum(['cancel', 'pause', 'resume']).nullable(),
    /** What started it. */
    cause: z.enum(['manual', 'schedule', 'event', 'after-task', 'retry']),
    /** Who, or the event or run, in words. */
    causeText: z.string(),
    startedAt: Moment,
    finishedAt: Moment.nullable(),
    expiresAt: Moment,
    devices: z.int(),
    /** Devices that were still busy with an earlier run of this task, and were left out. */
    leftOut: z.int(),
    counts: TaskRunCounts,
    percent: z.int().min(0).max(100),
    canPause: z.boolean(),
  })
  .meta({ id: 'TaskRun' });
export type TaskRun = z.output<typeof TaskRun>;

export const Task = z
  .object({
    id: Id,
    /** As other systems know it. */
    number: z.int(),
    tenantId: Id,
    tenantName: z.string(),
    settings: TaskSettings,
    /** The target in words, as `Managed devices/Office`. */
    targetText: z.string(),
    /** SHA-256 of a script, as hex; null where there is none. */
    scriptSha256: z.string().nullable(),
    createdAt: Moment,
    createdBy: z.string(),
    changedAt: Moment,
    nextRunAt: Moment.nullable(),
    lastRun: TaskRun.nullable(),
  })
  .meta({ id: 'Task' });
export type Task = z.output<typeof Task>;

/** One device of a run. */
export const TaskRunDevice = z.object({
  commandId: Id,
  deviceId: Id,
  deviceName: z.string(),
  state: CommandState,
  /** As the KSC Open API has it: 1, 2, 4, 8, 16, 32, 64. */
  stateCode: z.int(),
  /** What the device was asked for and did not confirm yet. */
  request: z.enum(['cancel', 'pause', 'resume']).nullable(),
  completedPercent: z.int().nullable(),
  availableAt: Moment,
  startedAt: Moment.nullable(),
  finishedAt: Moment.nullable(),
  changedAt: Moment,
  result: z.string().nullable(),
});
export type TaskRunDevice = z.output<typeof TaskRunDevice>;

/** Groups of states that lists of devices are filtered by. */
export const taskRunFilters = ['waiting', 'running', 'paused', 'completed', 'warning', 'failed'] as const;

const taskParams = z.object({ taskId: Id });
const runParams = z.object({ runId: Id });

export const getTaskOptions = endpoint({
  method: 'GET',
  path: '/api/task-options',
  tag,
  summary: 'What tasks can be on this server',
  needs: 'tasks:read',
  audit: readsOnly,
  reply: z.object({
    types: z.array(
      z.object({
        type: TaskType,
        title: z.string(),
        canPause: z.boolean(),
        /** Null: the caller can have it; else why not. */
        unavailable: z.string().nullable(),
      }),
    ),
    interpreters: z.array(ScriptInterpreter),
    /** IANA name of the time zone that schedules count in. */
    timeZone: z.string(),
  }),
});

export const listTasks = endpoint({
  method: 'GET',
  path: '/api/tasks',
  tag,
  summary: 'Tasks with their last run, by name',
  needs: 'tasks:read',
  audit: readsOnly,
  query: z.object({
    ...paging(),
    tenantId: oneOrMore(Id).optional(),
    type: oneOrMore(TaskType).optional(),
    /** Tasks of exactly this group. */
    groupId: z.coerce.number().int().optional(),
    /** Tasks that are for this device: its own, and those of its groups, of chosen devices and with a run on it. */
    deviceId: Id.optional(),
    text: z.string().max(200).optional(),
  }),
  reply: pageOf(Task),
});

export const addTask = endpoint({
  method: 'POST',
  path: '/api/tasks',
  tag,
  summary: 'Add a task to a tenant, and start it when asked to',
  needs: 'tasks:write',
  audit: 'task.added',
  body: z.object({ tenantId: Id, settings: TaskSettings, start: z.boolean().default(false) }),
  reply: z.object({ task: Task, runId: Id.nullable() }),
});

export const getTask = endpoint({
  method: 'GET',
  path: '/api/tasks/:taskId',
  tag,
  summary: 'One task',
  needs: 'tasks:read',
  audit: readsOnly,
  params: taskParams,
  reply: Task,
});

export const changeTask = endpoint({
  method: 'PUT',
  path: '/api/tasks/:taskId',
  tag,
  summary: 'Change a task; a run that is under way keeps what it began with',
  needs: 'tasks:write',
  audit: 'task.changed',
  params: taskParams,
  body: TaskSettings,
  reply: Task,
});

export const deleteTask = endpoint({
  method: 'DELETE',
  path: '/api/tasks/:taskId',
  tag,
  summary: 'Delete a task with its runs; what is under way is cancelled',
  needs: 'tasks:write',
  audit: 'task.deleted',
  params: taskParams,
  reply: Done,
});

export const startTask = endpoint({
  method: 'POST',
  path: '/api/tasks/:taskId/start',
  tag,
  summary: 'Start a task now',
  needs: 'tasks:write',
  audit: 'task.started',
  params: taskParams,
  body: z.object({
    /** Only on these of its devices; left out: on all. */
    deviceIds: z.array(Id).min(1).max(10_000).optional(),
  }),
  reply: z.object({ runId: Id }),
});

export const previewSchedule = endpoint({
  method: 'POST',
  path: '/api/task-schedule-preview',
  tag,
  summary: 'The next five times that a schedule names',
  needs: 'tasks:read',
  audit: { notAudited: 'works out times, nothing is kept' },
  body: z.object({ schedule: TaskSchedule }),
  reply: z.object({ times: z.array(Moment), timeZone: z.string() }),
});

export const countTaskTarget = endpoint({
  method: 'POST',
  path: '/api/task-target-count',
  tag,
  summary: 'How many devices a task would start on now',
  needs: 'tasks:read',
  audit: { notAudited: 'counts devices, nothing is kept' },
  body: z.object({ tenantId: Id, target: TaskTarget }),
  reply: z.object({ devices: z.int() }),
});

export const listTaskRuns = endpoint({
  method: 'GET',
  path: '/api/tasks/:taskId/runs',
  tag,
  summary: 'Runs of a task, newest first',
  needs: 'tasks:read',
  audit: readsOnly,
  params: taskParams,
  query: z.object(paging(20, 100)),
  reply: pageOf(TaskRun),
});

export const getTaskRun = endpoint({
  method: 'GET',
  path: '/api/task-runs/:runId',
  tag,
  summary: 'One run of a task with its figures',
  needs: 'tasks:read',
  audit: readsOnly,
  params: runParams,
  reply: TaskRun,
});

export const listTaskRunDevices = endpoint({
  method: 'GET',
  path: '/api/task-runs/:runId/devices',
  tag,
  summary: 'Devices of a run and how far each is, by name',
  needs: 'tasks:read',
  audit: readsOnly,
  params: runParams,
  query: z.object({
    ...paging(),
    state: z.enum(taskRunFilters).optional(),
    /** Any part of the device's name. */
    text: z.string().max(200).optional(),
  }),
  reply: pageOf(TaskRunDevice),
});

const requestParts = {
  method: 'POST',
  tag,
  needs: 'tasks:write',
  params: runParams,
  body: z.object({
    /** Only these devices of the run; left out: all. */
    deviceIds: z.array(Id).min(1).max(10_000).optional(),
  }),
  reply: TaskRun,
} as const;

export const cancelTaskRun = endpoint({
  ...requestParts,
  path: '/api/task-runs/:runId/cancel',
  summary: 'Cancel a run: devices that did not start do not, the others stop',
  audit: 'task-run.cancelled',
});

export const pauseTaskRun = endpoint({
  ...requestParts,
  path: '/api/task-runs/:runId/pause',
  summary: 'Have the devices of a run hold on; those that did not start wait',
  audit: 'task-run.paused',
});

export const resumeTaskRun = endpoint({
  ...requestParts,
  path: '/api/task-runs/:runId/resume',
  summary: 'Have the devices of a paused run go on',
  audit: 'task-run.resumed',
});

export const retryTaskRun = endpoint({
  method: 'POST',
  path: '/api/task-runs/:runId/retry',
  tag,
  summary: 'Start the task again on the devices where a run failed, was not reached or was cancelled',
  needs: 'tasks:write',
  audit: 'task-run.retried',
  params: runParams,
  reply: z.object({ runId: Id }),
});

export const listCommandSteps = endpoint({
  method: 'GET',
  path: '/api/commands/:commandId/steps',
  tag,
  summary: 'What one device did of a command, step by step, with what it said',
  needs: 'tasks:read',
  audit: readsOnly,
  params: z.object({ commandId: Id }),
  reply: z.object({ steps: z.array(z.object({ at: Moment, state: CommandState, text: z.string() })) }),
});

export const getCommandOutput = endpoint({
  method: 'GET',
  path: '/api/commands/:commandId/output',
  tag,
  summary: 'What a script wrote on one device',
  needs: 'scripts:run',
  audit: readsOnly,
  params: z.object({ commandId: Id }),
  /** Null: nothing came from the device. */
  reply: z.object({ output: z.object({ at: Moment, text: z.string(), isCut: z.boolean() }).nullable() }),
});
