import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const tenantMigrations = {
  '0001-tenants': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.tenant (
          id uuid primary key,
          virtual_server_id integer not null unique,
          uid text not null unique,
          name text not null,
          created_at timestamptz not null
        )`.execute(db);
      await sql`create unique index tenant_name on administration.tenant (lower(name collate "und-x-icu"))`.execute(db);
      await sql`create sequence administration.virtual_server_number start 1`.execute(db);
    },
  },
};
