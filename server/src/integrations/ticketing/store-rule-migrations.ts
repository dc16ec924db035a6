import { sql } from 'kysely';
import type { MigrationSet } from '../../platform/db/index.ts';

/** Tables of ticket settings and of what was there when rules were switched on. */
export const ruleMigrations: MigrationSet['migrations'] = {
  '030-ticket-settings': {
    async up(db) {
      for (const statement of ticketSettings) await sql.raw(statement).execute(db);
    },
  },
  '031-backlog': {
    async up(db) {
      for (const statement of backlog) await sql.raw(statement).execute(db);
    },
  },
  '032-backlog-left': {
    async up(db) {
      for (const table of ['backlog_wish', 'backlog_ignored']) {
        await sql`alter table ${sql.table(table)} add column left_at timestamptz`.execute(db);
      }
    },
  },
};

const general = `('status'), ('closedStatus'), ('source')`;

const ticketSettings = [
  `create table ticket_settings (
    integration_id uuid primary key references integration (id) on delete cascade,
    revision integer not null,
    general jsonb not null,
    templates jsonb,
    saved_by text,
    saved_at timestamptz
  )`,
  // Each rule had these choices of its own. What most rules that are on agree on is what all tickets get now.
  `insert into ticket_settings (integration_id, revision, general)
    select integration.id, 1, coalesce(
      (select jsonb_object_agg(best.name, best.choice) from (
        select distinct on (field.name) field.name, rule.fields ->> field.name as choice
        from ticket_rule rule cross join (values ${general}) as field (name)
        where rule.integration_id = integration.id and rule.fields ->> field.name is not null
        group by field.name, rule.fields ->> field.name
        order by field.name, count(*) filter (where rule.enabled) desc, count(*) desc, rule.fields ->> field.name
      ) best), '{}'::jsonb)
    from integration`,
  `update ticket_rule set fields = fields - 'status' - 'closedStatus' - 'source'`,
];

const backlog = [
  // Written with the save that switches rules on, and done with at the tenant's next reading.
  `create table backlog_wish (
    id bigint generated always as identity primary key,
    integration_id uuid not null references integration (id) on delete cascade,
    source_id uuid not null references source (id) on delete cascade,
    tenant_id text not null,
    choice text not null,
    reasons jsonb not null,
    wished_at timestamptz not null
  )`,
  'create index backlog_wish_of_tenant on backlog_wish (source_id, tenant_id, id)',
  `create table backlog_ignored (
    integration_id uuid not null references integration (id) on delete cascade,
    source_id uuid not null references source (id) on delete cascade,
    tenant_id text not null,
    device_id text not null,
    subject text not null,
    reason text not null,
    summary_subject text,
    since timestamptz not null,
    primary key (integration_id, source_id, tenant_id, device_id, subject)
  )`,
];
