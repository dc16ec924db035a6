import { sql } from 'kysely';
import type { MigrationSet } from '../platform/db/index.ts';
import { accountFieldMigrations } from './account-fields/index.ts';
import { billingMigrations } from './billing/index.ts';
import { healthMigrations } from './health/index.ts';
import { mappingMigrations } from './mappings/index.ts';
import { membershipMigrations } from './memberships/index.ts';
import { noticeMigrations } from './notices/index.ts';
import { psaMigrations } from './psa/index.ts';
import { reportingMigrations } from './reporting/index.ts';
import { sourceMigrations } from './sources/index.ts';
import { guardMigrations, rehearsalMigrations, ruleMigrations, shadowMigrations } from './ticketing/index.ts';

/** The tables of the Integration Service. Which module owns which stands in the head of the module's door. */
export const integrationsMigrations: MigrationSet = {
  schema: 'integrations',
  migrations: {
    '001-first-floor': {
      async up(db) {
        for (const statement of firstFloor) await sql.raw(statement).execute(db);
      },
    },
    ...membershipMigrations,
    ...sourceMigrations,
    ...psaMigrations,
    ...noticeMigrations,
    ...healthMigrations,
    ...mappingMigrations,
    ...ruleMigrations,
    ...guardMigrations,
    ...billingMigrations,
    ...reportingMigrations,
    ...accountFieldMigrations,
    ...rehearsalMigrations,
    ...shadowMigrations,
  },
};

const firstFloor = [
  `create table source (
    id uuid primary key,
    kind text not null,
    name text not null,
    url text not null,
    user_name text not null,
    password_sealed text not null,
    certificate_fingerprint text,
    is_local boolean not null,
    enabled boolean not null,
    last_read_at timestamptz,
    problem jsonb,
    created_at timestamptz not null
  )`,
  'create unique index source_local on source (is_local) where is_local',
  `create table source_tenant (
    source_id uuid not null references source (id) on delete cascade,
    tenant_id text not null,
    name text not null,
    uid text,
    present boolean not null,
    event_cursor bigint,
    last_read_at timestamptz,
    problem text,
    primary key (source_id, tenant_id)
  )`,
  `create table integration (
    id uuid primary key,
    kind text not null,
    name text not null,
    enabled boolean not null,
    settings jsonb not null,
    secrets_sealed jsonb not null,
    state text not null,
    problem jsonb,
    resume_at timestamptz,
    failures integer not null default 0,
    created_at timestamptz not null,
    changed_at timestamptz not null
  )`,
  `create table mapping (
    source_id uuid not null references source (id) on delete cascade,
    tenant_id text not null,
    integration_id uuid not null references integration (id) on delete cascade,
    account_id text not null,
    account_name text not null,
    account_active boolean not null,
    account_gone boolean not null default false,
    checked_at timestamptz not null,
    primary key (source_id, tenant_id),
    unique (integration_id, account_id)
  )`,
  `create table ticket_rule (
    integration_id uuid not null references integration (id) on delete cascade,
    reason text not null,
    enabled boolean not null,
    fields jsonb not null,
    due_hours integer not null,
    lifetime_days integer,
    auto_close boolean,
    primary key (integration_id, reason)
  )`,
  `create table ticket (
    id uuid primary key,
    key text not null unique,
    integration_id uuid not null,
    source_id uuid not null,
    tenant_id text not null,
    tenant_name text not null,
    account_id text not null,
    account_name text not null,
    device_id text not null,
    device_name text not null,
    subject text not null,
    reason text not null,
    title text not null,
    description text not null,
    fields jsonb not null,
    due_at timestamptz not null,
    event_id bigint,
    state text not null,
    why text not null,
    psa_ticket_id text,
    psa_number text,
    psa_url text,
    opened_at timestamptz not null,
    closed_at timestamptz,
    over_at timestamptz,
    checked_at timestamptz,
    problem text
  )`,
  // One ticket for as long as its reason lasts, whoever decides and however often.
  `create unique index ticket_one_per_subject
    on ticket (integration_id, source_id, tenant_id, device_id, subject) where over_at is null`,
  `create unique index ticket_one_per_event
    on ticket (integration_id, source_id, tenant_id, event_id) where event_id is not null`,
  'create index ticket_newest on ticket (opened_at desc, id desc)',
  'create index ticket_closed on ticket (closed_at) where closed_at is not null',
  'create index ticket_device on ticket (device_id, opened_at desc)',
  `create table delivery (
    id bigint generated always as identity primary key,
    ticket_id uuid not null references ticket (id),
    action text not null,
    change jsonb not null,
    why text not null,
    state text not null,
    attempts integer not null default 0,
    not_before timestamptz not null,
    sent_at timestamptz,
    created_at timestamptz not null,
    problem text
  )`,
  `create index delivery_to_do on delivery (not_before) where state in ('planned', 'sent')`,
  'create index delivery_of_ticket on delivery (ticket_id, id)',
  `create table decision (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    integration_id uuid,
    source_id uuid,
    tenant_id text not null,
    tenant_name text not null,
    decision text not null,
    reason text not null,
    device_id text not null,
    device_name text not null,
    ticket_id uuid,
    explanation text not null,
    severity text
  )`,
  'create index decision_of_ticket on decision (ticket_id, id)',
  'create index decision_of_device on decision (device_id, id)',
  `create table held_back (
    integration_id uuid not null references integration (id) on delete cascade,
    source_id uuid not null references source (id) on delete cascade,
    tenant_id text not null,
    device_id text not null,
    subject text not null,
    why text not null,
    since timestamptz not null,
    primary key (integration_id, source_id, tenant_id, device_id, subject)
  )`,
  `create table pending_event (
    source_id uuid not null references source (id) on delete cascade,
    tenant_id text not null,
    event_id bigint not null,
    event jsonb not null,
    primary key (source_id, tenant_id, event_id)
  )`,
];
