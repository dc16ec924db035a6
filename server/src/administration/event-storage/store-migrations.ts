import { DEFAULT_EVENT_LIMIT } from '@gatehouse/contract';
import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const eventStorageMigrations = {
  '0111-event-storage': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.event_storage (
          one boolean primary key default true check (one),
          maximum_events bigint not null,
          trim_to bigint,
          trim_started_at timestamptz,
          trim_counts jsonb,
          last_started_at timestamptz,
          last_finished_at timestamptz,
          last_removed bigint
        )`.execute(db);
      await sql`insert into administration.event_storage (maximum_events) values (${DEFAULT_EVENT_LIMIT})`.execute(db);
    },
  },
};
