import {
  dateTime,
  hostTaskStateBits,
  type Params,
  pxgError,
  readArguments,
  required,
} from '@gatehouse/protocols/ksc-open-api';
import { eventCondition } from '../../events/index.ts';
import { type TaskRecord, typeSpec } from '../../tasks/index.ts';
import { readContext } from '../context.ts';
import { eventRow } from '../event-attributes.ts';
import { eventFilter } from '../event-filter.ts';
import { isHostId } from '../host-id.ts';
import { newHandle } from '../login.ts';
import type { Call, Method, MethodClass } from '../method.ts';
import { settingsOfData, taskData } from '../task-data.ts';
import { hostStateMethods } from '../task-host-states.ts';
import {
  dataOf,
  groupNamesOf,
  lastRunOf,
  readTasks as read,
  requireType,
  TASK_STATE,
  taskMatcher,
  taskOf,
  writeTasks as write,
} from '../task-of.ts';
import { setStartEvent, startEventOf } from '../task-start-events.ts';
import { doerOfLogin } from '../writes.ts';
import { EVENT_ITERATOR, eventIterator } from './event-processing.ts';

const TASK_ITERATOR = 'tasks';
const MOST_ROWS = 20_000;
/** The newest commands of a task whose events its history has: as many as one statement of the event store bears. */
const MOST_HISTORY = 20_000;

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

const addHostToTask = write('task.changed', async (call) => {
  const { args, administration, login } = call;
  const task = await taskOf(call);
  requireType(call, task);
  const host = required(args.string('strHostName'), 'strHostName');
  const known = isHostId(host) ? await administration.devicesOf(login.scope()).find(host) : null;
  if (!known) throw pxgError('notFound', `There is no host ${host}`);
  const { settings } = task;
  if (settings.target.kind !== 'devices') {
    throw pxgError(
      'notPermitted',
      `“${settings.name}” has no list of hosts; it is for a group, a selection or one host`,
    );
  }
  const deviceIds = [...new Set([...settings.target.deviceIds, known.id])];
  const changed = { ...settings, target: { kind: 'devices' as const, deviceIds } };
  await administration.tasks.acts.change(task, changed, doerOfLogin(login));
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

/** How many hosts of a run must be restarted now. Few must at a time, so that they are counted from that side. */
const needRestart = async ({ administration, login }: Call, runId: string): Promise<number> => {
  let count = 0;
  for await (const hosts of administration.listsOf(login.scope()).walk({ restartRequired: true })) {
    const ids = hosts.map(({ id }) => id);
    count += await administration.tasks.runCommands.countOn(runId, ids);
  }
  return count;
};

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
      KLTSK_NEED_RBT_CNT: run ? await needRestart(call, run.id) : 0,
    },
  };
});

interface TaskIterator {
  tasks: TaskRecord[];
  nameOf: (task: TaskRecord) => string;
  at: number;
}

const resetTasksIterator = read(async (call) => {
  const { args, administration, login, nowMs } = call;
  const groupId = args.boolean('bGroupIdSignificant') ? required(args.int('nGroupId'), 'nGroupId') : undefined;
  let groupIds: number[] | undefined;
  if (groupId !== undefined) {
    const group = (await readContext(call, login.scope())).groups.get(groupId);
    if (!group) throw pxgError('notFound', `There is no group ${groupId}`);
    groupIds = args.boolean('bIncludeSupergroups') ? group.path.split('/').filter(Boolean).map(Number) : [groupId];
  }
  const isWanted = taskMatcher(args);
  const found = (await administration.tasks.tasksOf(login.scope()).listBy('all')).filter((task) => {
    const { target } = task.settings;
    return isWanted(task) && (groupIds === undefined || (target.kind === 'group' && groupIds.includes(target.groupId)));
  });
  const iterator: TaskIterator = { tasks: found, nameOf: await groupNamesOf(call, found), at: 0 };
  const strTaskIteratorId = newHandle();
  login.resultSets.add(strTaskIteratorId, TASK_ITERATOR, iterator, undefined, nowMs);
  return { strTaskIteratorId };
});

const iteratorId = ({ args }: Call): string => required(args.string('strTaskIteratorId'), 'strTaskIteratorId');

const getNextTask = read((call) => {
  const iterator = call.login.resultSets.get<TaskIterator>(iteratorId(call), TASK_ITERATOR, call.nowMs);
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
  const reach = await store.lastId();
  const conditions = [
    eventCondition(eventFilter(args), now, 'f'),
    {
      sql: 'type = {taskState: String} and task_id in {commands: Array(String)} and event_id <= {reach: UInt64}',
      params: { taskState: TASK_STATE, commands: commandIds, reach },
    },
  ];
  const iterator = eventIterator(
    store.cursor(conditions, args.order(['pSortFields', 'vecFieldsToOrder']), now),
    // A device knows its command; whoever asks for the history of a task knows the task.
    (event) => eventRow({ ...event, taskId: String(task.number) }, fields),
    null,
  );
  const strIteratorId = newHandle();
  login.resultSets.add(strIteratorId, EVENT_ITERATOR, iterator, undefined, call.nowMs);
  return { strIteratorId };
});

/** Tasks: what hosts are to do, by group, list or selection (KSCAPI 13 to 16, class Tasks). */
export const tasksClass: MethodClass = {
  ResetTasksIterator: resetTasksIterator,
  GetNextTask: getNextTask,
  ReleaseTasksIterator: read((call) => {
    call.login.resultSets.release(iteratorId(call), TASK_ITERATOR, call.nowMs);
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
  AddHostToTask: addHostToTask,
  GetTaskHistory: getTaskHistory,
  ...hostStateMethods,
  GetTaskStartEvent: read(async (call) => ({ PxgRetVal: await startEventOf(call, await taskOf(call)) })),
  SetTaskStartEvent: write('task.changed', async (call) => {
    await setStartEvent(call, await taskOf(call));
    return {};
  }),
  ResolveTaskId: read(async (call) => ({ PxgRetVal: String((await taskOf(call, 'strPrtsTaskId')).number) })),
};
