import { type Params, pxgError, readArguments, required } from '@gatehouse/protocols/ksc-open-api';
import type { TaskRecord } from '../../tasks/index.ts';
import { type HostObject, hostObjectOf } from '../host-objects.ts';
import type { Call, MethodClass } from '../method.ts';
import { settingsOfData } from '../task-data.ts';
import { dataOf, readTasks, requireType, taskMatcher, taskOf, writeTasks } from '../task-of.ts';
import { setStartEvent, startEventOf } from '../task-start-events.ts';
import { doerOfLogin } from '../writes.ts';

const isOf = ({ settings: { target } }: TaskRecord, { deviceId }: HostObject): boolean =>
  target.kind === 'device' && target.deviceId === deviceId;

/** A task of this host alone. @throws PxgError 1186 */
const ownTask = async (call: Call): Promise<TaskRecord> => {
  const object = hostObjectOf(call);
  const task = await taskOf(call);
  if (!isOf(task, object)) throw pxgError('notFound', `The host has no task ${task.number} of its own`);
  return task;
};

/** Task settings of a client, for this host whatever they say of groups and hosts. */
const settingsFor = (call: Call, { deviceId }: HostObject, data: Params, before: TaskRecord | undefined) => {
  const { administration, now } = call;
  const { PRTS_TASK_GROUPID: _, ...info } = readArguments(data).params('TASK_INFO_PARAMS') ?? {};
  const own = { ...data, TASK_INFO_PARAMS: { ...info, HostList: [deviceId] } };
  const settings = settingsOfData(own, before, { now, timeZone: administration.tasks.timeZone });
  return { ...settings, target: { kind: 'device' as const, deviceId } };
};

/** HostTasks: the tasks of one host alone (KSCAPI 15, class HostTasks). HostGroup.GetHostTasks gives the object's id. */
export const hostTasksClass: MethodClass = {
  ResetTasksIterator: readTasks(async (call) => {
    const object = hostObjectOf(call);
    const { administration, login, args } = call;
    const tasks = await administration.tasks.tasksOf(login.scope()).listBy({ deviceId: object.deviceId });
    object.waiting = tasks.filter(taskMatcher(args)).map(({ id }) => id);
    return {};
  }),

  GetNextTask: readTasks(async (call) => {
    const object = hostObjectOf(call);
    const store = call.administration.tasks.tasksOf(call.login.scope());
    for (;;) {
      const id = object.waiting.shift();
      if (id === undefined) return { pTaskData: {} };
      const task = await store.find(id);
      if (task && isOf(task, object)) return { pTaskData: await dataOf(call, task) };
    }
  }),

  GetTaskData: readTasks(async (call) => ({ PxgRetVal: await dataOf(call, await ownTask(call)) })),

  AddTask: writeTasks('task.added', async (call) => {
    const object = hostObjectOf(call);
    const settings = settingsFor(call, object, required(call.args.params('pData'), 'pData'), undefined);
    const task = await call.administration.tasks.acts.add(object.tenantId, settings, doerOfLogin(call.login));
    return { PxgRetVal: task.id };
  }),

  UpdateTask: writeTasks('task.changed', async (call) => {
    const before = await ownTask(call);
    requireType(call, before);
    const settings = settingsFor(call, hostObjectOf(call), required(call.args.params('pData'), 'pData'), before);
    await call.administration.tasks.acts.change(before, settings, doerOfLogin(call.login));
    return {};
  }),

  DeleteTask: writeTasks('task.deleted', async (call) => {
    await call.administration.tasks.acts.remove(await ownTask(call), doerOfLogin(call.login));
    return {};
  }),

  SetTaskStartEvent: writeTasks('task.changed', async (call) => {
    await setStartEvent(call, await ownTask(call));
    return {};
  }),

  GetTaskStartEvent: readTasks(async (call) => ({ PxgRetVal: await startEventOf(call, await ownTask(call)) })),
};
