import { type Task, TaskSettings, type TaskTarget, type TaskType, type TaskWork } from '@gatehouse/contract';

type Schedule = TaskSettings['schedule'];

/** What stands in the fields of a task, whether it fits or not. Times of day as `18:00`, numbers as typed. */
export interface TypedTask {
  tenantId: string;
  name: string;
  enabled: boolean;
  type: TaskType;
  mode: 'quick' | 'full' | 'paths';
  folders: string;
  restartMode: 'tell' | 'now' | 'warn';
  delayMinutes: string;
  onlyIfRequired: boolean;
  message: string;
  interpreter: Extract<TaskWork, { type: 'run-script' }>['interpreter'];
  body: string;
  timeLimitMinutes: string;
  outputLimitKilobytes: string;
  targetKind: TaskTarget['kind'];
  groupId: string;
  withSubgroups: boolean;
  devices: { value: string; label: string }[];
  selectionId: string;
  scheduleKind: Schedule['kind'];
  every: string;
  unit: 'minutes' | 'hours' | 'days';
  /** Of the browser's own zone, as `2026-11-22` and `18:00`. */
  date: string;
  time: string;
  weekdays: string[];
  dayOfMonth: string;
  eventTypes: string[];
  severities: string[];
  contains: string;
  onlyThatDevice: boolean;
  pauseMinutes: string;
  afterTaskId: string;
  afterResult: 'completed' | 'failed' | 'any';
  runMissed: boolean;
  spreadMinutes: string;
  stopAfterMinutes: string;
  waitHours: string;
}

