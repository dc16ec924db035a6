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
};
