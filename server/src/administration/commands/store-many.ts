import type { AgentCommand, CommandKind } from '@gatehouse/contract';
import { type Kysely, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import type { CommandDetails, CommandReport, CommandRequest } from './command.ts';
import { type CommandTables, toMessage } from './store.ts';

/** What a run puts on its devices. */
export interface Placing {
  runId: string;
  taskId: string;
  kind: CommandKind;
  displayName: string;
  givenBy: string;
  now: Date;
  expiresAt: Date;
  /** `availableAt`: not given to the device before. */
  devices: readonly { id: string; name: string; availableAt: Date }[];
}

/** A device is told so often at once. */
const MOST_PER_DEVICE = 50;
/** A request to cancel, pause or resume waits so long for its device. */
const REQUEST_LIFE_MS = 7 * 86_400_000;
const REPLACED = 'A newer run of the task took its place';

const list = (ids: readonly string[]) => sql`${[...ids]}::uuid[]`;

/** Commands of many devices: whatever the number, a statement or two. */
export const commandsOfMany = (db: Kysely<CommandTables>) => ({
  /** What all commands of a run have in common; repeating it does nothing. */
  addOrder: async (runId: string, details: CommandDetails): Promise<void> => {
    await db
      .insertInto('command_order')
      .values({ id: runId, details: json(details) })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  },

  /**
   * Puts a run's command on devices, on each once however often it is called. A device that is still busy with an
   * earlier run of the task is left out; what an earlier run still waits to give it is replaced.
   *
   * @returns how many were put there, and the runs that lost devices by it
   */
  place: async (placing: Placing): Promise<{ placed: number; replacedIn: string[] }> => {
    const { runId, taskId, devices, now } = placing;
    if (devices.length === 0) return { placed: 0, replacedIn: [] };
    const ids = devices.map(({ id }) => id);
    const replaced = await db
      .updateTable('command')
      .set({ state: 'expired', result: REPLACED, changed_at: now, finished_at: now })
      .where('task_id', '=', taskId)
      .where(sql<boolean>`device_id = any(${list(ids)})`)
      .where('state', '=', 'waiting')
      .where('run_id', '!=', runId)
      .returning('run_id')
      .execute();
    const done = await sql`
      insert into administration.command
        (id, device_id, device_name, kind, display_name, details, created_at, expires_at, given_by, state, changed_at,
         run_id, task_id, available_at)
      select gen_random_uuid(), given.id, given.name, ${placing.kind}, ${placing.displayName}, '{}'::jsonb, ${now},
        ${placing.expiresAt}, ${placing.givenBy}, 'waiting', ${now}, ${runId}::uuid, ${taskId}::uuid, given.available_at
      from unnest(${list(ids)}, ${devices.map(({ name }) => name)}::text[],
        ${devices.map(({ availableAt }) => availableAt.toISOString())}::timestamptz[]) as given (id, name, available_at)
      where not exists (
        select 1 from administration.command busy
        where busy.task_id = ${taskId}::uuid and busy.device_id = given.id
          and busy.state in ('waiting', 'taken', 'running', 'suspended'))
      on conflict do nothing`.execute(db);
    return {
      placed: Number(done.numAffectedRows ?? 0),
      replacedIn: [...new Set(replaced.flatMap(({ run_id }) => run_id ?? []))],
    };
  },

  /** What these devices have not taken yet and may start now, oldest first. */
  waitingOf: async (deviceIds: readonly string[], now: Date): Promise<Map<string, AgentCommand[]>> => {
    const rows = await db
      .selectFrom('command')
      .selectAll()
      .where(sql<boolean>`device_id = any(${list(deviceIds)})`)
      .where('state', '=', 'waiting')
      .where('available_at', '<=', now)
      .where('expires_at', '>', now)
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    const runIds = [...new Set(rows.flatMap(({ run_id }) => run_id ?? []))];
    const orders = new Map(
      runIds.length === 0
        ? []
        : (await db.selectFrom('command_order').selectAll().where('id', 'in', runIds).execute()).map(
            ({ id, details }) => [id, details],
          ),
    );
    const found = new Map<string, AgentCommand[]>();
    for (const row of rows) {
      const own = found.get(row.device_id) ?? [];
      if (own.length >= MOST_PER_DEVICE) continue;
      own.push({ ...toMessage(row), ...(row.run_id === null ? {} : orders.get(row.run_id)) });
      found.set(row.device_id, own);
    }
    return found;
  },

  /** Devices that have something to take since a moment, because its time came. */
  availableSince: async (from: Date, to: Date): Promise<string[]> =>
    (
      await db
        .selectFrom('command')
        .select('device_id')
        .distinct()
        .where('state', '=', 'waiting')
        .where('available_at', '>', from)
        .where('available_at', '<=', to)
        .execute()
    ).map(({ device_id }) => device_id),

  /**
   * Devices have these on their disks. One that was cancelled or paused while it was on its way is followed by the
   * request, since the device would start it else.
   */
  take: async (taken: readonly { deviceId: string; id: string }[], now: Date): Promise<void> => {
    if (taken.length === 0) return;
    const given = sql`unnest(${list(taken.map(({ id }) => id))}, ${list(taken.map(({ deviceId }) => deviceId))})`;
    await sql`
      insert into administration.command
        (id, device_id, device_name, kind, display_name, details, created_at, expires_at, given_by, state, changed_at,
         available_at, refers_to)
      select gen_random_uuid(), c.device_id, c.device_name, late.kind, c.display_name,
        jsonb_build_object('commandId', c.id), ${now}, ${new Date(now.getTime() + REQUEST_LIFE_MS)}, c.given_by,
        'waiting', ${now}, ${now}, c.id
      from ${given} as given (id, device_id)
      join administration.command c on c.id = given.id and c.device_id = given.device_id
      cross join lateral (select case c.state when 'cancelled' then 'cancel' else 'pause' end as kind) late
      where (c.state = 'cancelled' or (c.state = 'suspended' and c.taken_at is null))
        and not exists (select 1 from administration.command r where r.device_id = c.device_id
          and r.refers_to = c.id and r.kind = late.kind)`.execute(db);
    await sql`
      update administration.command c set taken_at = ${now}, changed_at = ${now},
        state = case c.state when 'waiting' then 'taken' else c.state end
      from ${given} as given (id, device_id)
      where c.id = given.id and c.device_id = given.device_id and c.taken_at is null`.execute(db);
  },

  /**
   * What devices said, however many. An end stays: what comes late or twice changes nothing. A command that the server
   * gave up is taken up again, since the device knows better.
   * @returns ids of the runs that were touched
   */
  report: async (reports: readonly CommandReport[]): Promise<string[]> => {
    if (reports.length === 0) return [];
    const steps = reports.flatMap(({ id, deviceId, steps }) => steps.map((step) => ({ id, deviceId, ...step })));
    // One that was cancelled on its way may have been done all the same.
    const isOpen = sql`c.state not in ('completed', 'completed-with-warnings', 'failed')
      and (c.state <> 'cancelled' or given.state in ('completed', 'completed-with-warnings'))`;
    if (steps.length > 0) {
      await sql`
        insert into administration.command_step (command_id, at, state, text)
        select c.id, given.at,
          case when given.state = 'failed' and c.request = 'cancel' then 'cancelled' else given.state end, given.text
        from unnest(${list(steps.map(({ id }) => id))}, ${list(steps.map(({ deviceId }) => deviceId))},
          ${steps.map(({ at }) => at.toISOString())}::timestamptz[], ${steps.map(({ state }) => state)}::text[],
          ${steps.map(({ text }) => text)}::text[]) with ordinality as given (id, device_id, at, state, text, place)
        join administration.command c on c.id = given.id and c.device_id = given.device_id
        where ${isOpen}
        order by given.place`.execute(db);
    }
    const touched = await sql<{ run_id: string | null }>`
      update administration.command c set
        state = case when given.state = 'failed' and c.request = 'cancel' then 'cancelled' else given.state end,
        completed_percent = coalesce(given.percent, c.completed_percent),
        result = coalesce(given.result, c.result),
        started_at = coalesce(c.started_at, given.started_at),
        finished_at = given.finished_at,
        changed_at = given.heard_at,
        request = case
          when given.finished_at is not null then null
          when given.state = 'suspended' and c.request = 'pause' then null
          when given.state = 'running' and c.request = 'resume' then null
          else c.request end
      from unnest(${list(reports.map(({ id }) => id))}, ${list(reports.map(({ deviceId }) => deviceId))},
        ${reports.map(({ state }) => state)}::text[], ${reports.map((r) => r.completedPercent)}::int[],
        ${reports.map(({ result }) => result)}::text[],
        ${reports.map(({ startedAt }) => startedAt?.toISOString() ?? null)}::timestamptz[],
        ${reports.map(({ finishedAt }) => finishedAt?.toISOString() ?? null)}::timestamptz[],
        ${reports.map(({ heardAt }) => heardAt.toISOString())}::timestamptz[])
        as given (id, device_id, state, percent, result, started_at, finished_at, heard_at)
      where c.id = given.id and c.device_id = given.device_id and ${isOpen}
      returning c.run_id`.execute(db);
    return [...new Set(touched.rows.flatMap(({ run_id }) => run_id ?? []))];
  },

  /**
   * Cancels, pauses or resumes the commands of a run, all or those of some devices. What no device has yet is decided
   * here; to the others the request goes as a command.
   * @returns devices that have something new to take
   */
  request: async (
    runId: string,
    request: CommandRequest,
    { now, givenBy, deviceIds }: { now: Date; givenBy: string; deviceIds?: readonly string[] },
  ): Promise<string[]> => {
    const only = deviceIds === undefined ? sql`true` : sql`c.device_id = any(${list(deviceIds)})`;
    const woken: string[] = [];
    if (request === 'cancel') {
      await sql`
        update administration.command c set state = 'cancelled', result = 'Cancelled before it started',
          changed_at = ${now}, finished_at = ${now}, request = null
        where c.run_id = ${runId}::uuid and ${only}
          and (c.state = 'waiting' or (c.state = 'suspended' and c.taken_at is null))`.execute(db);
    } else if (request === 'pause') {
      await sql`
        update administration.command c set state = 'suspended', changed_at = ${now}
        where c.run_id = ${runId}::uuid and ${only} and c.state = 'waiting'`.execute(db);
    } else {
      const resumed = await sql<{ device_id: string }>`
        update administration.command c set state = 'waiting', changed_at = ${now}, available_at = ${now}
        where c.run_id = ${runId}::uuid and ${only}
          and c.state = 'suspended' and c.taken_at is null
        returning c.device_id`.execute(db);
      woken.push(...resumed.rows.map(({ device_id }) => device_id));
    }
    const told = await sql<{ device_id: string }>`
      with asked as (
        update administration.command c set request = ${request}, changed_at = ${now}
        where c.run_id = ${runId}::uuid and ${only}
          and ${request === 'resume' ? sql`(c.state = 'suspended' or c.request = 'pause')` : sql`c.state in ('taken', 'running', 'suspended')`}
          and c.state in ('taken', 'running', 'suspended')
          and not (c.state = 'suspended' and c.taken_at is null)
          and c.request is distinct from ${request} and c.request is distinct from 'cancel'
        returning c.id, c.device_id, c.device_name, c.display_name
      )
      insert into administration.command
        (id, device_id, device_name, kind, display_name, details, created_at, expires_at, given_by, state, changed_at,
         available_at, refers_to)
      select gen_random_uuid(), asked.device_id, asked.device_name, ${request}, asked.display_name,
        jsonb_build_object('commandId', asked.id), ${now}, ${new Date(now.getTime() + REQUEST_LIFE_MS)}, ${givenBy},
        'waiting', ${now}, ${now}, asked.id
      from asked
      returning device_id`.execute(db);
    return [...new Set([...woken, ...told.rows.map(({ device_id }) => device_id)])];
  },

  /**
   * Gives up what was waited for long enough: commands that no device took until their end, and those of devices that
   * said nothing more since `silentSince`.
   * @returns ids of the runs that were touched
   */
  expire: async (now: Date, silentSince: Date): Promise<{ runIds: string[]; count: number }> => {
    const done = await sql<{ run_id: string | null }>`
      update administration.command set state = 'expired', changed_at = ${now}, finished_at = ${now}, request = null,
        result = case state when 'waiting' then 'The device was not reached in time'
          else 'The device said nothing more about it' end
      where state in ('waiting', 'taken', 'running', 'suspended')
        and ((state = 'waiting' and expires_at <= ${now})
          or (state = 'suspended' and taken_at is null and expires_at <= ${now})
          or (state <> 'waiting' and changed_at < ${silentSince}))
      returning run_id`.execute(db);
    return { runIds: [...new Set(done.rows.flatMap(({ run_id }) => run_id ?? []))], count: done.rows.length };
  },

  /** What a script wrote; sent again, it is the same. @returns false when the device has no such command */
  saveOutput: async (
    command: { id: string; deviceId: string },
    { output, isCut, now }: { output: string; isCut: boolean; now: Date },
  ): Promise<boolean> => {
    const done = await sql`
      insert into administration.command_output (command_id, at, output, is_cut)
      select id, ${now}, ${output}, ${isCut} from administration.command
      where id = ${command.id}::uuid and device_id = ${command.deviceId}::uuid
      on conflict (command_id) do update set output = excluded.output, is_cut = excluded.is_cut
      returning command_id`.execute(db);
    return done.rows.length > 0;
  },
});
export type CommandsOfMany = ReturnType<typeof commandsOfMany>;
