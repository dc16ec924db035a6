import type { TaskSchedule } from '@gatehouse/contract';
import {
  dateTime,
  hostTaskStateBits,
  type Params,
  pxgError,
  readArguments,
  required,
} from '@gatehouse/protocols/ksc-open-api';
import { eventCondition, eventOrder } from '../../events/index.ts';
import { type RunRecord, type TaskRecord, typeSpec } from '../../tasks/index.ts';
import { readContext } from '../context.ts';
import { eventRow } from '../event-attributes.ts';
import { eventFilter } from '../event-filter.ts';
import { isHostId } from '../host-id.ts';
import { newHandle } from '../login.ts';
import type { Call, Method, MethodClass } from '../method.ts';
import { settingsOfData, taskData } from '../task-data.ts';
import { hostStatuses } from '../task-hosts.ts';
import { doerOfLogin } from '../writes.ts';
import { EVENT_ITERATOR, type EventIterator } from './event-processing.ts';

const TASK_ITERATOR = 'tasks';
const HOST_ITERATOR = 'task hosts';
const TASK_STATE = 'KLPRCI_TaskState';
const MOST_ROWS = 20_000;
/** The newest commands of a task whose events its history has: as many as one statement of the event store bears. */
const MOST_HISTORY = 20_000;
const STATUS_LIFETIME_SECONDS = 3600;

const read = (run: Method['run']): Method => ({ needs: 'tasks:read', run });
const write = (audit: string, run: Method['run']): Method => ({ needs: 'tasks:write', audit, run });

/** Both forms of a task's id are taken: the number that AddTask gives, and TASK_UNIQUE_ID. @throws PxgError 1186 */
export const taskOf = async ({ args, login, administration }: Call, name = 'strTask'): Promise<TaskRecord> => {
  const id = required(args.string([name, 'strTask', 'strTaskId']), name);
  const store = administration.tasks.tasksOf(login.scope());
  const isNumber = /^\d{1,9}$/.test(id);
  const task = isNumber ? await store.byNumber(Number(id)) : isHostId(id) ? await store.find(id) : null;
  if (!task) throw pxgError('notFound', `There is no task ${id}`);
  return task;
};

const requireType = ({ administration, login }: Call, { settings }: TaskRecord): void => {
  if (settings.work.type !== 'run-script') return;
  if (!administration.tasks.remoteScripts || !login.user.permissions.has('scripts:run')) {
    throw pxgError('noAccess', 'Access denied: this task runs a script');
  }
};

const groupNames = async (call: Call, tasks: readonly TaskRecord[]): Promise<(task: TaskRecord) => string> => {
  if (!tasks.some(({ settings }) => settings.target.kind === 'group')) return () => '';
  const { groupNames: names } = await readContext(call, call.login.scope());
  return ({ settings: { target } }) => (target.kind === 'group' ? (names.get(target.groupId) ?? '') : '');
};

const dataOf = async (call: Call, task: TaskRecord): Promise<Params> => {
  const nameOf = await groupNames(call, [task]);
  return taskData(task, { groupName: nameOf(task) });
};

/** Whose the task is: the tenant of its group, or of its hosts. @throws PxgError 1186 */
const tenantOf = async (call: Call, data: Params): Promise<string> => {
  const { administration, login } = call;
  const info = readArguments(readArguments(data).params('TASK_INFO_PARAMS') ?? {});
  const groupId = info.int('PRTS_TASK_GROUPID');
  if (groupId !== undefined && groupId >= 0) {
    const group = (await readContext(call, login.scope())).groups.get(groupId);
    if (!group) throw pxgError('notFound', `There is no group ${groupId}`);
    return group.tenantId;
  }
  const [first] = info.list('HostList') ?? [];
  const host = typeof first === 'string' ? first : '';
  const device = isHostId(host) ? await administration.devicesOf(login.scope()).find(host) : null;
  if (!device) throw pxgError('notFound', `There is no host ${host || 'in HostList'}`);
  return device.tenant_id;
};

