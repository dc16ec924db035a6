import { type Kysely, sql } from 'kysely';

export const accountFieldMigrations = {
  '065-account-fields': {
    // biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
    async up(db: Kysely<any>) {
      await sql`
        create table integrations.account_field (
          integration_id uuid not null references integrations.integration (id) on delete cascade,
          account_id text not null,
          wanted jsonb not null,
          is_mapped boolean not null,
          state text not null,
          attempts integer not null,
          not_before timestamptz not null,
          done_at timestamptz,
          problem text,
          primary key (integration_id, account_id)
        )`.execute(db);
    },
  },
};
