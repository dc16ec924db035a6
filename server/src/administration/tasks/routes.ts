import {
  addTask,
  changeTask,
  countTaskTarget,
  deleteTask,
  getTask,
  getTaskOptions,
  listTasks,
  previewSchedule,
  ScriptInterpreter,
  startTask,
  type Task,
  type TaskSettings,
  type TaskTarget,
  type TaskType,
  type TaskWork,
} from '@gatehouse/contract';
import { Forbidden, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import type { RunFigures } from '../commands/index.ts';
import { inScope, type TenantScope } from '../tenants/index.ts';
import { nextRuns } from './schedule.ts';
import { showRuns } from './shown.ts';
import type { TaskStore } from './store.ts';
import type { RunStore } from './store-runs.ts';
import type { TaskRecord } from './task.ts';
import { typeSpecs } from './types/index.ts';
import { hashOfScript } from './types/run-script.ts';

export interface TaskParts {
  tasksOf: (scope: TenantScope) => TaskStore;
  runsOf: (scope: TenantScope) => RunStore;
  figuresOf: (runIds: readonly string[]) => Promise<ReadonlyMap<string, RunFigures>>;
  tenantNames: () => Promise<ReadonlyMap<string, string>>;
  targetInWords: (tenantId: string, target: TaskTarget) => Promise<string>;
  /** @throws NotFound */
  countTarget: (tenantId: string, target: TaskTarget) => Promise<number>;
  /** The group of a device with all above it. @throws NotFound */
  groupIdsAbove: (scope: TenantScope, deviceId: string) => Promise<number[]>;
  /** Tasks that have or had a run on a device. */
  taskIdsOn: (deviceId: string) => Promise<string[]>;
  remoteScripts: boolean;
  timeZone: string;
  clock: () => Date;
  /** @throws NotFound, InvalidInput */
  add: (tenantId: string, settings: TaskSettings, doer: Doer) => Promise<TaskRecord>;
  /** @throws NotFound, InvalidInput */
  change: (before: TaskRecord, settings: TaskSettings, doer: Doer) => Promise<TaskRecord>;
  remove: (task: TaskRecord, doer: Doer) => Promise<void>;
  start: (task: TaskRecord, who: { actor: string }, doer: Doer, deviceIds?: readonly string[]) => Promise<string>;
}

const PREVIEWED_TIMES = 5;
const scopeOf = (actor: Actor): TenantScope => actor.tenantIds ?? 'all';
const scriptHash = (work: TaskWork): string | null => (work.type === 'run-script' ? hashOfScript(work.body) : null);
/** For the audit trail: the script itself stands in the task's revision, its hash says which one it is. */
const forAudit = (settings: TaskSettings) => ({
  ...settings,
  ...(settings.work.type === 'run-script' && {
    work: { ...settings.work, body: undefined, sha256: scriptHash(settings.work) },
  }),
});

export const taskRoutes = (http: Http, parts: TaskParts): void => {
  const whyNot = (actor: Actor, type: TaskType): string | null => {
    if (type !== 'run-script') return null;
    if (!parts.remoteScripts) return 'Scripts are switched off on this server (setting remoteScripts)';
    return actor.permissions.has('scripts:run') ? null : 'You have no right to run scripts';
  };

  /** Whoever saves or starts a script needs a right of its own. @throws Forbidden */
  const requireType = (actor: Actor, type: TaskType): void => {
    if (type !== 'run-script') return;
    if (!parts.remoteScripts) {
      throw new Forbidden(
        'Scripts are switched off on this server; an administrator of the server can allow them by its setting remoteScripts',
        'task.scripts-off',
      );
    }
    if (!actor.permissions.has('scripts:run')) {
      throw new Forbidden('You have no right to run scripts; ask an administrator', 'right.missing');
    }
  };

  const show = async (tasks: readonly TaskRecord[]): Promise<Task[]> => {
    const [names, last] = await Promise.all([
      parts.tenantNames(),
      parts.runsOf('all').lastOf(tasks.map(({ id }) => id)),
    ]);
    const runs = new Map((await showRuns([...last.values()], parts.figuresOf)).map((run) => [run.taskId, run]));
    const shown: Task[] = [];
    for (const task of tasks) {
      shown.push({
        id: task.id,
        number: task.number,
        tenantId: task.tenantId,
        tenantName: names.get(task.tenantId) ?? '',
        settings: task.settings,
        targetText: await parts.targetInWords(task.tenantId, task.settings.target),
        scriptSha256: scriptHash(task.settings.work),
        createdAt: task.createdAt.toISOString(),
        createdBy: task.createdBy,
        changedAt: task.changedAt.toISOString(),
        nextRunAt: task.nextRunAt?.toISOString() ?? null,
        lastRun: runs.get(task.id) ?? null,
      });
    }
    return shown;
  };
  const showOne = async (task: TaskRecord): Promise<Task> => {
    const [shown] = await show([task]);
    if (!shown) throw new NotFound('task', task.id);
    return shown;
  };

  route(http, getTaskOptions, ({ actor }) => ({
    types: typeSpecs.map(({ type, title, canPause }) => ({ type, title, canPause, unavailable: whyNot(actor, type) })),
    interpreters: ScriptInterpreter.options,
    timeZone: parts.timeZone,
  }));

  route(http, listTasks, async ({ actor, query }) => {
    const { deviceId } = query;
    const page = await parts.tasksOf(scopeOf(actor)).page(
      {
        ...(query.tenantId && { tenantIds: query.tenantId }),
        ...(query.type && { types: query.type }),
        ...(query.groupId !== undefined && { groupId: query.groupId }),
        ...(query.text && { text: query.text }),
        ...(deviceId !== undefined && {
          forDevice: {
            id: deviceId,
            groupIds: await parts.groupIdsAbove(scopeOf(actor), deviceId),
            taskIds: await parts.taskIdsOn(deviceId),
          },
        }),
      },
      query.limit,
      query.after,
    );
    return { items: await show(page.tasks), next: page.next };
  });

  route(http, getTask, async ({ actor, params }) => showOne(await parts.tasksOf(scopeOf(actor)).get(params.taskId)));

  route(http, addTask, async ({ actor, body, request, audit }) => {
    if (!inScope(scopeOf(actor), body.tenantId) || !(await parts.tenantNames()).has(body.tenantId)) {
      throw new NotFound('tenant', body.tenantId);
    }
    requireType(actor, body.settings.work.type);
    const doer = doerOf({ actor, request });
    const task = await parts.add(body.tenantId, body.settings, doer);
    const runId = body.start ? await parts.start(task, { actor: actor.name }, doer) : null;
    audit({ tenantId: task.tenantId, after: { id: task.id, ...forAudit(task.settings), runId } });
    return { task: await showOne(task), runId };
  });

  route(http, changeTask, async ({ actor, params, body, request, audit }) => {
    const before = await parts.tasksOf(scopeOf(actor)).get(params.taskId);
    requireType(actor, body.work.type);
    requireType(actor, before.settings.work.type);
    const after = await parts.change(before, body, doerOf({ actor, request }));
    audit({ tenantId: before.tenantId, before: forAudit(before.settings), after: forAudit(after.settings) });
    return showOne(after);
  });

  route(http, deleteTask, async ({ actor, params, request, audit }) => {
    const before = await parts.tasksOf(scopeOf(actor)).get(params.taskId);
    await parts.remove(before, doerOf({ actor, request }));
    audit({ tenantId: before.tenantId, before: forAudit(before.settings) });
    return {};
  });

  route(http, startTask, async ({ actor, params, body, request, audit }) => {
    const task = await parts.tasksOf(scopeOf(actor)).get(params.taskId);
    requireType(actor, task.settings.work.type);
    const runId = await parts.start(task, { actor: actor.name }, doerOf({ actor, request }), body.deviceIds);
    audit({
      tenantId: task.tenantId,
      after: {
        runId,
        name: task.settings.name,
        deviceIds: body.deviceIds,
        scriptSha256: scriptHash(task.settings.work),
      },
    });
    return { runId };
  });

  route(http, previewSchedule, ({ body }) => ({
    times: nextRuns(body.schedule, parts.clock(), parts.timeZone, PREVIEWED_TIMES).map((time) => time.toISOString()),
    timeZone: parts.timeZone,
  }));

  route(http, countTaskTarget, async ({ actor, body }) => {
    if (!inScope(scopeOf(actor), body.tenantId)) throw new NotFound('tenant', body.tenantId);
    return { devices: await parts.countTarget(body.tenantId, body.target) };
  });
};
