import { TaskSettings } from '@gatehouse/contract';
import { type Kysely, type Selectable, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { NotFound } from '../../platform/errors/index.ts';
import type { RunFigures } from '../commands/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import type { TaskTables } from './store.ts';
import type { RunCause, RunRecord } from './task.ts';

const toRun = (row: Selectable<TaskTables['task_run']>): RunRecord => ({
  id: row.id,
  number: row.number,
  taskId: row.task_id,
  tenantId: row.tenant_id,
  settings: TaskSettings.parse(row.settings),
  state: row.state,
  request: row.request,
  cause: row.cause,
  causeKey: row.cause_key,
  causeText: row.cause_text,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
  expiresAt: row.expires_at,
  deviceIds: row.device_ids,
  leftOut: row.left_out,
  figures: row.figures,
});

/** Runs of the tasks of a scope of tenants. */
export const runStore = (db: Kysely<TaskTables>, scope: TenantScope) => {
  const inScope = scope === 'all' ? sql<boolean>`true` : sql<boolean>`tenant_id = any(${[...scope]}::uuid[])`;
  const own = () => db.selectFrom('task_run').selectAll().where(inScope);

  return {
    /** @throws NotFound, also for a run of another tenant */
    get: async (id: string): Promise<RunRecord> => {
      const row = await own().where('id', '=', id).executeTakeFirst();
      if (!row) throw new NotFound('task run', id);
      return toRun(row);
    },

    /** Begins a run, unless one with this cause began already. @returns whether it is new */
    begin: async (
      run: { id: string; taskId: string; tenantId: string; settings: TaskSettings; now: Date; expiresAt: Date },
      { cause, key, text, deviceIds }: RunCause,
    ): Promise<boolean> => {
      const done = await db
        .insertInto('task_run')
        .values({
          id: run.id,
          task_id: run.taskId,
          tenant_id: run.tenantId,
          settings: json(run.settings),
          state: 'preparing',
          request: null,
          cause,
          cause_key: key,
          cause_text: text,
          started_at: run.now,
          finished_at: null,
          expires_at: run.expiresAt,
          device_ids: deviceIds ? [...deviceIds] : null,
          prepared_to: null,
          figures: null,
        })
        .onConflict((conflict) => conflict.columns(['task_id', 'cause_key']).doNothing())
        .executeTakeFirst();
      return Number(done.numInsertedOrUpdatedRows) > 0;
    },

    /** Newest first. `after`: the number of the last one seen. */
    page: async (taskId: string, limit: number, after?: number): Promise<RunRecord[]> =>
      (
        await own()
          .where('task_id', '=', taskId)
          .$if(after !== undefined, (q) => q.where('number', '<', after as number))
          .orderBy('number', 'desc')
          .limit(limit)
          .execute()
      ).map(toRun),

    /** The newest run of each of these tasks. */
    lastOf: async (taskIds: readonly string[]): Promise<Map<string, RunRecord>> =>
      new Map(
        taskIds.length === 0
          ? []
          : (
              await own()
                .distinctOn('task_id')
                .where('task_id', 'in', [...taskIds])
                .orderBy('task_id')
                .orderBy('number', 'desc')
                .execute()
            ).map((row) => [row.task_id, toRun(row)]),
      ),

    /** Ids of a task's runs that are not over. */
    openOf: async (taskId: string): Promise<RunRecord[]> =>
      (await own().where('task_id', '=', taskId).where('state', '!=', 'finished').orderBy('number').execute()).map(
        toRun,
      ),

    idsOf: async (taskId: string): Promise<string[]> =>
      (await own().clearSelect().select('id').where('task_id', '=', taskId).execute()).map(({ id }) => id),

    /** How many runs a cause of this beginning had: numbers the retries of a run. */
    countByKey: async (taskId: string, keyStart: string): Promise<number> =>
      (
        await db
          .selectFrom('task_run')
          .select((e) => e.fn.countAll<number>().as('n'))
          .where('task_id', '=', taskId)
          .where(sql<boolean>`starts_with(cause_key, ${keyStart})`)
          .executeTakeFirstOrThrow()
      ).n,

    /** Holds a run until the transaction ends. @throws NotFound */
    lock: async (id: string): Promise<RunRecord> => {
      const row = await own().where('id', '=', id).forUpdate().executeTakeFirst();
      if (!row) throw new NotFound('task run', id);
      return toRun(row);
    },

    /** The oldest run whose devices are still to be gathered. */
    nextPreparing: async (): Promise<RunRecord | null> => {
      const row = await own().where('state', '=', 'preparing').orderBy('number').limit(1).executeTakeFirst();
      return row ? toRun(row) : null;
    },

    /** Takes it, unless somebody else has it: nobody else does until the transaction ends. */
    takePreparing: async (id: string): Promise<(RunRecord & { preparedTo: string | null }) | null> => {
      const row = await own()
        .where('id', '=', id)
        .where('state', '=', 'preparing')
        .forUpdate()
        .skipLocked()
        .executeTakeFirst();
      return row ? { ...toRun(row), preparedTo: row.prepared_to } : null;
    },

    /** Devices up to this one have their commands. */
    prepared: async (id: string, upTo: string, leftOut: number): Promise<void> => {
      await db
        .updateTable('task_run')
        .set({ prepared_to: upTo, left_out: sql<number>`left_out + ${leftOut}::int` })
        .where('id', '=', id)
        .execute();
    },

    /** All devices have their commands. */
    setRunning: async (id: string): Promise<void> => {
      await db.updateTable('task_run').set({ state: 'running' }).where('id', '=', id).execute();
    },

    setRequest: async (id: string, request: RunRecord['request']): Promise<void> => {
      await db.updateTable('task_run').set({ request }).where('id', '=', id).execute();
    },

    /** Runs that wait for devices, oldest first. */
    openIds: async (): Promise<string[]> =>
      (await db.selectFrom('task_run').select('id').where('state', '=', 'running').orderBy('number').execute()).map(
        ({ id }) => id,
      ),

    /** Runs that were over before this moment; the newest of each task stays. */
    overBefore: async (before: Date, limit: number): Promise<string[]> =>
      (
        await sql<{ id: string }>`
          select id from administration.task_run r
          where state = 'finished' and finished_at < ${before}
            and number < (select max(number) from administration.task_run newest where newest.task_id = r.task_id)
          order by number limit ${limit}::int`.execute(db)
      ).rows.map(({ id }) => id),

    remove: async (ids: readonly string[]): Promise<void> => {
      if (ids.length === 0) return;
      await db
        .deleteFrom('task_run')
        .where('id', 'in', [...ids])
        .execute();
    },

    /** Ends runs, and keeps their figures; those of a run that is over already are only brought up to date. */
    finish: async (
      figures: ReadonlyMap<string, RunFigures>,
      now: Date,
    ): Promise<{ run: RunRecord; isNew: boolean }[]> => {
      const finished: { run: RunRecord; isNew: boolean }[] = [];
      for (const [id, own] of figures) {
        const before = await db
          .selectFrom('task_run')
          .selectAll()
          .where('id', '=', id)
          .where('state', '!=', 'preparing')
          .forUpdate()
          .executeTakeFirst();
        if (!before) continue;
        await db
          .updateTable('task_run')
          .set({
            state: 'finished',
            figures: json(own),
            ...(before.state !== 'finished' && { finished_at: now, request: null }),
          })
          .where('id', '=', id)
          .execute();
        const run = toRun({ ...before, state: 'finished', figures: own, finished_at: before.finished_at ?? now });
        finished.push({ run, isNew: before.state !== 'finished' });
      }
      return finished;
    },
  };
};
export type RunStore = ReturnType<typeof runStore>;
