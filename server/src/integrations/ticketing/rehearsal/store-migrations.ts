import { type Kysely, sql } from 'kysely';

export const rehearsalMigrations = {
  '070-rehearsals': {
    // biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
    up: async (db: Kysely<any>) => {
      await sql`
        create table integrations.rehearsal (
          id uuid primary key,
          integration_id uuid not null references integrations.integration (id) on delete cascade,
          state text not null,
          started_by text not null,
          started_at timestamptz not null,
          ended_at timestamptz,
          since timestamptz not null,
          until timestamptz not null,
          scope text not null,
          is_draft boolean not null,
          asked jsonb not null,
          clients integer not null,
          clients_done integer not null,
          status_events integer not null,
          conditions integer not null,
          unread jsonb not null,
          problem text
        )`.execute(db);
      await sql`create index rehearsal_newest on integrations.rehearsal (integration_id, started_at desc)`.execute(db);
      await sql`
        create table integrations.rehearsal_line (
          id bigint generated always as identity primary key,
          rehearsal_id uuid not null references integrations.rehearsal (id) on delete cascade,
          at timestamptz not null,
          decision text not null,
          rule text,
          source_id uuid not null,
          tenant_id text not null,
          tenant_name text not null,
          device_id text not null,
          device_name text not null,
          ticket integer,
          guard text,
          why text not null
        )`.execute(db);
      await sql`create index rehearsal_line_in_order on integrations.rehearsal_line (rehearsal_id, id)`.execute(db);
    },
  },
};
