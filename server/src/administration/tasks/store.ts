import { TaskSettings, type TaskType } from '@gatehouse/contract';
import { type Generated, type Kysely, type Selectable, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { InvalidInput, NotFound } from '../../platform/errors/index.ts';
import type { RunFigures } from '../commands/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import type { RunRecord, TaskRecord } from './task.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface TaskTables {
  task: {
    id: string;
    number: Generated<number>;
    tenant_id: string;
    name: string;
    settings: TaskSettings;
    type: TaskType;
    group_id: number | null;
    device_id: string | null;
    after_task_id: string | null;
    event_types: string[] | null;
    created_at: Date;
    created_by: string;
    changed_at: Date;
    next_run_at: Date | null;
    last_event_run_at: Date | null;
  };
  task_run: {
    id: string;
    number: Generated<number>;
    task_id: string;
    tenant_id: string;
    settings: TaskSettings;
    state: RunRecord['state'];
    request: RunRecord['request'];
    cause: RunRecord['cause'];
    cause_key: string;
    cause_text: string;
    started_at: Date;
    finished_at: Date | null;
    expires_at: Date;
    device_ids: string[] | null;
    prepared_to: string | null;
    left_out: Generated<number>;
    figures: RunFigures | null;
  };
}

const toTask = (row: Selectable<TaskTables['task']>): TaskRecord => ({
  id: row.id,
  number: row.number,
  tenantId: row.tenant_id,
  settings: TaskSettings.parse(row.settings),
  createdAt: row.created_at,
  createdBy: row.created_by,
  changedAt: row.changed_at,
  nextRunAt: row.next_run_at,
  lastEventRunAt: row.last_event_run_at,
});

/** What is looked for by columns of its own. */
const columnsOf = (settings: TaskSettings) => {
  const { target, schedule, work, enabled } = settings;
  return {
    name: settings.name,
    settings: json(settings),
    type: work.type,
    group_id: target.kind === 'group' ? target.groupId : null,
    device_id: target.kind === 'device' ? target.deviceId : null,
    after_task_id: enabled && schedule.kind === 'after-task' ? schedule.taskId : null,
    event_types: enabled && schedule.kind === 'on-event' ? schedule.eventTypes : null,
  };
};

export interface TaskFilter {
  tenantIds?: readonly string[];
  types?: readonly TaskType[];
  groupId?: number;
  /** Tasks with one of these, for a device: its own, of its groups, and others that had runs on it. */
  forDevice?: { id: string; groupIds: readonly number[]; taskIds: readonly string[] };
  text?: string;
}

const readPlace = (after: string): [name: string, id: string] => {
  try {
    const [name, id] = JSON.parse(Buffer.from(after, 'base64url').toString()) as unknown[];
    if (typeof name === 'string' && typeof id === 'string' && /^[0-9a-f-]{36}$/i.test(id)) return [name, id];
  } catch {
    // Said below, as for any other text that is no place.
  }
  throw new InvalidInput('The place in the list is not one that this server gave out; read the list from the start', [
    { where: 'query.after', what: 'is not the `next` of a page' },
  ]);
};

const nameKey = sql`lower(name collate "und-x-icu")`;

/** Tasks of a scope of tenants. */
export const taskStore = (db: Kysely<TaskTables>, scope: TenantScope) => {
  const inScope = scope === 'all' ? sql<boolean>`true` : sql<boolean>`tenant_id = any(${[...scope]}::uuid[])`;
  const own = () => db.selectFrom('task').selectAll().where(inScope);

  return {
    /** @throws NotFound, also for a task of another tenant */
    get: async (id: string): Promise<TaskRecord> => {
      const row = await own().where('id', '=', id).executeTakeFirst();
      if (!row) throw new NotFound('task', id);
      return toTask(row);
    },

    find: async (id: string): Promise<TaskRecord | null> => {
      const row = await own().where('id', '=', id).executeTakeFirst();
      return row ? toTask(row) : null;
    },

    /** The task that has the number by which other systems know it. */
    byNumber: async (number: number): Promise<TaskRecord | null> => {
      const row = await own().where('number', '=', number).executeTakeFirst();
      return row ? toTask(row) : null;
    },

    /** By name. @throws InvalidInput for a place that this server did not give out */
    page: async (filter: TaskFilter, limit: number, after?: string) => {
      const place = after === undefined ? null : readPlace(after);
      const { forDevice } = filter;
      const rows = await own()
        .$if(filter.tenantIds !== undefined, (q) =>
          q.where(sql<boolean>`tenant_id = any(${[...(filter.tenantIds ?? [])]}::uuid[])`),
        )
        .$if(filter.types !== undefined, (q) => q.where(sql<boolean>`type = any(${[...(filter.types ?? [])]}::text[])`))
        .$if(filter.groupId !== undefined, (q) => q.where('group_id', '=', filter.groupId as number))
        .$if(forDevice !== undefined, (q) =>
          q.where(
            sql<boolean>`(device_id = ${forDevice?.id}::uuid
              or id = any(${[...(forDevice?.taskIds ?? [])]}::uuid[])
              or group_id = any(${[...(forDevice?.groupIds ?? [])]}::int[])
              or settings -> 'target' -> 'deviceIds' @> ${JSON.stringify([forDevice?.id])}::jsonb)`,
          ),
        )
        .$if(Boolean(filter.text), (q) =>
          q.where('name', 'ilike', `%${(filter.text ?? '').replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`),
        )
        .$if(place !== null, (q) =>
          q.where(
            sql<boolean>`(${nameKey}, id) > (lower(${place?.[0]}::text collate "und-x-icu"), ${place?.[1]}::uuid)`,
          ),
        )
        .orderBy(nameKey)
        .orderBy('id')
        .limit(limit + 1)
        .execute();
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return {
        tasks: shown.map(toTask),
        next:
          rows.length > limit && last ? Buffer.from(JSON.stringify([last.name, last.id])).toString('base64url') : null,
      };
    },

    add: async (task: {
      id: string;
      tenantId: string;
      settings: TaskSettings;
      createdBy: string;
      now: Date;
      nextRunAt: Date | null;
    }): Promise<TaskRecord> =>
      toTask(
        await db
          .insertInto('task')
          .values({
            id: task.id,
            tenant_id: task.tenantId,
            ...columnsOf(task.settings),
            created_at: task.now,
            created_by: task.createdBy,
            changed_at: task.now,
            next_run_at: task.nextRunAt,
            last_event_run_at: null,
          })
          .returningAll()
          .executeTakeFirstOrThrow(),
      ),

    /** @throws NotFound */
    change: async (id: string, settings: TaskSettings, nextRunAt: Date | null, now: Date): Promise<TaskRecord> => {
      const row = await db
        .updateTable('task')
        .set({ ...columnsOf(settings), next_run_at: nextRunAt, changed_at: now })
        .where('id', '=', id)
        .where(inScope)
        .returningAll()
        .executeTakeFirst();
      if (!row) throw new NotFound('task', id);
      return toTask(row);
    },

    /** With its runs. @throws NotFound */
    remove: async (id: string): Promise<void> => {
      const done = await db.deleteFrom('task').where('id', '=', id).where(inScope).executeTakeFirst();
      if (!Number(done.numDeletedRows)) throw new NotFound('task', id);
    },

    /** Tasks whose target goes with a group or a device, or that are of this scope at all. */
    listBy: async (by: { groupId: number } | { deviceId: string } | 'all'): Promise<TaskRecord[]> =>
      (
        await own()
          .$if(by !== 'all' && 'groupId' in by, (q) => q.where('group_id', '=', (by as { groupId: number }).groupId))
          .$if(by !== 'all' && 'deviceId' in by, (q) =>
            q.where('device_id', '=', (by as { deviceId: string }).deviceId),
          )
          .orderBy('number')
          .execute()
      ).map(toTask),

    /** Tasks that start after this one. */
    after: async (taskId: string): Promise<TaskRecord[]> =>
      (await own().where('after_task_id', '=', taskId).execute()).map(toTask),

    /** Tasks that events of a type may start. */
    withEvents: async (): Promise<TaskRecord[]> =>
      (await own().where('event_types', 'is not', null).execute()).map(toTask),

    noteEventRun: async (id: string, at: Date): Promise<void> => {
      await db.updateTable('task').set({ last_event_run_at: at }).where('id', '=', id).execute();
    },

    /** Takes due tasks: nobody else takes them until this transaction ends. */
    takeDue: async (now: Date, limit: number): Promise<TaskRecord[]> =>
      (
        await own()
          .where('next_run_at', '<=', now)
          .orderBy('next_run_at')
          .limit(limit)
          .forUpdate()
          .skipLocked()
          .execute()
      ).map(toTask),

    setNextRun: async (id: string, nextRunAt: Date | null): Promise<void> => {
      await db.updateTable('task').set({ next_run_at: nextRunAt }).where('id', '=', id).execute();
    },
  };
};
export type TaskStore = ReturnType<typeof taskStore>;
