import { TaskSettings } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import { Conflict } from '../platform/errors/index.ts';
import type { Doer } from '../platform/http/index.ts';
import { commandsOfMany, runCommands } from './commands/index.ts';
import { fullNames, groupStore } from './groups/index.ts';
import { recordSave } from './history.ts';
import type { ObjectState, Revision } from './revisions/index.ts';
import { revisionStore } from './revisions/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import { runStore, type TaskRecord, taskStore } from './tasks/index.ts';

type Tx = Kysely<AdministrationTables>;

const stateOf = ({ settings }: Pick<TaskRecord, 'settings'>): ObjectState => settings as unknown as ObjectState;

/** The revision and audit event of a task's save, in its transaction. */
export const recordTask = async (
  tx: Tx,
  {
    before,
    after,
    doer,
    at,
    rolledBackTo,
  }: {
    before: TaskRecord | null;
    after: TaskRecord | null;
    doer: Doer;
    at: Date;
    rolledBackTo?: number;
  },
): Promise<Revision | null> => {
  const task = after ?? before;
  if (!task) return null;
  const { target, name } = task.settings;
  const group =
    target.kind === 'group'
      ? {
          id: target.groupId,
          fullName:
            fullNames(await groupStore(administrationDb(tx).groups, task.tenantId).list()).get(target.groupId) ?? '',
        }
      : undefined;
  return recordSave(
    tx,
    {
      object: { kind: 'task', id: task.id, name, tenantId: task.tenantId },
      before: before && stateOf(before),
      after: after && stateOf(after),
      ...{ doer, at, rolledBackTo },
    },
    group ? { group } : {},
  );
};

/** Deletes a task with its runs; what is under way is cancelled. */
export const removeTask = async (tx: Tx, task: TaskRecord, doer: Doer, at: Date): Promise<void> => {
  const own = administrationDb(tx);
  await revisionStore(own.revisions, 'all').lock('task', task.id);
  const runs = runStore(own.tasks, 'all');
  for (const open of await runs.openOf(task.id)) {
    await commandsOfMany(own.commands).request(open.id, 'cancel', { now: at, givenBy: doer.actor });
  }
  await runCommands(own.commands).leaveTask(task.id, await runs.idsOf(task.id));
  await taskStore(own.tasks, 'all').remove(task.id);
  await recordTask(tx, { before: task, after: null, doer, at });
};

/** Tasks go with the group, the device or the tenant that they are for. */
export const removeTasksBy = async (
  tx: Tx,
  by: { groupId: number } | { deviceId: string } | { tenantId: string },
  doer: Doer,
  at: Date,
): Promise<void> => {
  const store = taskStore(administrationDb(tx).tasks, 'tenantId' in by ? [by.tenantId] : 'all');
  for (const task of await store.listBy('tenantId' in by ? 'all' : by)) await removeTask(tx, task, doer, at);
};

/**
 * Brings a task back to how it was.
 * @throws NotFound when it is gone, Conflict `task.script-not-restored`
 */
export const restoreTask = async (
  tx: Tx,
  { object, number }: Revision,
  state: ObjectState,
  {
    doer,
    at,
    checkStarts,
    nextRunOf,
  }: {
    doer: Doer;
    at: Date;
    checkStarts: (tx: Tx, tenantId: string, taskId: string, settings: TaskSettings) => Promise<void>;
    nextRunOf: (settings: TaskSettings) => Date | null;
  },
): Promise<Revision | null> => {
  const own = administrationDb(tx);
  await revisionStore(own.revisions, 'all').lock('task', object.id);
  const store = taskStore(own.tasks, 'all');
  const before = await store.get(object.id);
  const settings = TaskSettings.parse(state);
  // Who rolls back need not be somebody who may run scripts.
  if (settings.work.type === 'run-script' || before.settings.work.type === 'run-script') {
    throw new Conflict(
      'task.script-not-restored',
      'A task with a script is not rolled back: copy what you need into the task and save it',
    );
  }
  await checkStarts(tx, before.tenantId, before.id, settings);
  const after = await store.change(object.id, settings, nextRunOf(settings), at);
  return recordTask(tx, { before, after, doer, at, rolledBackTo: number });
};
