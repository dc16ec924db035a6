import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const psaMigrations = {
  '012-integration-health': {
    up: async (db: AnyDb) => {
      await sql`
        alter table integrations.integration
          add column failing_since timestamptz,
          add column last_success_at timestamptz`.execute(db);
      await sql`
        update integrations.integration set failing_since = (problem ->> 'at')::timestamptz
        where problem is not null`.execute(db);
    },
  },
};