const addTask = write('task.added', async (call) => {
  const { args, administration, login, now } = call;
  const { tasks } = administration;
  const data = required(args.params('pData'), 'pData');
  const settings = settingsOfData(data, undefined, { now, timeZone: tasks.timeZone });
  const task = await tasks.acts.add(await tenantOf(call, data), settings, doerOfLogin(login));
  return { PxgRetVal: String(task.number) };
});

const updateTask = write('task.changed', async (call) => {
  const { args, administration, login, now } = call;
  const { tasks } = administration;
  const before = await taskOf(call);
  requireType(call, before);
  const data = required(args.params('pData'), 'pData');
  await tasks.acts.change(before, settingsOfData(data, before, { now, timeZone: tasks.timeZone }), doerOfLogin(login));
  return {};
});

/** Adds a host to, or takes one from, the list of a task that has one. */
const changeHosts = (audit: string, change: (hosts: string[], host: string) => string[]): Method =>
  write(audit, async (call) => {
    const { args, administration, login } = call;
    const task = await taskOf(call);
    requireType(call, task);
    const host = required(args.string('strHostName'), 'strHostName');
    const known = isHostId(host) ? await administration.devicesOf(login.scope()).find(host) : null;
    if (!known) throw pxgError('notFound', `There is no host ${host}`);
    const { target } = task.settings;
    if (target.kind !== 'devices') {
      throw pxgError(
        'notPermitted',
        `“${task.settings.name}” has no list of hosts; it is for a group, a selection or one host`,
      );
    }
    const deviceIds = change(target.deviceIds, known.id);
    if (deviceIds.length === 0)
      throw pxgError('notPermitted', 'The last host of a task cannot be taken away; delete the task');
    await administration.tasks.acts.change(
      task,
      { ...task.settings, target: { kind: 'devices', deviceIds } },
      doerOfLogin(login),
    );
    return {};
  });

const runTask = write('task.started', async (call) => {
  const task = await taskOf(call);
  requireType(call, task);
  const doer = doerOfLogin(call.login);
  await call.administration.tasks.acts.start(task, { actor: doer.actor }, doer);
  return {};
});

/** What is under way of the task is asked to stop, hold on or go on; nothing under way is no fault. */
const ask = (audit: string, request: 'cancel' | 'pause' | 'resume'): Method =>
  write(audit, async (call) => {
    const { tasks } = call.administration;
    const task = await taskOf(call);
    for (const run of await tasks.runsOf(call.login.scope()).openOf(task.id)) {
      await tasks.acts.request(run, request, doerOfLogin(call.login));
    }
    return {};
  });

const lastRunOf = async ({ administration, login }: Call, task: TaskRecord): Promise<RunRecord | null> =>
  (await administration.tasks.runsOf(login.scope()).lastOf([task.id])).get(task.id) ?? null;

const getTaskStatistics = read(async (call) => {
  const { administration, now } = call;
  const run = await lastRunOf(call, await taskOf(call));
  const figures = run ? (await administration.tasks.runCommands.figures([run.id], now)).get(run.id) : undefined;
  const counts = figures?.counts;
  const bits = hostTaskStateBits;
  return {
    PxgRetVal: {
      [bits.pending]: counts?.pending ?? 0,
      [bits.running]: counts?.running ?? 0,
      [bits.completed]: counts?.completed ?? 0,
      [bits.completedWithWarning]: counts?.warning ?? 0,
      [bits.failed]: counts ? counts.failed + counts.expired + counts.cancelled : 0,
      [bits.scheduled]: counts?.scheduled ?? 0,
      [bits.paused]: counts?.paused ?? 0,
      GNRL_COMPLETED_PERCENT: figures?.percent ?? 0,
      KLTSK_NEED_RBT_CNT: 0,
    },
  };
});

interface TaskIterator {
  tasks: TaskRecord[];
  nameOf: (task: TaskRecord) => string;
  at: number;
}

const isNamed = (wanted: string | undefined, name: string): boolean => !wanted || wanted === name;

