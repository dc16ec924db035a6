import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const secondaryServerMigrations = {
  '0250-secondary-servers': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.server_identity (
          one boolean primary key default true check (one),
          instance_id uuid not null
        )`.execute(db);
      await sql`
        create table administration.secondary_server (
          id uuid primary key,
          number integer generated always as identity unique,
          settings jsonb not null,
          password_sealed text not null,
          created_at timestamptz not null,
          instance_id text,
          below jsonb not null default '[]',
          link_state text not null default 'new',
          link_since timestamptz not null,
          problem jsonb,
          failures integer not null default 0,
          last_tried_at timestamptz,
          next_try_at timestamptz,
          read_at timestamptz,
          snapshot jsonb
        )`.execute(db);
      await sql`
        create unique index secondary_server_name on administration.secondary_server (lower(settings ->> 'name'))
      `.execute(db);
      await sql`
        create unique index secondary_server_instance on administration.secondary_server (instance_id)`.execute(db);
      await sql`
        create table administration.primary_server (
          one boolean primary key default true check (one),
          instance_id text not null,
          name text not null,
          above jsonb not null,
          since timestamptz not null,
          last_heard_at timestamptz not null,
          round_seconds integer not null,
          connected boolean not null
        )`.execute(db);
    },
  },
};
