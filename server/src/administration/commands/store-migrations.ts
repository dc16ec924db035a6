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
};
