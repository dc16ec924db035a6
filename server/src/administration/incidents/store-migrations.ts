import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const incidentMigrations = {
  '0245-incidents': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.incident (
          id uuid primary key,
          number integer generated always as identity unique,
          tenant_id uuid not null,
          device_id uuid not null references administration.device (id) on delete cascade,
          title text not null,
          description text not null,
          severity smallint not null,
          occurred_at timestamptz not null,
          created_at timestamptz not null,
          created_by_kind text not null,
          created_by text not null,
          event_id bigint unique,
          processed_at timestamptz,
          processed_by text,
          comment_count integer not null default 0
        )`.execute(db);
      await sql`create index incident_device on administration.incident (device_id, id)`.execute(db);
      await sql`create index incident_tenant on administration.incident (tenant_id, id)`.execute(db);
      await sql`create index incident_open on administration.incident (id) where processed_at is null`.execute(db);
      await sql`
        create table administration.incident_comment (
          id uuid primary key,
          incident_id uuid not null references administration.incident (id) on delete cascade,
          at timestamptz not null,
          by_name text not null,
          body text not null
        )`.execute(db);
      await sql`create index incident_comment_incident on administration.incident_comment (incident_id, id)`.execute(
        db,
      );
    },
  },
};
