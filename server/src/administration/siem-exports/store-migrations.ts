import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const siemExportMigrations = {
  '0100-siem-exports': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.siem_target (
          id uuid primary key,
          name text not null unique,
          enabled boolean not null,
          settings jsonb not null,
          created_at timestamptz not null,
          worker text,
          worker_until timestamptz,
          state jsonb
        )`.execute(db);
    },
  },
};
