import type { taskRunFilters } from '@gatehouse/contract';
import { type Kysely, sql } from 'kysely';
import { InvalidInput, NotFound } from '../../platform/errors/index.ts';
import { finalStates, type RunFigures } from './command.ts';
import type { CommandRow, CommandTables } from './store.ts';

export type RunFilter = (typeof taskRunFilters)[number];

const statesOf: Record<RunFilter, readonly CommandRow['state'][]> = {
  waiting: ['waiting', 'taken'],
  running: ['running'],
  paused: ['suspended'],
  completed: ['completed'],
  warning: ['completed-with-warnings'],
  failed: ['failed', 'expired', 'cancelled'],
};

const noFigures = (): RunFigures => ({
  counts: {
    pending: 0,
    scheduled: 0,
    running: 0,
    paused: 0,
    completed: 0,
    warning: 0,
    failed: 0,
    expired: 0,
    cancelled: 0,
  },
  devices: 0,
  percent: 0,
});

const readPlace = (after: string): [name: string, deviceId: string] => {
  try {
    const place = JSON.parse(Buffer.from(after, 'base64url').toString()) as unknown[];
    const [name, id] = place;
    if (typeof name === 'string' && typeof id === 'string' && /^[0-9a-f-]{36}$/i.test(id)) return [name, id];
  } catch {
    // Said below, as for any other text that is no place.
  }
  throw new InvalidInput('The place in the list is not one that this server gave out; read the list from the start', [
    { where: 'query.after', what: 'is not the `next` of a page' },
  ]);
};

