import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const licenseMigrations = {
  '0240-licenses': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.license_key (
          id uuid primary key,
          serial_number text not null unique,
          product_name text not null,
          application_id integer,
          kind text not null,
          tenant_id uuid,
          sharing jsonb not null,
          device_limit integer,
          created_at timestamptz not null,
          expires_at timestamptz,
          term_days integer,
          blocked_at timestamptz,
          automatic boolean not null,
          over_limit_allowed boolean not null,
          information text not null,
          activation_code_sealed text,
          added_at timestamptz not null,
          usage_level smallint not null default 0,
          noticed_for timestamptz,
          noticed_days jsonb not null default '[]'
        )`.execute(db);
      await sql`
        create table administration.license_device (
          device_id uuid primary key references administration.device (id) on delete cascade,
          tenant_id uuid not null,
          told_at timestamptz not null,
          is_due boolean not null default true
        )`.execute(db);
      await sql`create index license_device_due on administration.license_device (device_id) where is_due`.execute(db);
      await sql`
        create table administration.license_seat (
          serial_number text not null,
          device_id uuid not null references administration.device (id) on delete cascade,
          tenant_id uuid not null,
          assigned text,
          assigned_at timestamptz,
          assigned_by text,
          withheld boolean not null default false,
          held text,
          installed_at timestamptz,
          primary key (serial_number, device_id)
        )`.execute(db);
      await sql`create index license_seat_device on administration.license_seat (device_id)`.execute(db);
      await sql`create table administration.license_day (day date primary key, checked_at timestamptz not null)`.execute(
        db,
      );
      await sql`
        create table administration.license_usage_day (
          day date not null,
          serial_number text not null,
          tenant_id uuid not null,
          tenant_name text not null,
          product_name text not null,
          kind text not null,
          billable boolean not null,
          device_limit integer,
          windows_workstations integer not null,
          windows_servers integer not null,
          other_workstations integer not null,
          other_servers integer not null,
          unknown integer not null,
          primary key (day, serial_number, tenant_id)
        )`.execute(db);
      await sql`
        create table administration.license_use (
          id bigint generated always as identity primary key,
          serial_number text not null,
          device_id uuid not null,
          tenant_id uuid not null,
          device_name text not null,
          group_name text not null,
          category text not null,
          first_day date not null,
          last_day date
        )`.execute(db);
      await sql`create unique index license_use_open on administration.license_use (device_id, serial_number)
        where last_day is null`.execute(db);
      await sql`create index license_use_ended on administration.license_use (last_day)`.execute(db);
      await sql`create index license_use_tenant on administration.license_use (tenant_id, id)`.execute(db);
    },
  },
};
