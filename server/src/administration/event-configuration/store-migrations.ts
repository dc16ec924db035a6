import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const eventSettingMigrations = {
  '0110-event-settings': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.event_setting (
          group_id integer,
          component text not null,
          code text not null,
          type_id integer,
          storage_term_days integer not null,
          export_to_siem boolean not null,
          os_log boolean not null,
          locked boolean not null,
          unique nulls not distinct (group_id, component, code, type_id)
        )`.execute(db);
    },
  },
  '0289-event-settings-notify': {
    up: async (db: AnyDb) => {
      await sql`
        alter table administration.event_setting
          add column notify_by_mail boolean not null default false,
          add column notify_by_sms boolean not null default false`.execute(db);
    },
  },
};
