import { createHash, randomUUID } from 'node:crypto';
import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import { type createWorld, idOf } from './world.ts';

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const titles: Record<contract.TaskType, string> = {
  scan: 'Anti-virus scan',
  'update-databases': 'Update of databases and modules',
  'find-vulnerabilities': 'Search for vulnerabilities and required updates',
  restart: 'Restart',
  'run-script': 'Remote script',
};
const noCounts = (): contract.TaskRunCounts => ({
  pending: 0,
  scheduled: 0,
  running: 0,
  paused: 0,
  completed: 0,
  warning: 0,
  failed: 0,
  expired: 0,
  cancelled: 0,
});

/** Tasks of the double: one under way, one by schedule, one with failures, one script. A run moves when it is told to. */
export const answerTasks = (
  { on, publish }: HttpDouble,
  kind: 'full' | 'empty',
  world: ReturnType<typeof createWorld>,
) => {
  const tasks: contract.Task[] = [];
  const runs = new Map<string, contract.TaskRun>();
  const devicesOf = new Map<string, contract.TaskRunDevice[]>();
  const steps = new Map<string, { at: string; state: contract.CommandState; text: string }[]>();
  let lastNumber = 40;

  const addTask = (tenantId: string, settings: contract.TaskSettings): contract.Task => {
    lastNumber += 1;
    const task: contract.Task = {
      id: idOf(`task ${settings.name} ${lastNumber}`),
      number: lastNumber,
      tenantId,
      tenantName: world.tenants.find(({ id }) => id === tenantId)?.name ?? '',
      settings,
      targetText: settings.target.kind === 'group' ? 'Managed devices' : 'Chosen devices',
      scriptSha256:
        settings.work.type === 'run-script' ? createHash('sha256').update(settings.work.body).digest('hex') : null,
      createdAt: ago(86_400 * 9),
      createdBy: 'ada',
      changedAt: ago(86_400 * 2),
      nextRunAt: ['manual', 'on-event', 'after-task'].includes(settings.schedule.kind) ? null : ago(-7200),
      lastRun: null,
    };
    tasks.push(task);
    return task;
  };
  const recount = (run: contract.TaskRun): void => {
    const devices = devicesOf.get(run.id) ?? [];
    run.counts = noCounts();
    for (const { state } of devices) {
      const key = (
        {
          waiting: 'pending',
          taken: 'scheduled',
          running: 'running',
          suspended: 'paused',
          completed: 'completed',
          'completed-with-warnings': 'warning',
          failed: 'failed',
          expired: 'expired',
          cancelled: 'cancelled',
        } as const
      )[state];
      run.counts[key] += 1;
    }
    const open = run.counts.pending + run.counts.scheduled + run.counts.running + run.counts.paused;
    run.devices = devices.length;
    const percents = devices.map(({ state, completedPercent }) =>
      ['waiting', 'taken', 'running', 'suspended'].includes(state) ? (completedPercent ?? 0) : 100,
    );
    run.percent =
      devices.length === 0 ? 100 : Math.floor(percents.reduce((sum, each) => sum + each, 0) / devices.length);
    if (open === 0 && run.state !== 'finished') {
      run.state = 'finished';
      run.finishedAt = ago(0);
      run.request = null;
    }
  };
  const begin = (task: contract.Task, states: contract.CommandState[], words: Partial<contract.TaskRun> = {}) => {
    const run: contract.TaskRun = {
      id: randomUUID(),
      number: 100 + runs.size,
      taskId: task.id,
      taskName: task.settings.name,
      type: task.settings.work.type,
      tenantId: task.tenantId,
      state: 'running',
      request: null,
      cause: 'manual',
      causeText: 'ada',
      startedAt: ago(120),
      finishedAt: null,
      expiresAt: ago(-86_400),
      devices: states.length,
      leftOut: 0,
      counts: noCounts(),
      percent: 0,
      canPause: task.settings.work.type === 'scan',
      ...words,
    };
    const own = world.devices.filter(({ tenantId }) => tenantId === task.tenantId).slice(0, states.length);
    devicesOf.set(
      run.id,
      own.map((device, at) => {
        const state = states[at] ?? 'waiting';
        const commandId = randomUUID();
        const isOver = ['completed', 'failed', 'completed-with-warnings', 'expired'].includes(state);
        steps.set(commandId, [
          ...(state === 'waiting' ? [] : [{ at: ago(100), state: 'running' as const, text: 'Started' }]),
          ...(isOver
            ? [
                {
                  at: ago(60),
                  state,
                  text: state === 'failed' ? 'No scanner is installed' : 'Scanned 812 files: 0 infected',
                },
              ]
            : []),
        ]);
        return {
          commandId,
          deviceId: device.id,
          deviceName: device.name,
          state,
          stateCode: 1,
          request: null,
          completedPercent: state === 'running' ? 40 + at : null,
          availableAt: ago(120),
          startedAt: state === 'waiting' ? null : ago(100),
          finishedAt: isOver ? ago(60) : null,
          changedAt: ago(60),
          result: state === 'failed' ? 'No scanner is installed' : isOver ? 'Scanned 812 files: 0 infected' : null,
        };
      }),
    );
    runs.set(run.id, run);
    recount(run);
    task.lastRun = run;
    return run;
  };

  if (kind === 'full') {
    const [first, second] = world.tenants;
    const group = (tenantId: string) => ({
      kind: 'group' as const,
      groupId: world.groups.find((each) => each.tenantId === tenantId)?.id ?? 1,
      withSubgroups: true,
    });
    if (first && second) {
      const settings = (words: object) => contract.TaskSettings.parse({ target: group(first.id), ...words });
      const nightly = addTask(
        first.id,
        settings({
          name: 'Nightly full scan',
          work: { type: 'scan', mode: 'full' },
          schedule: { kind: 'weekly', weekdays: [1, 3, 5], minuteOfDay: 1320 },
          spreadMinutes: 30,
        }),
      );
      begin(nightly, ['completed', 'completed', 'completed-with-warnings', 'failed', 'expired'], { state: 'running' });
      begin(nightly, ['running', 'running', 'waiting', 'taken', 'completed', 'completed-with-warnings', 'failed'], {
        leftOut: 1,
        cause: 'schedule',
        causeText: 'Schedule',
      });
      addTask(
        first.id,
        settings({
          name: 'KUMA update databases',
          work: { type: 'update-databases' },
          schedule: { kind: 'interval', every: 4, unit: 'hours', from: ago(3600) },
        }),
      );
      addTask(
        second.id,
        contract.TaskSettings.parse({
          name: 'Scan after a find',
          target: group(second.id),
          work: { type: 'scan', mode: 'quick' },
          schedule: { kind: 'on-event', eventTypes: ['GNRL_EV_VIRUS_FOUND'], onlyThatDevice: true },
        }),
      );
      addTask(
        second.id,
        contract.TaskSettings.parse({
          name: 'Collect logs',
          target: group(second.id),
          work: { type: 'run-script', interpreter: 'bash', body: '#!/bin/bash\njournalctl -n 100\n' },
        }),
      );
    }
  }

  const find = <T>(found: T | undefined, what: string): T => {
    if (!found) throw new Refusal(404, `${what.replace(' ', '-')}.not-found`, `There is no such ${what}`);
    return found;
  };
  const taskOf = (id: string) =>
    find(
      tasks.find((task) => task.id === id),
      'task',
    );
  const runOf = (id: string) => find(runs.get(id), 'task run');

  on(contract.getTaskOptions, () => ({
    types: contract.taskTypes.map((type) => ({
      type,
      title: titles[type],
      canPause: type === 'scan',
      unavailable: type === 'run-script' ? 'Scripts are switched off on this server (setting remoteScripts)' : null,
    })),
    interpreters: contract.ScriptInterpreter.options,
    timeZone: 'Europe/Berlin',
  }));
  on(contract.listTasks, ({ query }) => ({
    items: tasks
      .filter(
        (task) =>
          (!query.tenantId?.length || query.tenantId.includes(task.tenantId)) &&
          (!query.type?.length || query.type.includes(task.settings.work.type)) &&
          task.settings.name.toLowerCase().includes((query.text ?? '').toLowerCase()),
      )
      .sort((a, b) => a.settings.name.localeCompare(b.settings.name)),
    next: null,
  }));
  on(contract.addTask, ({ body }) => {
    const task = addTask(body.tenantId, body.settings);
    const run = body.start ? begin(task, ['running', 'waiting']) : null;
    publish(['tasks']);
    return { task, runId: run?.id ?? null };
  });
  on(contract.getTask, ({ params }) => taskOf(params.taskId));
  on(contract.changeTask, ({ params, body }) => Object.assign(taskOf(params.taskId), { settings: body }));
  on(contract.deleteTask, ({ params }) => {
    tasks.splice(tasks.indexOf(taskOf(params.taskId)), 1);
    return {};
  });
  on(contract.startTask, ({ params }) => ({
    runId: begin(taskOf(params.taskId), ['running', 'waiting', 'waiting']).id,
  }));
  on(contract.previewSchedule, ({ body }) => ({
    times: body.schedule.kind === 'manual' ? [] : [1, 2, 3, 4, 5].map((day) => ago(-86_400 * day)),
    timeZone: 'Europe/Berlin',
  }));
  on(contract.countTaskTarget, ({ body }) => ({
    devices: world.devices.filter(({ tenantId }) => tenantId === body.tenantId).length,
  }));
  on(contract.listTaskRuns, ({ params }) => ({
    items: [...runs.values()].filter(({ taskId }) => taskId === params.taskId).reverse(),
    next: null,
  }));
  on(contract.getTaskRun, ({ params }) => runOf(params.runId));
  on(contract.listTaskRunDevices, ({ params, query }) => ({
    items: (devicesOf.get(runOf(params.runId).id) ?? []).filter(
      ({ state, deviceName }) =>
        (query.state === undefined ||
          state.startsWith(query.state) ||
          (query.state === 'failed' && ['expired', 'cancelled'].includes(state))) &&
        deviceName.includes(query.text ?? ''),
    ),
    next: null,
  }));
  const change = (runId: string, states: Partial<Record<contract.CommandState, contract.CommandState>>) => {
    const run = runOf(runId);
    for (const device of devicesOf.get(run.id) ?? []) device.state = states[device.state] ?? device.state;
    recount(run);
    publish(['tasks']);
    return run;
  };
  on(contract.cancelTaskRun, ({ params }) =>
    change(params.runId, { waiting: 'cancelled', taken: 'cancelled', running: 'cancelled', suspended: 'cancelled' }),
  );
  on(contract.pauseTaskRun, ({ params }) => {
    runOf(params.runId).request = 'pause';
    return change(params.runId, { waiting: 'suspended', taken: 'suspended', running: 'suspended' });
  });
  on(contract.resumeTaskRun, ({ params }) => {
    runOf(params.runId).request = null;
    return change(params.runId, { suspended: 'running' });
  });
  on(contract.retryTaskRun, ({ params }) => {
    const { taskId, counts } = runOf(params.runId);
    return {
      runId: begin(
        taskOf(taskId),
        Array.from({ length: counts.failed + counts.expired }, () => 'running' as const),
        {
          cause: 'retry',
          causeText: 'Run 100 again',
        },
      ).id,
    };
  });
  on(contract.listCommandSteps, ({ params }) => ({ steps: steps.get(params.commandId) ?? [] }));
  on(contract.getCommandOutput, () => ({ output: { at: ago(10), text: 'hello\n', isCut: true } }));

  return {
    /** The devices of the newest run go on by so many percent. */
    goOn: (percent: number) => {
      const run = [...runs.values()].at(-1);
      for (const device of devicesOf.get(run?.id ?? '') ?? []) {
        if (device.state !== 'running') continue;
        device.completedPercent = Math.min(100, (device.completedPercent ?? 0) + percent);
        if (device.completedPercent === 100)
          Object.assign(device, { state: 'completed', result: 'Scanned 812 files: 0 infected' });
      }
      if (run) recount(run);
      publish(['tasks']);
    },
  };
};
