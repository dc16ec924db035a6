import { type ArgumentReader, type Params, pxgError, required } from '@gatehouse/protocols/ksc-open-api';
import { type RunRecord, type TaskRecord, typeSpec } from '../tasks/index.ts';
import { readContext } from './context.ts';
import { isHostId } from './host-id.ts';
import type { Call, Method } from './method.ts';
import { taskData } from './task-data.ts';

/** `KLPRCI_TaskState`: a task went from one state to another on a host. */
export const TASK_STATE = 'KLPRCI_TaskState';

export const readTasks = (run: Method['run']): Method => ({ needs: 'tasks:read', run });
export const writeTasks = (audit: string, run: Method['run']): Method => ({ needs: 'tasks:write', audit, run });

/** A task of the login's tenants by either form of its id. @throws PxgError 1186 */
export const taskById = async ({ login, administration }: Call, id: string): Promise<TaskRecord> => {
  const store = administration.tasks.tasksOf(login.scope());
  const isNumber = /^\d{1,9}$/.test(id);
  const task = isNumber ? await store.byNumber(Number(id)) : isHostId(id) ? await store.find(id) : null;
  if (!task) throw pxgError('notFound', `There is no task ${id}`);
  return task;
};

/** Both forms of a task's id are taken: the number that AddTask gives, and TASK_UNIQUE_ID. @throws PxgError 1186 */
export const taskOf = (call: Call, name = 'strTask'): Promise<TaskRecord> =>
  taskById(call, required(call.args.string([name, 'strTask', 'strTaskId']), name));

/** @throws PxgError 1184 for a task that runs a script, unless the caller may run scripts */
export const requireType = ({ administration, login }: Call, { settings }: Pick<TaskRecord, 'settings'>): void => {
  if (settings.work.type !== 'run-script') return;
  if (!administration.tasks.remoteScripts || !login.user.permissions.has('scripts:run')) {
    throw pxgError('noAccess', 'Access denied: this task runs a script');
  }
};

export const lastRunOf = async ({ administration, login }: Call, task: TaskRecord): Promise<RunRecord | null> =>
  (await administration.tasks.runsOf(login.scope()).lastOf([task.id])).get(task.id) ?? null;

export const groupNamesOf = async (call: Call, tasks: readonly TaskRecord[]): Promise<(task: TaskRecord) => string> => {
  if (!tasks.some(({ settings }) => settings.target.kind === 'group')) return () => '';
  const { groupNames: names } = await readContext(call, call.login.scope());
  return ({ settings: { target } }) => (target.kind === 'group' ? (names.get(target.groupId) ?? '') : '');
};

/** A task in the format of task settings, with the name of its group. */
export const dataOf = async (call: Call, task: TaskRecord): Promise<Params> => {
  const nameOf = await groupNamesOf(call, [task]);
  return taskData(task, { groupName: nameOf(task) });
};

/** What iterators of tasks ask for: product, version, component and type; '' and nothing ask for any. */
export const taskMatcher = (args: ArgumentReader): ((task: TaskRecord) => boolean) => {
  const wanted = {
    product: args.string('strProductName'),
    version: args.string('strVersion'),
    component: args.string('strComponentName'),
    name: args.string('strTaskName'),
  };
  return ({ settings }) => {
    const { openApi } = typeSpec(settings.work.type);
    return (['product', 'version', 'component', 'name'] as const).every(
      (part) => !wanted[part] || wanted[part] === openApi[part],
    );
  };
};