/** Commands seen as the devices of a run. Who may see the run is for the caller to know. */
export const runCommands = (db: Kysely<CommandTables>) => ({
  /** By run; a run without devices has zeros. */
  figures: async (runIds: readonly string[], now: Date): Promise<Map<string, RunFigures>> => {
    const figures = new Map(runIds.map((id) => [id, noFigures()]));
    if (runIds.length === 0) return figures;
    const rows = await sql<{ run_id: string; key: keyof RunFigures['counts']; n: number; percent: number }>`
      select run_id,
        case state
          when 'waiting' then case when available_at > ${now} then 'scheduled' else 'pending' end
          when 'taken' then 'scheduled'
          when 'suspended' then 'paused'
          when 'completed-with-warnings' then 'warning'
          else state end as key,
        count(*)::int as n,
        sum(case when state = any(${[...finalStates]}::text[]) then 100 else coalesce(completed_percent, 0) end)::int
          as percent
      from administration.command where run_id = any(${[...runIds]}::uuid[]) group by 1, 2`.execute(db);
    for (const { run_id, key, n, percent } of rows.rows) {
      const own = figures.get(run_id);
      if (!own) continue;
      own.counts[key] = n;
      own.devices += n;
      own.percent += percent;
    }
    for (const own of figures.values()) own.percent = own.devices === 0 ? 100 : Math.floor(own.percent / own.devices);
    return figures;
  },

  /** Which of these runs have no device left that something is expected of. */
  ended: async (runIds: readonly string[]): Promise<string[]> => {
    if (runIds.length === 0) return [];
    const rows = await sql<{ id: string }>`
      select id from unnest(${[...runIds]}::uuid[]) as run (id)
      where not exists (
        select 1 from administration.command c
        where c.run_id = run.id and c.state in ('waiting', 'taken', 'running', 'suspended'))`.execute(db);
    return rows.rows.map(({ id }) => id);
  },

  /** Devices by name. @throws InvalidInput for a place that this server did not give out */
  page: async (
    runId: string,
    { state, text, after, limit }: { state?: RunFilter; text?: string; after?: string; limit: number },
  ): Promise<{ rows: CommandRow[]; next: string | null }> => {
    const place = after === undefined ? null : readPlace(after);
    const rows = await db
      .selectFrom('command')
      .selectAll()
      .where('run_id', '=', runId)
      .$if(state !== undefined, (q) => q.where('state', 'in', [...statesOf[state as RunFilter]]))
      .$if(text !== undefined && text !== '', (q) =>
        q.where('device_name', 'ilike', `%${(text as string).replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`),
      )
      .$if(place !== null, (q) =>
        q.where(sql<boolean>`(lower(device_name), device_id) > (lower(${place?.[0]}::text), ${place?.[1]}::uuid)`),
      )
      .orderBy(sql`lower(device_name)`)
      .orderBy('device_id')
      .limit(limit + 1)
      .execute();
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      rows: shown,
      next:
        rows.length > limit && last
          ? Buffer.from(JSON.stringify([last.device_name, last.device_id])).toString('base64url')
          : null,
    };
  },

  /** How many of these devices the run has. */
  countOn: async (runId: string, deviceIds: readonly string[]): Promise<number> =>
    (
      await db
        .selectFrom('command')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('run_id', '=', runId)
        .where(sql<boolean>`device_id = any(${[...deviceIds]}::uuid[])`)
        .executeTakeFirstOrThrow()
    ).n,

  /** Devices on which it did not come to a good end. */
  failedDeviceIds: async (runId: string): Promise<string[]> =>
    (
      await db
        .selectFrom('command')
        .select('device_id')
        .where('run_id', '=', runId)
        .where('state', 'in', ['failed', 'expired', 'cancelled'])
        .orderBy('device_id')
        .execute()
    ).map(({ device_id }) => device_id),

  /** One command. @throws NotFound */
  get: async (commandId: string): Promise<CommandRow> => {
    const row = await db.selectFrom('command').selectAll().where('id', '=', commandId).executeTakeFirst();
    if (!row) throw new NotFound('command', commandId);
    return row;
  },

  stepsOf: async (commandId: string) =>
    db
      .selectFrom('command_step')
      .select(['at', 'state', 'text'])
      .where('command_id', '=', commandId)
      .orderBy('id')
      .limit(1000)
      .execute(),

  outputOf: async (commandId: string) =>
    (await db
      .selectFrom('command_output')
      .select(['at', 'output', 'is_cut'])
      .where('command_id', '=', commandId)
      .executeTakeFirst()) ?? null,

  /** Ids of the tasks that have or had a run on a device, newest first. */
  taskIdsOn: async (deviceId: string, limit = 200): Promise<string[]> =>
    (
      await sql<{ task_id: string }>`
        select task_id from administration.command
        where device_id = ${deviceId}::uuid and task_id is not null
        group by task_id order by max(created_at) desc limit ${limit}::int`.execute(db)
    ).rows.map(({ task_id }) => task_id),

  /** The newest commands of a task, of one device or all. */
  idsOfTask: async (taskId: string, limit: number, deviceId?: string): Promise<string[]> =>
    (
      await db
        .selectFrom('command')
        .select('id')
        .where('task_id', '=', taskId)
        .$if(deviceId !== undefined, (q) => q.where('device_id', '=', deviceId as string))
        .orderBy('created_at', 'desc')
        .limit(limit)
        .execute()
    ).map(({ id }) => id),

  /**
   * Forgets commands of runs that are over, with their steps and outputs, some at a time.
   * @returns how many went; less than `limit`: nothing of them is left
   */
  forgetRuns: async (runIds: readonly string[], limit: number): Promise<number> => {
    if (runIds.length === 0) return 0;
    const done = await sql`
      delete from administration.command where id in (
        select id from administration.command where run_id = any(${[...runIds]}::uuid[]) limit ${limit}::int)`.execute(
      db,
    );
    const gone = Number(done.numAffectedRows ?? 0);
    if (gone < limit)
      await db
        .deleteFrom('command_order')
        .where('id', 'in', [...runIds])
        .execute();
    return gone;
  },

  /** Forgets commands that were given to one device alone and are over. @returns how many went */
  forgetAlone: async (before: Date, limit: number): Promise<number> => {
    const done = await sql`
      delete from administration.command where id in (
        select id from administration.command
        where run_id is null and created_at < ${before} and expires_at < ${before}
          and (refers_to is not null or state = any(${[...finalStates]}::text[]) or state = 'waiting')
        limit ${limit}::int)`.execute(db);
    return Number(done.numAffectedRows ?? 0);
  },

  /** The task is gone: its commands stay, as what devices did. */
  leaveTask: async (taskId: string, runIds: readonly string[]): Promise<void> => {
    await db.updateTable('command').set({ run_id: null, task_id: null }).where('task_id', '=', taskId).execute();
    if (runIds.length === 0) return;
    await db
      .deleteFrom('command_order')
      .where('id', 'in', [...runIds])
      .execute();
  },
});
export type RunCommands = ReturnType<typeof runCommands>;
