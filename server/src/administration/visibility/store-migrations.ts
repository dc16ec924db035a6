import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const visibilityMigrations = {
  '0202-network-visibility': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.network_visibility (
          one boolean primary key default true check (one),
          /** Null: as the start option says. */
          minutes integer
        )`.execute(db);
      await sql`insert into administration.network_visibility (minutes) values (null)`.execute(db);
    },
  },
};
