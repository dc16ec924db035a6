import type { TaskSettings } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import type { Clock } from '../platform/clock/index.ts';
import { Conflict, InvalidInput } from '../platform/errors/index.ts';
import type { Doer, Http } from '../platform/http/index.ts';
import { newId } from '../platform/ids/index.ts';
import {
  type CommandRequest,
  commandsOfMany,
  createTaker,
  createWaitingRoom,
  foldTaskStates,
  type RunFigures,
  runCommands,
} from './commands/index.ts';
import type { EventRow } from './events/index.ts';
import { recordTaskAct } from './history.ts';
import { type ObjectState, type Revision, revisionStore } from './revisions/index.ts';
import { createRunner } from './runner.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import { createTaskRuns } from './task-runs.ts';
import { recordTask, removeTask, restoreTask } from './task-saves.ts';
import { createTaskTargets, type SelectionOf } from './task-targets.ts';
import {
  nextRunAfter,
  type RunRecord,
  runRoutes,
  runStore,
  startsOn,
  type TaskRecord,
  taskRoutes,
  taskStore,
  typeSpec,
} from './tasks/index.ts';
import type { TenantScope } from './tenants/index.ts';

type Tx = Kysely<AdministrationTables>;

const LOOK_SECONDS = 5;

export interface TaskWorkParts {
  /** The schema `administration`. */
  db: Tx;
  http: Http;
  clock: Clock;
  /** Runs or their devices changed: for consoles that look. */
  changed: () => void;
  /** An event of the server itself waits to be carried. */
  onPublished: () => void;
  onError: (error: unknown, doing: string) => void;
  /** IANA name of the zone in which schedules count. */
  timeZone: string;
  /** The server's administrator allows scripts on devices. */
  remoteScripts: boolean;
  selectionOf: SelectionOf;
  random?: () => number;
}

/**
 * Tasks from their time to their result. Read this first.
 *
 *   due, event, end of another task, by hand -> begin:   a run, once for its cause
 *   a run without its devices                -> prepare: a command on each device, a thousand at a time
 *   commands                                 -> agents take them from the waiting room, slice by slice
 *   task-state events (flow.ts)              -> applyStates: devices of runs go on, runs end
 *   the clock                                -> expire:  what was waited for long enough is given up
 *
 * Each step can be cut off anywhere and is done again from its mark; none starts anything twice.
 */
