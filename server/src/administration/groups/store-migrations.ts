import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const groupMigrations = {
  '0002-groups': {
    up: async (db: AnyDb) => {
      // The main server's three fixed groups are 0, 1 and 2 (Open API); all others are numbered from 10.
      await sql`create sequence administration.group_number start 10`.execute(db);
      await sql`
        create table administration.admin_group (
          id integer primary key,
          tenant_id uuid not null,
          parent_id integer references administration.admin_group (id),
          name text not null,
          kind text not null,
          /** Ids from the root to this group, as /0/12/: whoever lies below starts with it. */
          path text not null,
          created_at timestamptz not null
        )`.execute(db);
      await sql`create unique index admin_group_name on administration.admin_group (tenant_id, coalesce(parent_id, -1), lower(name collate "und-x-icu"))`.execute(
        db,
      );
      await sql`create index admin_group_path on administration.admin_group (path text_pattern_ops)`.execute(db);
    },
  },
  '0201-group-inactivity': {
    up: async (db: AnyDb) => {
      await sql`alter table administration.admin_group add column inactivity jsonb`.execute(db);
      await sql`create index admin_group_tenant on administration.admin_group (tenant_id)`.execute(db);
    },
  },
};
