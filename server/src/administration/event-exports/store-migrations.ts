import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const exportMigrations = {
  '0131-event-exports': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.event_export (
          id uuid primary key,
          actor_id text not null,
          format text not null,
          file_name text not null,
          plan jsonb not null,
          expires_at timestamptz not null
        )`.execute(db);
    },
  },
};
