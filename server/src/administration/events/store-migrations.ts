import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const eventMigrations = {
  '0004-events': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.event_position (
          sender text not null,
          epoch text not null,
          intended_seq bigint not null,
          primary key (sender, epoch)
        )`.execute(db);
      await sql`
        create table administration.event_number (
          one boolean primary key default true check (one),
          reserved_to bigint not null
        )`.execute(db);
      await sql`insert into administration.event_number (reserved_to) values (0)`.execute(db);
      await sql`create table administration.event_cursor (consumer text primary key, event_id bigint not null)`.execute(
        db,
      );
      await sql`
        create table administration.event_outbox (
          id bigint generated always as identity primary key,
          tenant_id uuid not null,
          sender jsonb not null,
          event jsonb not null
        )`.execute(db);
    },
  },
};
