import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const deviceSelectionMigrations = {
  '0204-device-selections': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.device_selection (
          id uuid primary key,
          owner_id text not null,
          owner_name text not null,
          owner_tenant_ids jsonb,
          name text not null,
          settings jsonb not null,
          access jsonb not null,
          changed_at timestamptz not null,
          changed_by text not null
        )`.execute(db);
      await sql`
        create unique index device_selection_name on administration.device_selection
          (owner_id, lower(name collate "und-x-icu"))`.execute(db);
    },
  },
};
