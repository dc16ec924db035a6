import { sql } from 'kysely';
import type { MigrationSet } from '../platform/db/index.ts';

export const auditMigrations: MigrationSet = {
  schema: 'audit',
  migrations: {
    '0001-line': {
      up: async (db) => {
        await sql`
          create table line (
            id bigint generated always as identity primary key,
            at timestamptz not null,
            actor text not null,
            actor_kind text not null,
            actor_id text not null,
            action text not null,
            target text not null,
            tenant_id uuid,
            address text,
            outcome text not null check (outcome in ('done', 'refused', 'failed')),
            before jsonb,
            after jsonb,
            request_id text
          )`.execute(db);
        await sql`create index line_by_tenant on line (tenant_id, id)`.execute(db);
        await sql`create index line_by_action on line (action, id)`.execute(db);
        await sql`create index line_by_actor on line (actor, id)`.execute(db);
        await sql`
          create function refuse_change() returns trigger language plpgsql as $$
            begin raise exception 'audit lines are written once and never changed'; end
          $$`.execute(db);
        await sql`
          create trigger line_is_append_only before update or delete on line
          for each row execute function refuse_change()`.execute(db);
      },
    },
  },
};
