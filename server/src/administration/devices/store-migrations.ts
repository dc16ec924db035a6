import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const deviceMigrations = {
  '0003-devices': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.device (
          id uuid primary key,
          number integer generated always as identity unique,
          tenant_id uuid not null,
          group_id integer not null,
          name text not null,
          machine_id text,
          key_hash text unique,
          key_revoked_at timestamptz,
          agent_version text,
          created_at timestamptz not null,
          enrolled_at timestamptz,
          last_connected_at timestamptz,
          last_seen_at timestamptz,
          facts jsonb not null default '{}',
          facts_at timestamptz,
          hostname text not null default '',
          fqdn text not null default '',
          os_name text not null default '',
          os_family text not null default '',
          os_is_server boolean not null default false,
          ip_address text not null default '',
          security_product text not null default '',
          security_name text not null default '',
          security_version text not null default '',
          security_known boolean not null default false,
          security_running boolean not null default false,
          rtp_state smallint not null default 0,
          rtp_stopped_since timestamptz,
          databases_released_at timestamptz,
          last_scan_at timestamptz,
          last_boot_at timestamptz,
          restart_required boolean not null default false,
          active_threats integer not null default 0,
          virus_count integer not null default 0,
          status text not null default 'ok',
          status_mask integer not null default 0,
          status_reasons jsonb not null default '[]',
          status_since timestamptz not null,
          status_visible boolean not null default true,
          status_due boolean not null default true,
          unique (tenant_id, machine_id)
        )`.execute(db);
      await sql`create index device_tenant_name on administration.device (tenant_id, lower(name), id)`.execute(db);
      await sql`create index device_group on administration.device (group_id)`.execute(db);
      await sql`create index device_due on administration.device (id) where status_due`.execute(db);
      await sql`
        create table administration.active_threat (
          device_id uuid not null references administration.device (id) on delete cascade,
          uid text not null,
          object text not null,
          threat_name text not null,
          found_at timestamptz not null,
          primary key (device_id, uid)
        )`.execute(db);
    },
  },
  '0205-device-search-text': {
    up: async (db: AnyDb) => {
      // Folded once when it is written: folding five columns of every device at each search took three times as long.
      await sql`
        alter table administration.device add column search_text text generated always as (
          lower((name || E'\\n' || hostname || E'\\n' || fqdn || E'\\n' || ip_address || E'\\n' || os_name) collate "und-x-icu")
        ) stored`.execute(db);
    },
  },
  '0200-device-places': {
    up: async (db: AnyDb) => {
      await sql`
        alter table administration.device
          add column addresses text[] not null default '{}',
          add column tags text[] not null default '{}',
          add column moving_due boolean not null default false,
          add column moving_enrolling boolean not null default false,
          add column inactive_notified_at timestamptz`.execute(db);
      // Other addresses than these come with the next report of each device.
      await sql`
        update administration.device set addresses = array[ip_address]
        where ip_address ~ '^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])([.]|$)){4}$' and ip_address !~ '[.]$'`.execute(
        db,
      );
      await sql`create index device_name on administration.device (lower(name), id)`.execute(db);
      await sql`
        create index device_status_rank on administration.device
          ((case status when 'critical' then 2 when 'warning' then 1 else 0 end), id)`.execute(db);
      await sql`create index device_tags on administration.device using gin (tags)`.execute(db);
      await sql`create index device_moving on administration.device (id) where moving_due`.execute(db);
    },
  },
  '0210-device-conditions': {
    up: async (db: AnyDb) => {
      await sql`
        alter table administration.device
          add column condition_facts jsonb not null default '{}',
          add column restart_since timestamptz,
          add column heard_since timestamptz,
          add column license_known boolean not null default false,
          add column license_expires_at timestamptz,
          add column unprocessed_incidents integer not null default 0,
          add column status_unseen jsonb not null default '[]',
          add column status_next_at timestamptz`.execute(db);
      await sql`create index device_status_next on administration.device (status_next_at)`.execute(db);
      // The facts are put in short with the next report of each device; until then what they say is unknown.
      await sql`update administration.device set status_due = true`.execute(db);
    },
  },
  '0270-devices-noted-by-hand': {
    up: async (db: AnyDb) => {
      await sql`
        alter table administration.device
          add column comment text not null default '',
          add column windows_domain text not null default ''`.execute(db);
    },
  },
};
