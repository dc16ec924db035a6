import { z } from 'zod';
import { RestartOrder, ScriptInterpreter } from '../agent/commands.ts';
import { Id, Moment, SeverityName } from '../common.ts';

const folder = z.string().trim().min(1, 'Type a folder').max(1024).startsWith('/', 'Must begin with /');
const minuteOfDay = z.int().min(0).max(1439);

/** What a task does on each device. A new type is a member here and a file in the server's `tasks/types`. */
export const TaskWork = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('scan'),
    mode: z.enum(['quick', 'full', 'paths']),
    /** For `paths`. */
    folders: z.array(folder).max(50).default([]),
  }),
  z.object({ type: z.literal('update-databases') }),
  z.object({ type: z.literal('find-vulnerabilities') }),
  z.object({
    type: z.literal('restart'),
    mode: RestartOrder.shape.mode,
    delayMinutes: z.int().min(1).max(1440).default(5),
    onlyIfRequired: z.boolean().default(true),
    message: z.string().trim().max(200).default(''),
  }),
  z.object({
    type: z.literal('run-script'),
    interpreter: ScriptInterpreter,
    body: z.string().min(1, 'Type the script').max(65_536),
    timeLimitMinutes: z.int().min(1).max(1440).default(10),
    outputLimitKilobytes: z.int().min(1).max(1024).default(64),
  }),
]);
export type TaskWork = z.output<typeof TaskWork>;
export type TaskType = TaskWork['type'];
export const taskTypes = ['scan', 'update-databases', 'find-vulnerabilities', 'restart', 'run-script'] as const;
export const TaskType = z.enum(taskTypes);

/** The devices that a task is for, at the moment it starts. */
export const TaskTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('group'), groupId: z.int(), withSubgroups: z.boolean().default(true) }),
  z.object({ kind: z.literal('devices'), deviceIds: z.array(Id).min(1, 'Choose at least one device').max(10_000) }),
  z.object({ kind: z.literal('selection'), selectionId: z.string().min(1).max(100) }),
  /** A local task: it belongs to one device, and goes with it. */
  z.object({ kind: z.literal('device'), deviceId: Id }),
]);
export type TaskTarget = z.output<typeof TaskTarget>;

/** When a task starts by itself. Times of day are those of the server's own time zone. */
export const TaskSchedule = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('manual') }),
  z.object({ kind: z.literal('once'), at: Moment }),
  z.object({
    kind: z.literal('interval'),
    every: z.int().min(1).max(1000),
    unit: z.enum(['minutes', 'hours', 'days']),
    /** Counted from here. */
    from: Moment,
  }),
  z.object({ kind: z.literal('daily'), minuteOfDay }),
  z.object({
    kind: z.literal('weekly'),
    /** 0 is Sunday. */
    weekdays: z.array(z.int().min(0).max(6)).min(1, 'Choose at least one day').max(7),
    minuteOfDay,
  }),
  z.object({
    kind: z.literal('monthly'),
    /** In a month that has no such day: its last day. */
    dayOfMonth: z.int().min(1).max(31),
    minuteOfDay,
  }),
  z.object({
    kind: z.literal('on-event'),
    /** Codes of event types, any of which starts the task. */
    eventTypes: z.array(z.string().min(1).max(100)).min(1, 'Choose at least one event type').max(50),
    /** Null: any. */
    severities: z.array(SeverityName).min(1).nullable().default(null),
    /** Found anywhere in the event's description; empty: any. */
    contains: z.string().trim().max(200).default(''),
    /** Start on the device that reported the event alone, if the task is for it. */
    onlyThatDevice: z.boolean().default(false),
    /** After a start, events start nothing for this long. */
    pauseMinutes: z.int().min(0).max(10_080).default(5),
  }),
  z.object({
    kind: z.literal('after-task'),
    taskId: Id,
    /** How the other task has to end; `failed`: on at least one device. */
    result: z.enum(['completed', 'failed', 'any']),
  }),
]);
export type TaskSchedule = z.output<typeof TaskSchedule>;

export const TaskSettings = z
  .object({
    name: z.string().trim().min(1, 'Type a name').max(100),
    /** Off: it starts only by hand. */
    enabled: z.boolean().default(true),
    work: TaskWork,
    target: TaskTarget,
    schedule: TaskSchedule.default({ kind: 'manual' }),
    /** Start it when the server was off at its time. */
    runMissed: z.boolean().default(false),
    /** Devices start at random within this time. */
    spreadMinutes: z.int().min(0).max(1440).default(0),
    stopAfterMinutes: z.int().min(1).max(10_080).nullable().default(null),
    /** A device that is away is waited for this long. */
    waitHours: z.int().min(1).max(720).default(24),
  })
  .superRefine(({ work }, check) => {
    if (work.type === 'scan' && work.mode === 'paths' && work.folders.length === 0)
      check.addIssue({ code: 'custom', path: ['work', 'folders'], message: 'Name at least one folder' });
  });
export type TaskSettings = z.output<typeof TaskSettings>;
