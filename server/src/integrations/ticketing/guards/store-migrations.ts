import { sql } from 'kysely';
import type { MigrationSet } from '../../../platform/db/index.ts';

/** Tables and columns of the noise guards, and of comparing tickets with the PSA. */
export const guardMigrations: MigrationSet['migrations'] = {
  '040-ticket-guards': {
    async up(db) {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  },
};

const statements = [
  `create table ticket_guard (
    integration_id uuid primary key references integration (id) on delete cascade,
    settings jsonb not null,
    revision integer not null
  )`,
  // How the PSA had the ticket right after it was opened: what differs from that, people did.
  'alter table ticket add column opened_status text',
  'alter table ticket add column opened_assignee text',
  // us | person | gone | left: who ended it. Only what we closed is opened again when its reason comes back.
  'alter table ticket add column closed_by text',
  'alter table ticket add column left_to_person_at timestamptz',
  'alter table ticket add column reopened integer not null default 0',
  `create index ticket_closed_by_us on ticket (integration_id, source_id, tenant_id, closed_at) where closed_by = 'us'`,
  'create index ticket_opened_lately on ticket (integration_id, source_id, tenant_id, opened_at)',
  `create table ticket_member (
    ticket_id uuid not null references ticket (id) on delete cascade,
    device_id text not null,
    device_name text not null,
    event_id bigint,
    joined_at timestamptz not null,
    gone_at timestamptz,
    primary key (ticket_id, device_id)
  )`,
  'create index ticket_member_event on ticket_member (event_id) where event_id is not null',
  `create table waiting_condition (
    integration_id uuid not null references integration (id) on delete cascade,
    source_id uuid not null references source (id) on delete cascade,
    tenant_id text not null,
    device_id text not null,
    subject text not null,
    reason text not null,
    since timestamptz not null,
    primary key (integration_id, source_id, tenant_id, device_id, subject)
  )`,
  'alter table decision add column guard text',
  'alter table decision add column held integer',
  'create index decision_of_guard on decision (integration_id, at) where guard is not null',
  `create table reconciliation (
    integration_id uuid primary key references integration (id) on delete cascade,
    at timestamptz not null,
    found jsonb not null
  )`,
];