const resetTasksIterator = read(async (call) => {
  const { args, administration, login, nowMs } = call;
  const product = args.string('strProductName');
  const version = args.string('strVersion');
  const component = args.string('strComponentName');
  const taskName = args.string('strTaskName');
  const groupId = args.boolean('bGroupIdSignificant') ? required(args.int('nGroupId'), 'nGroupId') : undefined;
  let groupIds: number[] | undefined;
  if (groupId !== undefined) {
    const group = (await readContext(call, login.scope())).groups.get(groupId);
    if (!group) throw pxgError('notFound', `There is no group ${groupId}`);
    groupIds = args.boolean('bIncludeSupergroups') ? group.path.split('/').filter(Boolean).map(Number) : [groupId];
  }
  const found = (await administration.tasks.tasksOf(login.scope()).listBy('all')).filter(({ settings }) => {
    const { openApi } = typeSpec(settings.work.type);
    return (
      isNamed(product, openApi.product) &&
      isNamed(version, openApi.version) &&
      isNamed(component, openApi.component) &&
      isNamed(taskName, openApi.name) &&
      (groupIds === undefined || (settings.target.kind === 'group' && groupIds.includes(settings.target.groupId)))
    );
  });
  const iterator: TaskIterator = { tasks: found, nameOf: await groupNames(call, found), at: 0 };
  const strTaskIteratorId = newHandle();
  login.resultSets.add(strTaskIteratorId, TASK_ITERATOR, iterator, undefined, nowMs);
  return { strTaskIteratorId };
});

const iteratorId = ({ args }: Call, name: string): string => required(args.string(name), name);

const getNextTask = read((call) => {
  const iterator = call.login.resultSets.get<TaskIterator>(
    iteratorId(call, 'strTaskIteratorId'),
    TASK_ITERATOR,
    call.nowMs,
  );
  const task = iterator.tasks[iterator.at];
  if (!task) return { pTaskData: {} };
  iterator.at += 1;
  return { pTaskData: taskData(task, { groupName: iterator.nameOf(task) }) };
});

const getTaskHistory = read(async (call) => {
  const { args, administration, login, now } = call;
  const task = await taskOf(call);
  const host = args.string('strHostName') || undefined;
  if (host !== undefined && !isHostId(host)) throw pxgError('notFound', `There is no host ${host}`);
  const commandIds = await administration.tasks.runCommands.idsOfTask(task.id, MOST_HISTORY, host);
  const store = administration.eventsOf(login.scope());
  const fields = args.strings(['pFields2Return', 'vecFieldsToReturn']) ?? [];
  const order = eventOrder(args.order(['pSortFields', 'vecFieldsToOrder']));
  const reach = await store.lastId();
  const conditions = [
    eventCondition(eventFilter(call.args), now, 'f'),
    {
      sql: 'type = {taskState: String} and task_id in {commands: Array(String)} and event_id <= {reach: UInt64}',
      params: { taskState: TASK_STATE, commands: commandIds, reach },
    },
  ];
  const iterator: EventIterator = {
    count: commandIds.length === 0 ? 0 : await store.count(conditions, now),
    rows: async (start, wanted) =>
      (await store.range(conditions, order, start, wanted, now)).map((event) =>
        // A device knows its command; whoever asks for the history of a task knows the task.
        eventRow({ ...event, taskId: String(task.number) }, fields),
      ),
  };
  const strIteratorId = newHandle();
  login.resultSets.add(strIteratorId, EVENT_ITERATOR, iterator, undefined, call.nowMs);
  return { strIteratorId };
});

interface HostIterator {
  rows: Params[];
  at: number;
}

const resetHostIterator = read(async (call) => {
  const { args, administration, login, now, nowMs } = call;
  const run = await lastRunOf(call, await taskOf(call));
  const fields = args.strings('pFields2Return') ?? [];
  const stateMask = args.int('nHostStateMask') ?? 0;
  const rows = run ? await hostStatuses(administration.tasks, run.id, { fields, stateMask, now }) : [];
  const order = args.order('pFields2Order').filter(({ name }) => rows.some((row) => Object.hasOwn(row, name)));
  if (order.length > 0) rows.sort((a, b) => compareRows(a, b, order));
  const strHostIteratorId = newHandle();
  const lifetime = args.int('nLifetime') ?? STATUS_LIFETIME_SECONDS;
  login.resultSets.add(strHostIteratorId, HOST_ITERATOR, { rows, at: 0 } satisfies HostIterator, lifetime, nowMs);
  return { strHostIteratorId };
});

