import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const commandMigrations = {
  '0006-commands': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.command (
          id uuid primary key,
          device_id uuid not null,
          kind text not null,
          display_name text not null,
          details jsonb not null,
          created_at timestamptz not null,
          expires_at timestamptz not null,
          given_by text not null,
          state text not null,
          completed_percent integer,
          changed_at timestamptz not null,
          result text
        )`.execute(db);
      await sql`create index command_device on administration.command (device_id, created_at desc)`.execute(db);
    },
  },

  '0230-commands-of-runs': {
    up: async (db: AnyDb) => {
      await sql`
        alter table administration.command
          add column run_id uuid,
          add column task_id uuid,
          add column device_name text not null default '',
          add column available_at timestamptz,
          add column taken_at timestamptz,
          add column started_at timestamptz,
          add column finished_at timestamptz,
          /* what was asked for while it was under way: cancel, pause, resume */
          add column request text,
          /* of a cancel, pause or resume: the command that is meant */
          add column refers_to uuid`.execute(db);
      await sql`
        update administration.command set available_at = created_at,
          taken_at = case state when 'waiting' then null else changed_at end`.execute(db);
      await sql`
        update administration.command set finished_at = changed_at where state in ('completed', 'failed')`.execute(db);
      await sql`alter table administration.command alter column available_at set not null`.execute(db);
      await sql`create unique index command_of_run on administration.command (run_id, device_id)`.execute(db);
      await sql`create index command_run_state on administration.command (run_id, state)`.execute(db);
      await sql`
        create index command_run_name on administration.command (run_id, lower(device_name), device_id)`.execute(db);
      await sql`
        create index command_waiting on administration.command (device_id) where state = 'waiting'`.execute(db);
      await sql`
        create index command_available on administration.command (available_at) where state = 'waiting'`.execute(db);
      await sql`
        create index command_open on administration.command (task_id, device_id)
        where state in ('waiting', 'taken', 'running', 'suspended')`.execute(db);
      // What all commands of a run have in common, once: a script may have 64 KB.
      await sql`
        create table administration.command_order (
          id uuid primary key,
          details jsonb not null
        )`.execute(db);
      await sql`
        create table administration.command_step (
          id bigint generated always as identity primary key,
          command_id uuid not null references administration.command (id) on delete cascade,
          at timestamptz not null,
          state text not null,
          text text not null
        )`.execute(db);
      await sql`create index command_step_of on administration.command_step (command_id, id)`.execute(db);
      await sql`
        create table administration.command_output (
          command_id uuid primary key references administration.command (id) on delete cascade,
          at timestamptz not null,
          output text not null,
          is_cut boolean not null
        )`.execute(db);
    },
  },

  '0232-commands-of-tasks': {
    up: async (db: AnyDb) => {
      await sql`
        create index command_task on administration.command (task_id, created_at desc) where task_id is not null`.execute(
        db,
      );
      // What was given to one device alone is forgotten by its age.
      await sql`create index command_alone on administration.command (created_at) where run_id is null`.execute(db);
    },
  },
};
