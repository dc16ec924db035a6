import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const sourceMigrations = {
  '011-source-access-and-health': {
    up: async (db: AnyDb) => {
      await sql`
        alter table integrations.source
          add column proxy jsonb,
          add column failing_since timestamptz,
          add column failures integer not null default 0,
          add column next_try_at timestamptz`.execute(db);
      await sql`
        update integrations.source set failing_since = (problem ->> 'at')::timestamptz where problem is not null`.execute(
        db,
      );
    },
  },
};