const plain = (value: Params[string]): string | number => {
  if (typeof value === 'string' || typeof value === 'number') return value;
  const inner = typeof value === 'object' && value !== null && 'value' in value ? value.value : '';
  return typeof inner === 'number' ? inner : String(inner);
};

const compareRows = (a: Params, b: Params, order: readonly { name: string; ascending: boolean }[]): number => {
  for (const { name, ascending } of order) {
    const [left, right] = [plain(a[name]), plain(b[name])];
    if (left !== right) return left < right === ascending ? -1 : 1;
  }
  return 0;
};

const hostsOf = (call: Call): HostIterator =>
  call.login.resultSets.get<HostIterator>(iteratorId(call, 'strHostIteratorId'), HOST_ITERATOR, call.nowMs);

const startEventOf = ({ settings: { schedule } }: TaskRecord, before: TaskRecord | null): Params => {
  const any = {
    FILTER_EVENTS_PRODUCT_NAME: '',
    FILTER_EVENTS_VERSION: '',
    FILTER_EVENTS_COMPONENT_NAME: '',
    FILTER_EVENTS_INSTANCE_ID: '',
  };
  if (schedule.kind === 'on-event') return { ...any, EVENT_TYPE: schedule.eventTypes[0] ?? '', EVENT_BODY_FILTER: {} };
  if (schedule.kind !== 'after-task' || !before) return {};
  return {
    ...any,
    EVENT_TYPE: TASK_STATE,
    EVENT_BODY_FILTER: {
      KLPRCI_TASK_TS_ID: before.id,
      ...(schedule.result !== 'any' && { KLPRCI_newState: schedule.result === 'failed' ? 3 : 4 }),
    },
  };
};

const setTaskStartEvent = write('task.changed', async (call) => {
  const { administration, login, args } = call;
  const task = await taskOf(call);
  requireType(call, task);
  const data = readArguments(required(args.params('pData'), 'pData'));
  const eventType = required(data.string('EVENT_TYPE'), 'pData.EVENT_TYPE');
  const body = readArguments(data.params('EVENT_BODY_FILTER') ?? {});
  const after = body.string('KLPRCI_TASK_TS_ID');
  const state = body.int('KLPRCI_newState');
  let schedule: TaskSchedule;
  if (eventType !== TASK_STATE) {
    schedule = {
      kind: 'on-event',
      eventTypes: [eventType],
      ...{ severities: null, contains: '', onlyThatDevice: false, pauseMinutes: 5 },
    };
  } else {
    const other = await taskOf({ ...call, args: readArguments({ strTask: after ?? '' }) });
    schedule = {
      kind: 'after-task',
      taskId: other.id,
      result: state === 3 ? 'failed' : state === 4 ? 'completed' : 'any',
    };
  }
  await administration.tasks.acts.change(task, { ...task.settings, schedule }, doerOfLogin(login));
  return {};
});

