import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const revisionMigrations = {
  '0140-revisions': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.revised_object (
          kind text not null,
          object_id text not null,
          tenant_id uuid,
          name text not null,
          last_number integer not null,
          deleted_at timestamptz,
          primary key (kind, object_id)
        )`.execute(db);
      await sql`create index revised_object_deleted on administration.revised_object (deleted_at) where deleted_at is not null`.execute(
        db,
      );
      await sql`
        create table administration.revision (
          id bigint generated always as identity primary key,
          kind text not null,
          object_id text not null,
          number integer not null,
          tenant_id uuid,
          name text not null,
          at timestamptz not null,
          actor text not null,
          actor_kind text not null,
          address text,
          action text not null check (action in ('initial', 'added', 'changed', 'deleted')),
          description text not null default '',
          rolled_back_to integer,
          state jsonb,
          unique (kind, object_id, number)
        )`.execute(db);
      await sql`create index revision_by_object on administration.revision (kind, object_id, id)`.execute(db);
      await sql`create index revision_by_tenant on administration.revision (tenant_id, id)`.execute(db);
      await sql`create table administration.audited_call (key text primary key, at timestamptz not null)`.execute(db);
    },
  },
  '0141-owners-of-objects': {
    up: async (db: AnyDb) => {
      await sql`alter table administration.revised_object add column owner_id text`.execute(db);
    },
  },
};
