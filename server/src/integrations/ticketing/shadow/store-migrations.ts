import { type Kysely, sql } from 'kysely';

export const shadowMigrations = {
  '071-shadow': {
    // biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
    up: async (db: Kysely<any>) => {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  },
};

const statements = [
  `create table integrations.shadow_run (
    id uuid primary key,
    integration_id uuid not null references integrations.integration (id) on delete cascade,
    state text not null,
    started_by text not null,
    started_at timestamptz not null,
    ends_at timestamptz not null,
    ended_at timestamptz,
    ended_by text,
    problem text,
    revision integer not null,
    rules jsonb not null,
    wish jsonb not null
  )`,
  // One at a time, whoever starts it and however fast.
  `create unique index shadow_run_one_running on integrations.shadow_run (integration_id) where state = 'running'`,
  'create index shadow_run_newest on integrations.shadow_run (integration_id, started_at desc)',
  `create table integrations.shadow_place (
    run_id uuid not null references integrations.shadow_run (id) on delete cascade,
    source_id uuid not null,
    tenant_id text not null,
    tenant_name text not null,
    begun_at timestamptz not null,
    world jsonb not null,
    primary key (run_id, source_id, tenant_id)
  )`,
  `create table integrations.shadow_ticket (
    run_id uuid not null references integrations.shadow_run (id) on delete cascade,
    source_id uuid not null,
    tenant_id text not null,
    tenant_name text not null,
    number integer not null,
    device_id text not null,
    device_name text not null,
    subject text not null,
    reason text not null,
    rule text,
    fields jsonb not null,
    why text not null,
    opened_at timestamptz not null,
    closed_at timestamptz,
    taken_over boolean not null,
    real_ticket_id uuid,
    primary key (run_id, source_id, tenant_id, number)
  )`,
  `create index shadow_ticket_by_subject
    on integrations.shadow_ticket (run_id, source_id, tenant_id, device_id, subject)`,
  'create index shadow_ticket_newest on integrations.shadow_ticket (run_id, opened_at desc)',
  `create table integrations.shadow_line (
    id bigint generated always as identity primary key,
    run_id uuid not null references integrations.shadow_run (id) on delete cascade,
    at timestamptz not null,
    decision text not null,
    rule text,
    source_id uuid not null,
    tenant_id text not null,
    tenant_name text not null,
    device_id text not null,
    device_name text not null,
    subject text not null,
    ticket integer,
    guard text,
    why text not null
  )`,
  'create index shadow_line_in_order on integrations.shadow_line (run_id, id)',
  'create index shadow_line_by_subject on integrations.shadow_line (run_id, device_id, subject, id)',
];
