import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const deletionMigrations = {
  '0132-event-deletions': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.event_deletion (
          id uuid primary key,
          tenant_ids jsonb,
          asked_by text not null,
          asked_by_id text not null,
          asked_at timestamptz not null,
          search jsonb not null,
          events bigint not null,
          state text not null,
          parts_done integer not null default 0,
          parts integer,
          deleted bigint not null default 0,
          finished_at timestamptz
        )`.execute(db);
      await sql`create index event_deletion_open on administration.event_deletion (asked_at)
        where state in ('waiting', 'running')`.execute(db);
    },
  },
};
