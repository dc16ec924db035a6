import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const frequentEventMigrations = {
  '0120-frequent-events': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.frequent_event (
          id uuid primary key,
          tenant_id uuid not null,
          state text not null check (state in ('blocked', 'excluded', 'ended', 'removed')),
          type text not null,
          severity smallint not null,
          product text not null,
          product_version text not null,
          task_id text not null,
          display_name text not null,
          task_name text not null,
          display_version_min text not null,
          display_version_max text not null,
          blocked_at timestamptz not null,
          changed_at timestamptz not null,
          changed_by text,
          last_frequent_at timestamptz not null,
          noticed_at timestamptz,
          events_in_window bigint not null,
          share_percent real not null,
          suppressed bigint not null default 0,
          first_suppressed jsonb,
          last_suppressed jsonb
        )`.execute(db);
      // One row of a kind at a time in the list, whichever process was first.
      await sql`
        create unique index frequent_event_listed on administration.frequent_event
          (tenant_id, type, severity, product, product_version, task_id) where state in ('blocked', 'excluded')`.execute(
        db,
      );
      await sql`create index frequent_event_kind on administration.frequent_event (tenant_id, type, noticed_at)`.execute(
        db,
      );
      await sql`
        create table administration.frequent_event_device (
          frequent_event_id uuid not null references administration.frequent_event on delete cascade,
          device_id text not null,
          device_name text not null,
          suppressed bigint not null,
          primary key (frequent_event_id, device_id)
        )`.execute(db);
      await sql`
        create table administration.frequent_event_taken (
          sender text not null,
          epoch text not null,
          numbers int8multirange not null,
          changed_at timestamptz not null,
          primary key (sender, epoch)
        )`.execute(db);
      await sql`
        create table administration.frequent_event_setting (
          one boolean primary key default true check (one),
          settings jsonb not null
        )`.execute(db);
    },
  },
};
