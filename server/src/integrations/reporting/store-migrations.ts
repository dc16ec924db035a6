import { type Kysely, sql } from 'kysely';

const tables = [
  `create table report_setting (
    integration_id uuid primary key references integration (id) on delete cascade,
    enabled boolean not null,
    product_id text,
    changed_at timestamptz not null
  )`,
  // What was last read of each tenant, also of those without an account: a key's total is a sum over all of them.
  `create table report_reading (
    source_id uuid not null references source (id) on delete cascade,
    tenant_id text not null,
    read_at timestamptz not null,
    licenses jsonb not null,
    devices jsonb,
    tickets jsonb,
    account_id text,
    problem text,
    primary key (source_id, tenant_id)
  )`,
  `create table report_item (
    integration_id uuid not null references integration (id) on delete cascade,
    account_id text not null,
    key text not null,
    kind text not null,
    title text not null,
    field_values jsonb not null,
    is_wanted boolean not null,
    state text not null,
    attempts integer not null,
    not_before timestamptz not null,
    item_id text,
    done_at timestamptz,
    problem text,
    primary key (integration_id, account_id, key)
  )`,
  "create index report_item_to_do on report_item (integration_id, not_before) where state = 'planned'",
];

export const reportingMigrations = {
  '060-reporting': {
    // biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
    async up(db: Kysely<any>) {
      for (const statement of tables) await sql.raw(statement).execute(db);
    },
  },
};
