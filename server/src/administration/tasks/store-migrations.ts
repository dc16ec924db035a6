import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const taskMigrations = {
  '0231-tasks': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.task (
          id uuid primary key,
          number integer generated always as identity unique,
          tenant_id uuid not null,
          name text not null,
          settings jsonb not null,
          /* of the settings, where something is looked for by it */
          type text not null,
          group_id integer,
          device_id uuid,
          after_task_id uuid,
          event_types text[],
          created_at timestamptz not null,
          created_by text not null,
          changed_at timestamptz not null,
          next_run_at timestamptz,
          last_event_run_at timestamptz
        )`.execute(db);
      await sql`
        create index task_name on administration.task (tenant_id, lower(name collate "und-x-icu"), id)`.execute(db);
      await sql`create index task_due on administration.task (next_run_at) where next_run_at is not null`.execute(db);
      await sql`create index task_after on administration.task (after_task_id) where after_task_id is not null`.execute(
        db,
      );
      await sql`
        create table administration.task_run (
          id uuid primary key,
          number integer generated always as identity unique,
          task_id uuid not null references administration.task (id) on delete cascade,
          tenant_id uuid not null,
          settings jsonb not null,
          state text not null,
          request text,
          cause text not null,
          cause_key text not null,
          cause_text text not null,
          started_at timestamptz not null,
          finished_at timestamptz,
          expires_at timestamptz not null,
          device_ids uuid[],
          /* devices up to this one have their commands */
          prepared_to uuid,
          left_out integer not null default 0,
          figures jsonb,
          /* one run per due time, event and so on */
          unique (task_id, cause_key)
        )`.execute(db);
      await sql`create index task_run_newest on administration.task_run (task_id, number desc)`.execute(db);
      await sql`create index task_run_open on administration.task_run (number) where state <> 'finished'`.execute(db);
    },
  },
};
