import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const healthMigrations = {
  '014-health': {
    up: async (db: AnyDb) => {
      await sql`
        create table integrations.health_setting (
          one_row boolean primary key default true check (one_row),
          alarm_after_minutes integer not null,
          ticket_integration_id uuid,
          ticket_account_id text,
          ticket_account_name text
        )`.execute(db);
      await sql`
        create table integrations.health_alarm (
          id uuid primary key,
          kind text not null,
          subject_id uuid not null,
          name text not null,
          problem jsonb not null,
          failing_since timestamptz not null,
          raised_at timestamptz not null,
          cleared_at timestamptz,
          ticket_state text not null,
          ticket_integration_id uuid,
          ticket_account_id text,
          psa_ticket_id text,
          psa_number text,
          psa_url text,
          attempts integer not null default 0,
          next_try_at timestamptz,
          ticket_problem text
        )`.execute(db);
      await sql`
        create unique index health_alarm_one_per_subject
          on integrations.health_alarm (kind, subject_id) where cleared_at is null`.execute(db);
      await sql`create index health_alarm_newest on integrations.health_alarm (raised_at desc, id)`.execute(db);
    },
  },
};
