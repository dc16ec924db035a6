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
  '0280-selection-numbers': {
    up: async (db: AnyDb) => {
      // One row of numbers for both kinds; those up to 100 are of predefined selections that are not stored.
      await sql`create sequence administration.selection_number as integer start with 101`.execute(db);
      for (const table of ['event_selection', 'device_selection']) {
        await sql`
          alter table administration.${sql.raw(table)}
            add column number integer not null default nextval('administration.selection_number'),
            add column query jsonb`.execute(db);
        await sql`
          create unique index ${sql.raw(`${table}_number`)} on administration.${sql.raw(table)} (number)`.execute(db);
      }
    },
  },
};
