import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const inventoryMigrations = {
  '0260-inventory': {
    up: async (db: AnyDb) => {
      // A version of a program stands once, however many devices have it: a list of them is a row of numbers.
      await sql`
        create table administration.software (
          id integer generated always as identity primary key,
          digest text not null unique,
          name text not null,
          version text not null,
          source text not null,
          arch text,
          publisher text,
          size_bytes bigint
        )`.execute(db);
      await sql`create index software_name on administration.software (lower(name), version, id)`.execute(db);
      await sql`
        create table administration.device_inventory (
          device_id uuid primary key,
          tenant_id uuid not null,
          hash text not null,
          collected_at timestamptz not null,
          received_at timestamptz not null,
          software_ids integer[] not null
        )`.execute(db);
      await sql`create index device_inventory_software on administration.device_inventory using gin (software_ids)`.execute(
        db,
      );
    },
  },
};
