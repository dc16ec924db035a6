import { type TaskSchedule, TaskSettings, type TaskType, type TaskWork, taskTypes } from '@gatehouse/contract';
import {
  BadFormat,
  dateTime,
  isParams,
  type Params,
  type ParamValue,
  pxgError,
  readArguments,
  scheduleTypes,
} from '@gatehouse/protocols/ksc-open-api';
import type { z } from 'zod';
import { minuteOfDayIn, type TaskRecord, typeSpec } from '../tasks/index.ts';

/** Milliseconds go bare in 32 bits; a longer period is told in seconds. */
const MOST_MS = 2 ** 31 - 1;
const UNIT_MS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
/** `klprts-TaskScheduleSubtype` of a task that starts by hand. */
const MANUAL_SUBTYPE = 256;

/**
 * The schedule in the protocol's numbers. Days of the week and of the month have no published names of members: such a
 * schedule is told by its type and next time alone, and stays as it is when a client sends it back.
 */
const scheduleData = ({ settings: { schedule, runMissed, stopAfterMinutes }, nextRunAt }: TaskRecord): Params => {
  const common = {
    TASKSCH_FIRST_EXECUTION_TIME: dateTime(nextRunAt),
    TASKSCH_RUN_MISSED_FLAG: runMissed,
    TASK_MAX_EXEC_TIME: stopAfterMinutes ?? 0,
  };
  switch (schedule.kind) {
    case 'interval': {
      const periodMs = schedule.every * UNIT_MS[schedule.unit];
      return periodMs <= MOST_MS
        ? { ...common, TASKSCH_TYPE: scheduleTypes.everyMilliseconds, TASKSCH_MS_PERIOD: periodMs }
        : { ...common, TASKSCH_TYPE: scheduleTypes.everySeconds, TASKSCH_MS_PERIOD: periodMs / 1000 };
    }
    case 'daily':
      return { ...common, TASKSCH_TYPE: scheduleTypes.daily };
    case 'weekly':
      return { ...common, TASKSCH_TYPE: scheduleTypes.onWeekDays };
    case 'monthly':
      return { ...common, TASKSCH_TYPE: scheduleTypes.onMonthDays };
    default:
      return { ...common, TASKSCH_TYPE: scheduleTypes.manual };
  }
};

/** What a task does, as TASK_ADDITIONAL_PARAMS. The body of a script is not told: it may hold secrets. */
const workData = (work: TaskWork): Params => {
  switch (work.type) {
    case 'scan':
      return { ScanMode: work.mode, ScanFolders: work.folders };
    case 'restart':
      return {
        RestartMode: work.mode,
        RestartDelayMinutes: work.delayMinutes,
        RestartOnlyIfRequired: work.onlyIfRequired,
        RestartMessage: work.message,
      };
    default:
      return {};
  }
};

/** What only the tables know of a task. */
export interface TaskPlace {
  /** '' for a task without a group. */
  groupName: string;
}

/** A task in the format of task settings (KSCAPI 15 a00030). */
export const taskData = (task: TaskRecord, { groupName }: TaskPlace): Params => {
  const { settings } = task;
  const { openApi } = typeSpec(settings.work.type);
  const { target } = settings;
  return {
    TASKID_PRODUCT_NAME: openApi.product,
    TASKID_VERSION: openApi.version,
    TASKID_COMPONENT_NAME: openApi.component,
    TASKID_INSTANCE_ID: '',
    TASK_NAME: openApi.name,
    TASK_UNIQUE_ID: task.id,
    ...scheduleData(task),
    KLPRTS_START_CONDITION: settings.schedule.kind === 'after-task' ? 3 : 0,
    PRTS_TASK_ENABLED: settings.enabled,
    TASK_ADDITIONAL_PARAMS: workData(settings.work),
    TASK_INFO_PARAMS: {
      DisplayName: settings.name,
      PRTS_TASK_GROUPID: target.kind === 'group' ? target.groupId : -1,
      PRTS_TASK_GROUPNAME: groupName,
      HostList: hostsOf(settings),
      PRTS_TASK_CREATION_DATE: dateTime(task.createdAt),
      KLSRV_PRTS_TASK_ENABLED_FLAG: settings.enabled,
      ...(settings.schedule.kind === 'manual' && { 'klprts-TaskScheduleSubtype': MANUAL_SUBTYPE }),
    },
  };
};

const hostsOf = ({ target }: TaskSettings): string[] =>
  target.kind === 'devices' ? target.deviceIds : target.kind === 'device' ? [target.deviceId] : [];

const typeNamed = (name: string): TaskType => {
  const found = taskTypes.find((type) => typeSpec(type).openApi.name.toLowerCase() === name.toLowerCase());
  if (found) return found;
  throw pxgError('notPermitted', `There are no tasks of the type ${name} here`);
};