const two = (value: number) => String(value).padStart(2, '0');
const dateOf = (at: Date) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
const timeOf = (at: Date) => `${two(at.getHours())}:${two(at.getMinutes())}`;
const clock = (minuteOfDay: number) => `${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;

export const newTask = (
  given: { tenantId?: string; groupId?: number; device?: { id: string; name: string } },
  now: Date,
): TypedTask => ({
  tenantId: given.tenantId ?? '',
  name: '',
  enabled: true,
  type: 'scan',
  mode: 'quick',
  folders: '',
  restartMode: 'warn',
  delayMinutes: '5',
  onlyIfRequired: true,
  message: '',
  interpreter: 'sh',
  body: '',
  timeLimitMinutes: '10',
  outputLimitKilobytes: '64',
  targetKind: given.device ? 'device' : 'group',
  groupId: given.groupId === undefined ? '' : String(given.groupId),
  withSubgroups: true,
  devices: given.device ? [{ value: given.device.id, label: given.device.name }] : [],
  selectionId: '',
  scheduleKind: 'manual',
  every: '1',
  unit: 'hours',
  date: dateOf(new Date(now.getTime() + 3_600_000)),
  time: '18:00',
  weekdays: ['5'],
  dayOfMonth: '1',
  eventTypes: [],
  severities: [],
  contains: '',
  onlyThatDevice: false,
  pauseMinutes: '5',
  afterTaskId: '',
  afterResult: 'completed',
  runMissed: false,
  spreadMinutes: '0',
  stopAfterMinutes: '',
  waitHours: '24',
});

/** What stands in the fields for a saved task; `nameOf` knows the names of its devices. */
export const typedOf = ({ tenantId, settings }: Task, nameOf: (deviceId: string) => string, now: Date): TypedTask => {
  const { work, target, schedule } = settings;
  const typed: TypedTask = {
    ...newTask({ tenantId }, now),
    name: settings.name,
    enabled: settings.enabled,
    type: work.type,
    targetKind: target.kind,
    scheduleKind: schedule.kind,
    runMissed: settings.runMissed,
    spreadMinutes: String(settings.spreadMinutes),
    stopAfterMinutes: settings.stopAfterMinutes === null ? '' : String(settings.stopAfterMinutes),
    waitHours: String(settings.waitHours),
  };
  if (work.type === 'scan') Object.assign(typed, { mode: work.mode, folders: work.folders.join('\n') });
  if (work.type === 'restart') {
    const { mode, delayMinutes, onlyIfRequired, message } = work;
    Object.assign(typed, { restartMode: mode, delayMinutes: String(delayMinutes), onlyIfRequired, message });
  }
  if (work.type === 'run-script') {
    const { interpreter, body, timeLimitMinutes, outputLimitKilobytes } = work;
    Object.assign(typed, {
      ...{ interpreter, body },
      timeLimitMinutes: String(timeLimitMinutes),
      outputLimitKilobytes: String(outputLimitKilobytes),
    });
  }
  if (target.kind === 'group') {
    Object.assign(typed, { groupId: String(target.groupId), withSubgroups: target.withSubgroups });
  } else if (target.kind === 'selection') typed.selectionId = target.selectionId;
  else {
    const ids = target.kind === 'device' ? [target.deviceId] : target.deviceIds;
    typed.devices = ids.map((value) => ({ value, label: nameOf(value) }));
  }
  if ('minuteOfDay' in schedule) typed.time = clock(schedule.minuteOfDay);
  if (schedule.kind === 'once' || schedule.kind === 'interval') {
    const at = new Date(schedule.kind === 'once' ? schedule.at : schedule.from);
    Object.assign(typed, { date: dateOf(at), time: timeOf(at) });
  }
  if (schedule.kind === 'interval') Object.assign(typed, { every: String(schedule.every), unit: schedule.unit });
  if (schedule.kind === 'weekly') typed.weekdays = schedule.weekdays.map(String);
  if (schedule.kind === 'monthly') typed.dayOfMonth = String(schedule.dayOfMonth);
  if (schedule.kind === 'on-event') {
    const { eventTypes, severities, contains, onlyThatDevice, pauseMinutes } = schedule;
    Object.assign(typed, {
      ...{ eventTypes, contains, onlyThatDevice },
      severities: severities ?? [],
      pauseMinutes: String(pauseMinutes),
    });
  }
  if (schedule.kind === 'after-task') {
    Object.assign(typed, { afterTaskId: schedule.taskId, afterResult: schedule.result });
  }
  return typed;
};

const number = (typed: string): number => (/^\d{1,7}$/.test(typed.trim()) ? Number(typed) : Number.NaN);
const minuteOfDay = (typed: string): number => {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(typed.trim()) ?? [];
  return hours === undefined || Number(hours) > 23 || Number(minutes) > 59
    ? Number.NaN
    : Number(hours) * 60 + Number(minutes);
};
/** A moment in the browser's own zone; what is none is left for the contract's rules to say. */
const moment = (date: string, time: string): string => {
  const at = new Date(`${date}T${time.padStart(5, '0')}`);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
};

const workOf = (typed: TypedTask): unknown => {
  switch (typed.type) {
    case 'scan': {
      const folders = typed.folders
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
      return { type: 'scan', mode: typed.mode, folders: typed.mode === 'paths' ? folders : [] };
    }
    case 'restart':
      return {
        type: 'restart',
        mode: typed.restartMode,
        delayMinutes: number(typed.delayMinutes),
        onlyIfRequired: typed.onlyIfRequired,
        message: typed.message,
      };
    case 'run-script':
      return {
        type: 'run-script',
        interpreter: typed.interpreter,
        body: typed.body,
        timeLimitMinutes: number(typed.timeLimitMinutes),
        outputLimitKilobytes: number(typed.outputLimitKilobytes),
      };
    default:
      return { type: typed.type };
  }
};

const targetOf = (typed: TypedTask): unknown => {
  const ids = typed.devices.map(({ value }) => value);
  switch (typed.targetKind) {
    case 'group':
      return { kind: 'group', groupId: number(typed.groupId), withSubgroups: typed.withSubgroups };
    case 'selection':
      return { kind: 'selection', selectionId: typed.selectionId };
    case 'devices':
      return { kind: 'devices', deviceIds: ids };
    case 'device':
      return { kind: 'device', deviceId: ids[0] ?? '' };
  }
};

const scheduleOf = (typed: TypedTask): unknown => {
  const at = minuteOfDay(typed.time);
  switch (typed.scheduleKind) {
    case 'manual':
      return { kind: 'manual' };
    case 'once':
      return { kind: 'once', at: moment(typed.date, typed.time) };
    case 'interval':
      return {
        kind: 'interval',
        every: number(typed.every),
        unit: typed.unit,
        from: moment(typed.date, typed.time),
      };
    case 'daily':
      return { kind: 'daily', minuteOfDay: at };
    case 'weekly':
      return { kind: 'weekly', weekdays: typed.weekdays.map(Number), minuteOfDay: at };
    case 'monthly':
      return { kind: 'monthly', dayOfMonth: number(typed.dayOfMonth), minuteOfDay: at };
    case 'on-event':
      return {
        kind: 'on-event',
        eventTypes: typed.eventTypes,
        severities: typed.severities.length > 0 ? typed.severities : null,
        contains: typed.contains,
        onlyThatDevice: typed.onlyThatDevice,
        pauseMinutes: number(typed.pauseMinutes),
      };
    case 'after-task':
      return { kind: 'after-task', taskId: typed.afterTaskId, result: typed.afterResult };
  }
};

/** The fields as the contract reads them: settings, or what is wrong with which. */
export const checkTask = (typed: TypedTask) =>
  TaskSettings.safeParse({
    name: typed.name,
    enabled: typed.enabled,
    work: workOf(typed),
    target: targetOf(typed),
    schedule: scheduleOf(typed),
    runMissed: typed.runMissed,
    spreadMinutes: number(typed.spreadMinutes),
    stopAfterMinutes: typed.stopAfterMinutes.trim() === '' ? null : number(typed.stopAfterMinutes),
    waitHours: number(typed.waitHours),
  });

/** Parts that are right already, though others may not be: for what the form shows ahead of saving. */
export const rightParts = (typed: TypedTask) => ({
  schedule: TaskSettings.shape.schedule.safeParse(scheduleOf(typed)).data,
  target: TaskSettings.shape.target.safeParse(targetOf(typed)).data,
});
