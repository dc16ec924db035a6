import { sql } from 'kysely';
import type { MigrationSet } from '../platform/db/index.ts';

export const accountsMigrations: MigrationSet = {
  schema: 'accounts',
  migrations: {
    '0001-accounts': {
      up: async (db) => {
        // Names are shown as they were written and compared without case.
        await sql`
          create table account (
            id uuid primary key,
            kind text not null check (kind in ('person', 'service')),
            name text not null,
            name_key text not null unique,
            password_hash text not null,
            role text not null,
            tenant_ids jsonb,
            disabled boolean not null default false,
            created_at timestamptz not null,
            last_signed_in_at timestamptz
          )`.execute(db);
        await sql`
          create table session (
            id_hash text primary key,
            account_id uuid not null references account (id) on delete cascade,
            csrf_token text not null,
            created_at timestamptz not null,
            last_used_at timestamptz not null
          )`.execute(db);
        await sql`create index session_by_account on session (account_id)`.execute(db);
        await sql`
          create table api_token (
            id uuid primary key,
            name text not null,
            secret_hash text not null unique,
            role text not null,
            tenant_ids jsonb,
            created_at timestamptz not null,
            created_by text not null,
            expires_at timestamptz,
            last_used_at timestamptz
          )`.execute(db);
        await sql`
          create table setup_token (
            only_one boolean primary key default true check (only_one),
            token_hash text not null,
            created_at timestamptz not null
          )`.execute(db);
        await sql`
          create table failed_try (
            key text primary key,
            tries integer not null,
            last_at timestamptz not null
          )`.execute(db);
        await sql`create index failed_try_by_time on failed_try (last_at)`.execute(db);
      },
    },
  },
};
