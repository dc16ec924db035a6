import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const membershipMigrations = {
  '010-memberships': {
    up: async (db: AnyDb) => {
      await sql`
        create table integrations.integration_tenant (
          integration_id uuid not null references integrations.integration (id) on delete cascade,
          source_id uuid not null references integrations.source (id) on delete cascade,
          tenant_id text not null,
          added_at timestamptz not null,
          primary key (source_id, tenant_id)
        )`.execute(db);
      await sql`create index integration_tenant_of on integrations.integration_tenant (integration_id)`.execute(db);
      // A tenant that is mapped already belongs to the integration of its mapping.
      await sql`
        insert into integrations.integration_tenant (integration_id, source_id, tenant_id, added_at)
        select integration_id, source_id, tenant_id, checked_at from integrations.mapping`.execute(db);
    },
  },
};
