import type { Kysely } from 'kysely';
import type { Clock } from '../platform/clock/index.ts';
import { newId } from '../platform/ids/index.ts';
import { commandsOfMany, runCommands } from './commands/index.ts';
import { targetDevices } from './devices/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import type { TaskTargets } from './task-targets.ts';
import {
  decideDue,
  expiryOf,
  orderOf,
  progressEverySeconds,
  type RunCause,
  runStore,
  startsAfter,
  type TaskRecord,
  taskStore,
} from './tasks/index.ts';

type Tx = Kysely<AdministrationTables>;

/** Devices of a run that get their commands in one transaction. */
const PLACED_AT_ONCE = 1000;
const DUE_AT_ONCE = 50;
/** What is forgotten goes in steps that hold up nobody else. */
const FORGOTTEN_RUNS_AT_ONCE = 20;
const FORGOTTEN_AT_ONCE = 2000;
/** A device that has a command and said nothing about it for so long is given up. */
const SILENT_MS = 7 * 86_400_000;

export interface TaskRunParts {
  /** The schema `administration`. */
  db: Tx;
  targets: Pick<TaskTargets, 'filterOf'>;
  clock: Clock;
  timeZone: string;
  remoteScripts: boolean;
  random: () => number;
  /** These devices have something to take. */
  wake: (deviceIds: readonly string[]) => void;
  changed: () => void;
  /** There may be a run to prepare. */
  poke: () => void;
}

