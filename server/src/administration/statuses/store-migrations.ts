import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const statusMigrations = {
  '0005-status-settings': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.status_setting (
          group_id integer not null,
          condition text not null,
          critical_enabled boolean not null,
          critical_value double precision,
          warning_enabled boolean not null,
          warning_value double precision,
          primary key (group_id, condition)
        )`.execute(db);
    },
  },
};
