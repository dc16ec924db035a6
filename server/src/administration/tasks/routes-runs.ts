import {
  cancelTaskRun,
  getCommandOutput,
  getTaskRun,
  listCommandSteps,
  listTaskRunDevices,
  listTaskRuns,
  pauseTaskRun,
  resumeTaskRun,
  retryTaskRun,
  type TaskRun,
} from '@gatehouse/contract';
import { Forbidden, InvalidInput, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import { type CommandRequest, type RunCommands, type RunFigures, stateCodeOf } from '../commands/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import { showRuns } from './shown.ts';
import type { TaskStore } from './store.ts';
import type { RunStore } from './store-runs.ts';
import type { RunRecord } from './task.ts';

export interface RunParts {
  tasksOf: (scope: TenantScope) => TaskStore;
  runsOf: (scope: TenantScope) => RunStore;
  figuresOf: (runIds: readonly string[]) => Promise<ReadonlyMap<string, RunFigures>>;
  commands: RunCommands;
  /** @throws NotFound when there is no such device for the caller */
  requireDevice: (scope: TenantScope, deviceId: string) => Promise<void>;
  remoteScripts: boolean;
  clock: () => Date;
  /** @throws Conflict */
  request: (run: RunRecord, request: CommandRequest, doer: Doer, deviceIds?: readonly string[]) => Promise<void>;
  /** @throws Conflict @returns the new run's id */
  retry: (run: RunRecord, doer: Doer) => Promise<string>;
}

const scopeOf = (actor: Actor): TenantScope => actor.tenantIds ?? 'all';

const readNumber = (after: string | undefined): number | undefined => {
  if (after === undefined) return undefined;
  if (/^\d{1,9}$/.test(after)) return Number(after);
  throw new InvalidInput('The place in the list is not one that this server gave out; read the list from the start', [
    { where: 'query.after', what: 'is not the `next` of a page' },
  ]);
};

export const runRoutes = (http: Http, parts: RunParts): void => {
  const show = async (run: RunRecord): Promise<TaskRun> => {
    const [shown] = await showRuns([run], parts.figuresOf);
    if (!shown) throw new NotFound('task run', run.id);
    return shown;
  };

  route(http, listTaskRuns, async ({ actor, params, query }) => {
    const task = await parts.tasksOf(scopeOf(actor)).get(params.taskId);
    const runs = await parts.runsOf(scopeOf(actor)).page(task.id, query.limit + 1, readNumber(query.after));
    const shown = runs.slice(0, query.limit);
    return {
      items: await showRuns(shown, parts.figuresOf),
      next: runs.length > query.limit ? String(shown.at(-1)?.number) : null,
    };
  });

  route(http, getTaskRun, async ({ actor, params }) => show(await parts.runsOf(scopeOf(actor)).get(params.runId)));

  route(http, listTaskRunDevices, async ({ actor, params, query }) => {
    const run = await parts.runsOf(scopeOf(actor)).get(params.runId);
    const { rows, next } = await parts.commands.page(run.id, query);
    return {
      items: rows.map((row) => ({
        commandId: row.id,
        deviceId: row.device_id,
        deviceName: row.device_name,
        state: row.state,
        stateCode: stateCodeOf(row.state, row.available_at > parts.clock()),
        request: row.request,
        completedPercent: row.completed_percent,
        availableAt: row.available_at.toISOString(),
        startedAt: row.started_at?.toISOString() ?? null,
        finishedAt: row.finished_at?.toISOString() ?? null,
        changedAt: row.changed_at.toISOString(),
        result: row.result,
      })),
      next,
    };
  });

  const requests = [
    [cancelTaskRun, 'cancel'],
    [pauseTaskRun, 'pause'],
    [resumeTaskRun, 'resume'],
  ] as const;
  for (const [endpoint, what] of requests) {
    route(http, endpoint, async ({ actor, params, body, request, audit }) => {
      const runs = parts.runsOf(scopeOf(actor));
      const run = await runs.get(params.runId);
      await parts.request(run, what, doerOf({ actor, request }), body.deviceIds);
      audit({ tenantId: run.tenantId, after: { run: run.number, task: run.settings.name, deviceIds: body.deviceIds } });
      return show(await runs.get(run.id));
    });
  }

  route(http, retryTaskRun, async ({ actor, params, request, audit }) => {
    const run = await parts.runsOf(scopeOf(actor)).get(params.runId);
    if (run.settings.work.type === 'run-script' && !(parts.remoteScripts && actor.permissions.has('scripts:run'))) {
      throw new Forbidden('Scripts are switched off, or you have no right to run them', 'task.scripts-off');
    }
    const runId = await parts.retry(run, doerOf({ actor, request }));
    audit({ tenantId: run.tenantId, after: { runId, task: run.settings.name } });
    return { runId };
  });

  /** A command of a device that the caller may see. */
  const commandOf = async (actor: Actor, commandId: string) => {
    const command = await parts.commands.get(commandId);
    await parts.requireDevice(scopeOf(actor), command.device_id);
    return command;
  };

  route(http, listCommandSteps, async ({ actor, params }) => {
    const { id } = await commandOf(actor, params.commandId);
    const steps = await parts.commands.stepsOf(id);
    return { steps: steps.map(({ at, state, text }) => ({ at: at.toISOString(), state, text })) };
  });

  route(http, getCommandOutput, async ({ actor, params }) => {
    const { id } = await commandOf(actor, params.commandId);
    const output = await parts.commands.outputOf(id);
    return { output: output && { at: output.at.toISOString(), text: output.output, isCut: output.is_cut } };
  });
};
