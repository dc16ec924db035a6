import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const policyMigrations = {
  '0220-policies': {
    up: async (db: AnyDb) => {
      await sql`create sequence administration.policy_number`.execute(db);
      await sql`
        create table administration.policy (
          id integer primary key default nextval('administration.policy_number'),
          tenant_id uuid not null,
          group_id integer not null,
          application text not null,
          name text not null,
          state text not null,
          content jsonb not null,
          version integer not null,
          changed_at timestamptz not null,
          changed_by text not null
        )`.execute(db);
      await sql`
        create unique index policy_name on administration.policy
          (group_id, application, lower(name collate "und-x-icu"))`.execute(db);
      for (const state of ['active', 'out-of-office']) {
        await sql`
          create unique index ${sql.raw(`policy_${state.replaceAll('-', '_')}`)} on administration.policy
            (group_id, application) where state = ${sql.lit(state)}`.execute(db);
      }
      await sql`create index policy_tenant on administration.policy (tenant_id)`.execute(db);
      await sql`
        create table administration.policy_version (
          is_only boolean primary key default true check (is_only),
          version bigint not null
        )`.execute(db);
      await sql`insert into administration.policy_version (version) values (1)`.execute(db);
      await sql`
        create table administration.policy_due_group (
          group_id integer primary key,
          /** Devices up to this one are done. */
          after_id uuid
        )`.execute(db);
      await sql`
        create table administration.device_policy (
          device_id uuid primary key references administration.device (id) on delete cascade,
          tenant_id uuid not null,
          group_id integer not null,
          /** Of what is in force for the device; empty: no policy is. */
          effective_id text not null,
          /** What it was given last; null: nothing yet. */
          given_id text,
          /** What it told that it applies, empty for none; null: it never told. */
          applied_id text,
          told_at timestamptz,
          /** Since when it tells another one though it was given the right one. */
          failing_since timestamptz
        )`.execute(db);
      await sql`create index device_policy_group on administration.device_policy (group_id, device_id)`.execute(db);
    },
  },
  '0221-devices-with-another-policy': {
    up: async (db: AnyDb) => {
      await sql`alter table administration.device add column policy_due boolean not null default false`.execute(db);
      await sql`create index device_policy_due on administration.device (id) where policy_due`.execute(db);
      // Pages of one group: by the group alone, each page of it would look through the devices of all groups.
      await sql`create index device_group_order on administration.device (group_id, id)`.execute(db);
      await sql`drop index administration.device_group`.execute(db);
    },
  },
};