/** The steps of a run from its cause to its end; what is wired to what is in `task-work.ts`. */
export const createTaskRuns = (parts: TaskRunParts) => {
  const { db: schema, targets, clock, timeZone, random } = parts;
  const own = administrationDb(schema);
  const inTransaction = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => schema.transaction().execute(work);

  /** Begins a run of a task, once for its cause. @returns its id; null when it began already */
  const begin = (tx: Tx, task: TaskRecord, cause: RunCause): Promise<string | null> => {
    const now = clock();
    const id = newId(now);
    return runStore(administrationDb(tx).tasks, 'all')
      .begin(
        {
          id,
          taskId: task.id,
          tenantId: task.tenantId,
          settings: task.settings,
          now,
          expiresAt: expiryOf(task.settings, now),
        },
        cause,
      )
      .then((isNew) => (isNew ? id : null));
  };

  const mayRun = ({ settings }: TaskRecord): boolean => settings.work.type !== 'run-script' || parts.remoteScripts;

  /** Ends the runs of these that have no device left to wait for, and begins what follows from that. */
  const finishRuns = async (tx: Tx, runIds: readonly string[]): Promise<void> => {
    const { tasks, commands } = administrationDb(tx);
    const ended = await runCommands(commands).ended(runIds);
    if (ended.length === 0) return;
    const now = clock();
    const figures = await runCommands(commands).figures(ended, now);
    for (const { run, isNew } of await runStore(tasks, 'all').finish(figures, now)) {
      if (!isNew || run.figures === null) continue;
      for (const task of await taskStore(tasks, 'all').after(run.taskId)) {
        if (!mayRun(task) || !startsAfter(task.settings.schedule, { taskId: run.taskId, figures: run.figures }))
          continue;
        const text = `End of run ${run.number} of “${run.settings.name}”`;
        await begin(tx, task, { cause: 'after-task', key: `after:${run.id}`, text });
      }
    }
    parts.poke();
  };

  /** Gives one run's devices, or the next thousand of them, their commands. @returns false when there was nothing to do */
  const prepareSome = async (): Promise<boolean> => {
    const next = await runStore(own.tasks, 'all').nextPreparing();
    if (!next) return false;
    // What the target means is asked anew for each part; a group that is gone in between has no more devices.
    const filter = await targets.filterOf({ ...next, target: next.settings.target });
    const woken: string[] = [];
    const found = await inTransaction(async (tx) => {
      const { tasks, commands, devices: deviceTables } = administrationDb(tx);
      const runs = runStore(tasks, 'all');
      const run = await runs.takePreparing(next.id);
      if (!run) return false;
      const { tenantId, settings } = run;
      const target = targetDevices(deviceTables, tenantId);
      const now = clock();
      const isOver = filter === null || run.request === 'cancel';
      const devices = isOver ? [] : await target.page(filter, run.preparedTo, PLACED_AT_ONCE);
      const last = devices.at(-1);
      if (last) {
        const { kind, details } = orderOf(settings.work);
        if (run.preparedTo === null) {
          await commandsOfMany(commands).addOrder(run.id, {
            ...details,
            ...(settings.stopAfterMinutes !== null && { stopAfterMinutes: settings.stopAfterMinutes }),
            progressEverySeconds: progressEverySeconds(await target.count(filter ?? {})),
          });
        }
        const spreadMs = settings.spreadMinutes * 60_000;
        const placed = await commandsOfMany(commands).place({
          runId: run.id,
          taskId: run.taskId,
          kind,
          displayName: settings.name,
          givenBy: run.causeText,
          now,
          expiresAt: run.expiresAt,
          devices: devices.map(({ id, name }) => ({
            id,
            name,
            availableAt: new Date(run.startedAt.getTime() + Math.floor(random() * spreadMs)),
          })),
        });
        await runs.prepared(run.id, last.id, devices.length - placed.placed);
        if (spreadMs === 0) woken.push(...devices.map(({ id }) => id));
        await finishRuns(tx, placed.replacedIn);
      }
      if (devices.length < PLACED_AT_ONCE) {
        await runs.setRunning(run.id);
        await finishRuns(tx, [run.id]);
      }
      return true;
    });
    parts.wake(woken);
    if (found) parts.changed();
    return found;
  };

  /** Begins what is due. */
  const beginDue = async (): Promise<void> => {
    for (;;) {
      const taken = await inTransaction(async (tx) => {
        const store = taskStore(administrationDb(tx).tasks, 'all');
        const now = clock();
        const due = await store.takeDue(now, DUE_AT_ONCE);
        for (const task of due) {
          const dueAt = task.nextRunAt ?? now;
          const { schedule, runMissed } = task.settings;
          const { runs, nextRunAt } = decideDue({ schedule, runMissed, dueAt }, now, timeZone);
          if (runs && mayRun(task)) {
            const at = dueAt.toISOString();
            await begin(tx, task, { cause: 'schedule', key: `due:${at}`, text: 'Schedule' });
          }
          await store.setNextRun(task.id, nextRunAt);
        }
        return due.length;
      });
      if (taken > 0) parts.changed();
      if (taken < DUE_AT_ONCE) return;
    }
  };

  /** Gives up what was waited for long enough, and ends what nobody ended. */
  const expire = async (): Promise<void> => {
    await inTransaction(async (tx) => {
      const { commands, tasks } = administrationDb(tx);
      const now = clock();
      const { runIds, count } = await commandsOfMany(commands).expire(now, new Date(now.getTime() - SILENT_MS));
      // Also runs whose last devices were deleted, or reported in two places at once.
      await finishRuns(tx, [...new Set([...runIds, ...(await runStore(tasks, 'all').openIds())])]);
      if (count > 0) parts.changed();
    });
  };

  /** Forgets runs that were over before this moment, and commands given to one device that are as old. */
  const forget = async (before: Date): Promise<void> => {
    for (;;) {
      const isDone = await inTransaction(async (tx) => {
        const { commands, tasks } = administrationDb(tx);
        const runs = runStore(tasks, 'all');
        const runIds = await runs.overBefore(before, FORGOTTEN_RUNS_AT_ONCE);
        const gone = await runCommands(commands).forgetRuns(runIds, FORGOTTEN_AT_ONCE);
        if (gone < FORGOTTEN_AT_ONCE) await runs.remove(runIds);
        const alone = await runCommands(commands).forgetAlone(before, FORGOTTEN_AT_ONCE);
        return gone < FORGOTTEN_AT_ONCE && runIds.length < FORGOTTEN_RUNS_AT_ONCE && alone < FORGOTTEN_AT_ONCE;
      });
      if (isDone) return;
    }
  };

  return { forget, begin, finishRuns, mayRun, prepareSome, beginDue, expire };
};