/** Tasks: what hosts are to do, by group, list or selection (KSCAPI 13 to 16, class Tasks). */
export const tasksClass: MethodClass = {
  ResetTasksIterator: resetTasksIterator,
  GetNextTask: getNextTask,
  ReleaseTasksIterator: read((call) => {
    call.login.resultSets.release(iteratorId(call, 'strTaskIteratorId'), TASK_ITERATOR, call.nowMs);
    return {};
  }),
  GetTask: read(async (call) => {
    const task = await taskOf(call);
    const { openApi } = typeSpec(task.settings.work.type);
    return {
      PxgRetVal: {
        DisplayName: task.settings.name,
        PRTS_TASK_CREATION_DATE: dateTime(task.createdAt),
        TASKID_PRODUCT_NAME: openApi.product,
        TASKID_VERSION: openApi.version,
        TASK_NAME: openApi.name,
        TASK_UNIQUE_ID: task.id,
      },
    };
  }),
  GetTaskData: read(async (call) => ({ PxgRetVal: await dataOf(call, await taskOf(call)) })),
  GetTaskGroup: read(async (call) => {
    const { target } = (await taskOf(call, 'strTaskId')).settings;
    return { PxgRetVal: target.kind === 'group' ? target.groupId : -1 };
  }),
  GetAllTasksOfHost: read(async (call) => {
    const { args, administration, login } = call;
    const host = required(args.string('strHostName'), 'strHostName');
    const device = isHostId(host) ? await administration.devicesOf(login.scope()).find(host) : null;
    if (!device) throw pxgError('notFound', `There is no host ${host}`);
    const path = (await readContext(call, [device.tenant_id])).groups.get(device.group_id)?.path ?? '';
    const forDevice = {
      id: device.id,
      groupIds: path.split('/').filter(Boolean).map(Number),
      taskIds: await administration.tasks.runCommands.taskIdsOn(device.id),
    };
    const { tasks } = await administration.tasks.tasksOf([device.tenant_id]).page({ forDevice }, MOST_ROWS);
    return { PxgRetVal: tasks.map(({ number }) => String(number)) };
  }),
  GetTaskStatistics: getTaskStatistics,
  AddTask: addTask,
  UpdateTask: updateTask,
  DeleteTask: write('task.deleted', async (call) => {
    await call.administration.tasks.acts.remove(await taskOf(call), doerOfLogin(call.login));
    return {};
  }),
  RunTask: runTask,
  CancelTask: ask('task-run.cancelled', 'cancel'),
  SuspendTask: ask('task-run.paused', 'pause'),
  ResumeTask: ask('task-run.resumed', 'resume'),
  AddHostToTask: changeHosts('task.changed', (hosts, host) => [...new Set([...hosts, host])]),
  RemoveHostFromTask: changeHosts('task.changed', (hosts, host) => hosts.filter((one) => one !== host)),
  GetTaskHistory: getTaskHistory,
  ResetHostIteratorForTaskStatus: resetHostIterator,
  ResetHostIteratorForTaskStatusEx: resetHostIterator,
  GetHostStatusRecordsCount: read((call) => ({ PxgRetVal: hostsOf(call).rows.length })),
  GetHostStatusRecordRange: read((call) => {
    const { rows } = hostsOf(call);
    const start = Math.max(0, call.args.long('nStart') ?? 0);
    // The last index is inclusive.
    const statuses = rows.slice(start, Math.min((call.args.long('nEnd') ?? 0) + 1, start + MOST_ROWS));
    return { pParHostStatus: { statuses }, PxgRetVal: statuses.length };
  }),
  GetNextHostStatus: read((call) => {
    const iterator = hostsOf(call);
    const count = Math.min(Math.max(0, call.args.int('nCount') ?? 1), MOST_ROWS);
    const statuses = iterator.rows.slice(iterator.at, iterator.at + count);
    iterator.at += statuses.length;
    return { nActual: statuses.length, pHostStatus: { statuses }, PxgRetVal: statuses.length > 0 };
  }),
  ReleaseHostStatusIterator: read((call) => {
    call.login.resultSets.release(iteratorId(call, 'strHostIteratorId'), HOST_ITERATOR, call.nowMs);
    return {};
  }),
  GetTaskStartEvent: read(async (call) => {
    const task = await taskOf(call);
    const { schedule } = task.settings;
    const store = call.administration.tasks.tasksOf(call.login.scope());
    const before = schedule.kind === 'after-task' ? await store.find(schedule.taskId) : null;
    return { PxgRetVal: startEventOf(task, before) };
  }),
  SetTaskStartEvent: setTaskStartEvent,
  ResolveTaskId: read(async (call) => ({ PxgRetVal: String((await taskOf(call, 'strPrtsTaskId')).number) })),
};