export const createTaskWork = (parts: TaskWorkParts) => {
  const { db: schema, clock, timeZone } = parts;
  const own = administrationDb(schema);
  const inTransaction = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => schema.transaction().execute(work);
  const targets = createTaskTargets({ db: schema, selectionOf: parts.selectionOf });
  const nextRunOf = (settings: TaskSettings): Date | null =>
    settings.enabled ? nextRunAfter(settings.schedule, clock(), timeZone) : null;

  const waitingRoom = createWaitingRoom({
    ask: (deviceIds) => commandsOfMany(own.commands).waitingOf(deviceIds, clock()),
    becameDue: (from, to) => commandsOfMany(own.commands).availableSince(from, to),
    clock,
    onError: (error) => parts.onError(error, 'commands that became due could not be read'),
  });
  const taker = createTaker({ commands: commandsOfMany(own.commands), clock });

  const { forget, begin, finishRuns, mayRun, prepareSome, beginDue, expire } = createTaskRuns({
    db: schema,
    targets,
    clock,
    timeZone,
    remoteScripts: parts.remoteScripts,
    random: parts.random ?? Math.random,
    wake: waitingRoom.wake,
    changed: parts.changed,
    poke: () => runner.poke(),
  });
  const run = async (): Promise<void> => {
    while (await prepareSome());
  };
  const sweep = async (): Promise<void> => {
    await beginDue();
    await expire();
  };
  const runner = createRunner({
    run,
    sweep,
    sweepSeconds: LOOK_SECONDS,
    onError: (error) => parts.onError(error, 'tasks could not be brought on'),
  });

  /** Nothing starts itself. @throws InvalidInput, NotFound */
  const checkStarts = async (tx: Tx, tenantId: string, taskId: string, settings: TaskSettings): Promise<void> => {
    const { schedule } = settings;
    if (schedule.kind === 'on-event' && schedule.eventTypes.includes('KLPRCI_TaskState')) {
      throw new InvalidInput(
        'A task cannot start on the states of tasks, it would start itself; let it start after a task instead',
        [{ where: 'body.settings.schedule.eventTypes', what: 'has KLPRCI_TaskState' }],
        'task.starts-itself',
      );
    }
    const store = taskStore(administrationDb(tx).tasks, [tenantId]);
    let before = schedule.kind === 'after-task' ? schedule.taskId : null;
    for (const seen = new Set([taskId]); before !== null; ) {
      if (seen.has(before)) {
        throw new InvalidInput(
          'Tasks that start after one another must not go in a circle; choose another task to start after',
          [{ where: 'body.settings.schedule.taskId', what: 'leads back to the task itself' }],
          'task.starts-itself',
        );
      }
      seen.add(before);
      const other: TaskRecord = await store.get(before);
      before = other.settings.schedule.kind === 'after-task' ? other.settings.schedule.taskId : null;
    }
  };

  const act = async (
    tx: Tx,
    task: Pick<TaskRecord, 'id' | 'tenantId' | 'settings'>,
    what: string,
    doer: Doer,
  ): Promise<void> => {
    await recordTaskAct(tx, { id: task.id, tenantId: task.tenantId, name: task.settings.name }, what, {
      doer,
      at: clock(),
    });
  };
  const done = <T>(result: T): T => {
    parts.onPublished();
    parts.changed();
    runner.poke();
    return result;
  };

  /** @throws NotFound, InvalidInput */
  const add = async (tenantId: string, settings: TaskSettings, doer: Doer): Promise<TaskRecord> => {
    await targets.check(tenantId, settings.target);
    return inTransaction(async (tx) => {
      const now = clock();
      const id = newId(now);
      await checkStarts(tx, tenantId, id, settings);
      const nextRunAt = nextRunOf(settings);
      const task = await taskStore(administrationDb(tx).tasks, [tenantId]).add({
        ...{ id, tenantId, settings, createdBy: doer.actor, now, nextRunAt },
      });
      await recordTask(tx, { before: null, after: task, doer, at: now });
      return task;
    }).then(done);
  };
  /** @throws NotFound, InvalidInput */
  const change = async (before: TaskRecord, settings: TaskSettings, doer: Doer): Promise<TaskRecord> => {
    await targets.check(before.tenantId, settings.target);
    return inTransaction(async (tx) => {
      const store = taskStore(administrationDb(tx).tasks, 'all');
      await revisionStore(administrationDb(tx).revisions, 'all').lock('task', before.id);
      await checkStarts(tx, before.tenantId, before.id, settings);
      const now = clock();
      const found = await store.get(before.id);
      const after = await store.change(before.id, settings, nextRunOf(settings), now);
      await recordTask(tx, { before: found, after, doer, at: now });
      return after;
    }).then(done);
  };
  const remove = (task: TaskRecord, doer: Doer): Promise<void> =>
    inTransaction((tx) => removeTask(tx, task, doer, clock())).then(done);

  /** Starts a task by hand. */
  const start = (task: TaskRecord, { actor }: { actor: string }, doer: Doer, deviceIds?: readonly string[]) =>
    inTransaction(async (tx) => {
      const runId = await begin(tx, task, {
        cause: 'manual',
        key: `manual:${newId(clock())}`,
        text: actor,
        ...(deviceIds && { deviceIds }),
      });
      if (runId === null) throw new Error('a run by hand has a key of its own');
      await act(tx, task, 'started', doer);
      return runId;
    }).then(done);

  /** Cancels, pauses or resumes a run, all of it or some devices. */
  const request = async (runOf: RunRecord, asked: CommandRequest, doer: Doer, deviceIds?: readonly string[]) => {
    const woken = await inTransaction(async (tx) => {
      const { tasks, commands } = administrationDb(tx);
      const runs = runStore(tasks, 'all');
      const current = await runs.lock(runOf.id);
      if (current.state === 'finished') {
        throw new Conflict('task-run.finished', `Run ${current.number} is over; start the task again`);
      }
      if (current.state === 'preparing' && asked !== 'cancel') {
        throw new Conflict('task-run.preparing', 'The devices are still being gathered; try again in a moment');
      }
      if (asked !== 'cancel' && !typeSpec(current.settings.work.type).canPause) {
        throw new Conflict('task-run.cannot-pause', 'Tasks of this type cannot be paused; cancel the run instead');
      }
      if (!deviceIds) await runs.setRequest(runOf.id, asked === 'resume' ? null : asked);
      const given = { now: clock(), givenBy: doer.actor, ...(deviceIds && { deviceIds }) };
      const told = await commandsOfMany(commands).request(runOf.id, asked, given);
      await act(tx, { ...current, id: current.taskId }, words[asked], doer);
      await finishRuns(tx, [runOf.id]);
      return told;
    });
    waitingRoom.wake(woken);
    done(undefined);
  };

  /** @throws Conflict when nothing failed, or an earlier retry is still under way */
  const retry = (runOf: RunRecord, doer: Doer): Promise<string> =>
    inTransaction(async (tx) => {
      const { tasks, commands } = administrationDb(tx);
      const runs = runStore(tasks, 'all');
      await runs.lock(runOf.id);
      const task = await taskStore(tasks, 'all').get(runOf.taskId);
      const deviceIds = await runCommands(commands).failedDeviceIds(runOf.id);
      if (deviceIds.length === 0) throw new Conflict('task-run.nothing-failed', 'On no device of this run it failed');
      const key = `retry:${runOf.id}:`;
      const open = (await runs.openOf(task.id)).find(({ causeKey }) => causeKey.startsWith(key));
      if (open) {
        throw new Conflict(
          'task-run.being-retried',
          `Run ${open.number} tries these devices again already; wait for it`,
        );
      }
      const runId = await begin(tx, task, {
        cause: 'retry',
        key: `${key}${await runs.countByKey(task.id, key)}`,
        text: `Run ${runOf.number} again`,
        deviceIds,
      });
      if (runId === null) throw new Error('the run is locked, so that nobody else can have taken its key');
      await act(tx, task, `run ${runOf.number} retried`, doer);
      return runId;
    }).then(done);

  return {
    /** What people and programs do with tasks. Rights are asked for before. */
    acts: { add, change, remove, start, request },
    tasksOf: (scope: TenantScope) => taskStore(own.tasks, scope),
    runsOf: (scope: TenantScope) => runStore(own.tasks, scope),
    /** Devices of runs; who may see a run is for the caller to know. */
    runCommands: runCommands(own.commands),
    remoteScripts: parts.remoteScripts,
    timeZone,
    waitingRoom,
    taker,
    commands: commandsOfMany(own.commands),

    /** Types of events that start some task. */
    eventTypes: async (): Promise<string[]> => [
      ...new Set(
        (await taskStore(own.tasks, 'all').withEvents()).flatMap(({ settings: { schedule } }) =>
          schedule.kind === 'on-event' ? schedule.eventTypes : [],
        ),
      ),
    ],

    /** Begins what stored events start; in the transaction that moves their reader's cursor. */
    onEvents: async (tx: Tx, events: readonly EventRow[]): Promise<void> => {
      const store = taskStore(administrationDb(tx).tasks, 'all');
      const tasks = events.length === 0 ? [] : await store.withEvents();
      for (const task of tasks) {
        for (const event of events) {
          const now = clock();
          if (!mayRun(task) || !startsOn(task, event, now)) continue;
          const { schedule } = task.settings;
          const only = schedule.kind === 'on-event' && schedule.onlyThatDevice ? { deviceIds: [event.deviceId] } : {};
          await begin(tx, task, {
            cause: 'event',
            key: `event:${event.eventId}`,
            text: [event.displayName, event.deviceName].filter(Boolean).join(', '),
            ...only,
          });
          await store.noteEventRun(task.id, now);
          task.lastEventRunAt = now;
          runner.poke();
        }
      }
    },

    /** What devices told of their commands; in the transaction that moves their reader's cursor. */
    applyStates: async (tx: Tx, events: readonly EventRow[]): Promise<void> => {
      const reports = foldTaskStates(events);
      if (reports.length === 0) return;
      await finishRuns(tx, await commandsOfMany(administrationDb(tx).commands).report(reports));
      parts.changed();
    },

    /** Brings a task back to a revision. */
    restore: (tx: Tx, revision: Revision, state: ObjectState, { doer }: { doer: Doer }): Promise<Revision | null> =>
      restoreTask(tx, revision, state, { doer, at: clock(), checkStarts, nextRunOf }),

    serve: ({
      tenantNames,
      groupIdsAbove,
      requireDevice,
    }: {
      tenantNames: () => Promise<ReadonlyMap<string, string>>;
      /** The group of a device with all above it. */
      groupIdsAbove: (scope: TenantScope, deviceId: string) => Promise<number[]>;
      /** @throws NotFound when there is no such device for the caller */
      requireDevice: (scope: TenantScope, deviceId: string) => Promise<void>;
    }): void => {
      const tasksOf = (scope: TenantScope) => taskStore(own.tasks, scope);
      const runsOf = (scope: TenantScope) => runStore(own.tasks, scope);
      const figuresOf = (runIds: readonly string[]): Promise<Map<string, RunFigures>> =>
        runCommands(own.commands).figures(runIds, clock());
      taskRoutes(parts.http, {
        tasksOf,
        runsOf,
        figuresOf,
        tenantNames,
        targetInWords: targets.inWords,
        countTarget: targets.count,
        groupIdsAbove,
        taskIdsOn: (deviceId) => runCommands(own.commands).taskIdsOn(deviceId),
        remoteScripts: parts.remoteScripts,
        timeZone,
        clock,
        add,
        change,
        remove,
        start,
      });
      runRoutes(parts.http, {
        tasksOf,
        runsOf,
        figuresOf,
        commands: runCommands(own.commands),
        remoteScripts: parts.remoteScripts,
        requireDevice,
        clock,
        request,
        retry,
      });
    },

    forget,

    /** All that follows from the clock and what was stored, in order. */
    settle: async (): Promise<void> => {
      await sweep();
      await run();
    },
    start: runner.start,
    stop: runner.stop,
  };
};
export type TaskWork = ReturnType<typeof createTaskWork>;

const words = { cancel: 'cancelled', pause: 'paused', resume: 'resumed' } as const;