const text = (value: ParamValue | null | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Host ids, as texts or as containers with one member that is a text: both are seen. */
const hostList = (value: ParamValue | null | undefined): string[] =>
  Array.isArray(value)
    ? value.flatMap((host: ParamValue | null) => {
        if (typeof host === 'string') return [host];
        const id = isParams(host) ? (text(host.hostname) ?? Object.values(host).map(text).find(Boolean)) : undefined;
        if (id) return [id];
        throw new BadFormat('a host is its id, as text', 'pData.TASK_INFO_PARAMS.HostList');
      })
    : [];

const workOf = (type: TaskType, more: Params, before: TaskWork | undefined): z.input<typeof TaskSettings>['work'] => {
  const read = readArguments(more);
  if (type === 'scan') {
    const folders = read.strings('ScanFolders') ?? (before?.type === 'scan' ? before.folders : []);
    const mode = read.string('ScanMode') ?? (before?.type === 'scan' ? before.mode : 'quick');
    return { type, mode: mode as 'quick', folders };
  }
  if (type === 'restart') {
    const own = before?.type === 'restart' ? before : undefined;
    return {
      type,
      mode: (read.string('RestartMode') ?? own?.mode ?? 'warn') as 'warn',
      delayMinutes: read.int('RestartDelayMinutes') ?? own?.delayMinutes,
      onlyIfRequired: read.boolean('RestartOnlyIfRequired') ?? own?.onlyIfRequired,
      message: read.string('RestartMessage') ?? own?.message,
    };
  }
  if (type === 'run-script') {
    if (before?.type === 'run-script') return before;
    throw pxgError('notPermitted', 'Tasks with scripts are made in the console alone');
  }
  return { type };
};

const scheduleOf = (
  data: Params,
  before: TaskRecord | undefined,
  { now, timeZone }: { now: Date; timeZone: string },
): TaskSchedule => {
  const read = readArguments(data);
  const type = read.int('TASKSCH_TYPE');
  const first = read.dateTime('TASKSCH_FIRST_EXECUTION_TIME');
  if (before) {
    const told = readArguments(scheduleData(before));
    const isSame =
      (type === undefined || type === told.int('TASKSCH_TYPE')) &&
      (first === undefined || first.getTime() === told.dateTime('TASKSCH_FIRST_EXECUTION_TIME')?.getTime()) &&
      (read.int('TASKSCH_MS_PERIOD') ?? told.int('TASKSCH_MS_PERIOD')) === told.int('TASKSCH_MS_PERIOD');
    if (isSame) return before.settings.schedule;
  }
  switch (type ?? scheduleTypes.manual) {
    case scheduleTypes.manual:
      return { kind: 'manual' };
    case scheduleTypes.everyMilliseconds:
    case scheduleTypes.everySeconds: {
      const period = read.long('TASKSCH_MS_PERIOD') ?? 0;
      const minutes = Math.round((type === scheduleTypes.everySeconds ? period * 1000 : period) / 60_000);
      const [every, unit] =
        minutes % 1440 === 0
          ? ([minutes / 1440, 'days'] as const)
          : minutes % 60 === 0
            ? ([minutes / 60, 'hours'] as const)
            : ([minutes, 'minutes'] as const);
      return { kind: 'interval', every, unit, from: (first ?? now).toISOString() };
    }
    case scheduleTypes.daily:
      return { kind: 'daily', minuteOfDay: minuteOfDayIn(first ?? now, timeZone) };
    default:
      throw pxgError(
        'notPermitted',
        `A schedule of type ${type} can be kept and be taken away here, but not be made; use 0, 1, 2 or 5, or the console`,
      );
  }
};

/**
 * Task settings of a client as ours; what is left out stays as it was before.
 * @throws BadFormat, PxgError 1193 for a type or a schedule that is not made by programs
 */
export const settingsOfData = (
  data: Params,
  before: TaskRecord | undefined,
  context: { now: Date; timeZone: string },
): TaskSettings => {
  const read = readArguments(data);
  const info = read.params('TASK_INFO_PARAMS') ?? {};
  const infoRead = readArguments(info);
  const name = infoRead.string('DisplayName') ?? before?.settings.name ?? '';
  const taskName = read.string('TASK_NAME');
  const type = taskName ? typeNamed(taskName) : before?.settings.work.type;
  if (!type) throw new BadFormat('the argument is missing', 'pData.TASK_NAME');
  if (before && before.settings.work.type !== type)
    throw pxgError('notPermitted', 'The type of a task cannot be changed');

  const groupId = infoRead.int('PRTS_TASK_GROUPID');
  const hosts = hostList(info.HostList);
  const target =
    groupId !== undefined && groupId >= 0
      ? { kind: 'group' as const, groupId }
      : hosts.length > 0
        ? { kind: 'devices' as const, deviceIds: hosts }
        : before?.settings.target;
  if (!target) throw new BadFormat('a group or a list of hosts is needed', 'pData.TASK_INFO_PARAMS.PRTS_TASK_GROUPID');

  const stopAfter = read.int('TASK_MAX_EXEC_TIME');
  const parsed = TaskSettings.safeParse({
    ...before?.settings,
    name,
    work: workOf(type, read.params('TASK_ADDITIONAL_PARAMS') ?? {}, before?.settings.work),
    // Sent back as it was told: a task of one device stays that.
    target: before && sameTarget(before.settings, target) ? before.settings.target : target,
    schedule: scheduleOf(data, before, context),
    enabled:
      infoRead.boolean('KLSRV_PRTS_TASK_ENABLED_FLAG') ??
      read.boolean('PRTS_TASK_ENABLED') ??
      before?.settings.enabled ??
      true,
    runMissed: read.boolean('TASKSCH_RUN_MISSED_FLAG') ?? before?.settings.runMissed ?? false,
    ...(stopAfter !== undefined && { stopAfterMinutes: stopAfter === 0 ? null : stopAfter }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BadFormat(issue?.message ?? 'task settings are needed', `pData (${issue?.path.join('.') ?? ''})`);
};

const sameTarget = (settings: TaskSettings, target: TaskSettings['target'] | { kind: 'group'; groupId: number }) => {
  const own = settings.target;
  if (own.kind === 'group' && target.kind === 'group') return own.groupId === target.groupId;
  return target.kind === 'devices' && hostsOf(settings).join() === target.deviceIds.join();
};
