import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const mappingMigrations = {
  '020-mapping-billing-and-drift': {
    up: async (db: AnyDb) => {
      await sql`
        alter table integrations.mapping
          add column billing_enabled boolean not null default false,
          add column contract_id text,
          add column contract_name text,
          add column contract_ends_on text,
          add column contract_usable boolean not null default true,
          add column renamed_from text,
          add column renamed_at timestamptz,
          add column inactive_at timestamptz,
          add column dismissed_at timestamptz,
          add constraint mapping_contract_named check ((contract_id is null) = (contract_name is null))`.execute(db);
    },
  },
  '021-psa-accounts': {
    up: async (db: AnyDb) => {
      await sql`
        create table integrations.psa_account (
          integration_id uuid not null references integrations.integration (id) on delete cascade,
          account_id text not null,
          name text not null,
          name_key text not null,
          active boolean not null,
          primary key (integration_id, account_id)
        )`.execute(db);
      await sql`create index psa_account_by_name on integrations.psa_account (integration_id, name_key)`.execute(db);
      await sql`
        create table integrations.psa_account_reading (
          integration_id uuid primary key references integrations.integration (id) on delete cascade,
          read_at timestamptz,
          full_at timestamptz,
          cursor text,
          problem text
        )`.execute(db);
    },
  },
};
