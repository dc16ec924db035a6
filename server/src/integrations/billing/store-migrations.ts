import { type Kysely, sql } from 'kysely';

const tables = [
  `create table billing_setting (
    integration_id uuid primary key references integration (id) on delete cascade,
    by_category boolean not null,
    settings jsonb not null,
    changed_at timestamptz not null
  )`,
  `create table billed_application (
    integration_id uuid not null references integration (id) on delete cascade,
    application text not null,
    per_user boolean not null,
    services jsonb not null,
    primary key (integration_id, application)
  )`,
  // Who used what on a day. A day without a row here is not known.
  `create table license_reading (
    source_id uuid not null references source (id) on delete cascade,
    tenant_id text not null,
    day date not null,
    read_at timestamptz not null,
    primary key (source_id, tenant_id, day)
  )`,
  `create table license_use_day (
    source_id uuid not null,
    tenant_id text not null,
    day date not null,
    application text not null,
    per_user boolean not null,
    windows_workstations integer not null,
    windows_servers integer not null,
    non_windows integer not null,
    unknown integer not null,
    other_devices integer not null,
    primary key (source_id, tenant_id, day, application),
    foreign key (source_id, tenant_id, day) references license_reading on delete cascade
  )`,
  // Bills must be proven after an integration is gone: nothing from here on goes with it.
  `create table billing_run (
    id uuid primary key,
    integration_id uuid not null,
    integration_name text not null,
    day date not null,
    cause text not null,
    started_by text,
    asks_first boolean not null,
    started_at timestamptz not null,
    ended_at timestamptz
  )`,
  `create unique index billing_run_one_a_day on billing_run (integration_id, day) where cause = 'daily'`,
  `create table billing_account_run (
    run_id uuid not null references billing_run (id) on delete cascade,
    integration_id uuid not null,
    source_id uuid not null,
    tenant_id text not null,
    tenant_name text not null,
    account_id text not null,
    account_name text not null,
    contract_id text,
    contract_name text,
    asks_first boolean not null,
    state text not null,
    explanation text not null,
    devices integer,
    not_billed integer,
    ended_at timestamptz,
    primary key (run_id, source_id, tenant_id)
  )`,
  `create index billing_account_run_waiting
    on billing_account_run (integration_id, source_id, tenant_id) where state = 'waiting'`,
  'create index billing_account_run_newest on billing_account_run (integration_id, source_id, tenant_id, ended_at desc)',
  'create index billing_account_run_ended on billing_account_run (ended_at)',
  // One writer at a time for each contract, over all processes.
  `create table billing_contract (
    integration_id uuid not null,
    contract_id text not null,
    approved_at timestamptz,
    held_by text,
    held_until timestamptz,
    primary key (integration_id, contract_id)
  )`,
  `create table billing_evidence (
    id uuid primary key,
    hash text not null unique,
    devices jsonb not null,
    created_at timestamptz not null
  )`,
  `create table adjustment (
    id uuid primary key,
    integration_id uuid not null,
    run_id uuid not null,
    source_id uuid not null,
    tenant_id text not null,
    tenant_name text not null,
    account_id text not null,
    account_name text not null,
    contract_id text not null,
    contract_name text not null,
    service_id text not null,
    service_name text not null,
    parts jsonb not null,
    evidence_id uuid not null references billing_evidence (id),
    read_at timestamptz not null,
    had integer not null,
    wanted integer not null,
    effective_on date not null,
    state text not null,
    why text not null,
    asks text,
    problem text,
    attempts integer not null default 0,
    not_before timestamptz not null,
    psa_id text,
    planned_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    reason text,
    ended_at timestamptz
  )`,
  // The same change is never under way twice, whoever plans it and however often.
  `create unique index adjustment_one_open
    on adjustment (integration_id, contract_id, service_id, effective_on)
    where state in ('waiting', 'planned', 'sent', 'unknown')`,
  'create index adjustment_of_contract on adjustment (integration_id, contract_id, service_id, planned_at desc)',
  'create index adjustment_state on adjustment (state, planned_at desc)',
  `create table adjustment_step (
    id bigint generated always as identity primary key,
    adjustment_id uuid not null references adjustment (id),
    at timestamptz not null,
    state text not null,
    explanation text not null,
    actor text
  )`,
  'create index adjustment_step_of on adjustment_step (adjustment_id, id)',
];

export const billingMigrations = {
  '050-billing': {
    // biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
    async up(db: Kysely<any>) {
      for (const statement of tables) await sql.raw(statement).execute(db);
    },
  },
};
