import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const noticeMigrations = {
  '013-notices': {
    up: async (db: AnyDb) => {
      await sql`
        create table integrations.integration_notice (
          id uuid primary key,
          at timestamptz not null,
          kind text not null,
          by_name text not null,
          integration_id uuid not null,
          name text not null,
          tenants integer not null,
          mappings integer not null,
          unique (kind, integration_id)
        )`.execute(db);
      await sql`
        create table integrations.integration_notice_read (
          notice_id uuid not null references integrations.integration_notice (id) on delete cascade,
          reader_id text not null,
          at timestamptz not null,
          primary key (notice_id, reader_id)
        )`.execute(db);
    },
  },
};
