import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const movingRuleMigrations = {
  '0203-moving-rules': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.moving_rule (
          id uuid primary key,
          tenant_id uuid not null,
          place integer not null,
          body jsonb not null,
          changed_at timestamptz not null,
          changed_by text not null
        )`.execute(db);
      await sql`create index moving_rule_tenant on administration.moving_rule (tenant_id, place)`.execute(db);
      await sql`
        create table administration.moving_rule_done (
          rule_id uuid not null references administration.moving_rule (id) on delete cascade,
          device_id uuid not null references administration.device (id) on delete cascade,
          primary key (rule_id, device_id)
        )`.execute(db);
      await sql`create index moving_rule_done_device on administration.moving_rule_done (device_id)`.execute(db);
    },
  },
};
