import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const enrolmentMigrations = {
  '0007-enrolment': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.enrolment_token (
          id uuid primary key,
          tenant_id uuid not null,
          group_id integer not null,
          name text not null,
          secret_hash text not null unique,
          created_at timestamptz not null,
          created_by text not null,
          expires_at timestamptz,
          uses_left integer,
          last_used_at timestamptz
        )`.execute(db);
      await sql`create index enrolment_token_tenant on administration.enrolment_token (tenant_id)`.execute(db);
    },
  },
};
