import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const statusMigrations = {
  '0005-status-settings': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.status_setting (
          group_id integer not null,
          condition text not null,
          critical_enabled boolean not null,
          critical_value double precision,
          warning_enabled boolean not null,
          warning_value double precision,
          primary key (group_id, condition)
        )`.execute(db);
    },
  },
  '0211-status-rules': {
    up: async (db: AnyDb) => {
      await sql`alter table administration.status_setting add column setting jsonb`.execute(db);
      await sql`
        update administration.status_setting set setting = jsonb_build_object(
          'critical', jsonb_build_object('enabled', critical_enabled, 'value', critical_value, 'choices', '[]'::jsonb),
          'warning', jsonb_build_object('enabled', warning_enabled, 'value', warning_value, 'choices', '[]'::jsonb),
          'locked', false)`.execute(db);
      await sql`
        alter table administration.status_setting
          alter column setting set not null,
          drop column critical_enabled, drop column critical_value,
          drop column warning_enabled, drop column warning_value`.execute(db);
      await sql`
        create table administration.status_rules (
          id integer primary key default 1 check (id = 1),
          version integer not null default 1
        )`.execute(db);
      await sql`insert into administration.status_rules default values`.execute(db);
      await sql`
        create table administration.status_recheck (
          id integer generated always as identity primary key,
          group_ids integer[] not null,
          done_up_to uuid
        )`.execute(db);
    },
  },
};
