import { type Kysely, sql } from 'kysely';

// biome-ignore lint/suspicious/noExplicitAny: a migration speaks about tables that types of today may no longer name
type AnyDb = Kysely<any>;

export const notificationMigrations = {
  '0290-notifications': {
    up: async (db: AnyDb) => {
      await sql`
        create table administration.notification_settings (
          one boolean primary key default true check (one),
          settings jsonb not null,
          mail_password_sealed text,
          sms_password_sealed text
        )`.execute(db);
      await sql`
        create table administration.notification_channel (
          channel text primary key,
          failures integer not null default 0,
          next_try_at timestamptz,
          last_error text,
          last_error_at timestamptz,
          last_sent_at timestamptz
        )`.execute(db);
      await sql`insert into administration.notification_channel (channel) values ('mail'), ('sms')`.execute(db);
      await sql`
        create table administration.notification (
          id uuid primary key,
          key text not null unique,
          channel text not null,
          kind text not null,
          tenant_id uuid,
          event jsonb,
          folded integer not null default 0,
          period_ends_at timestamptz not null,
          recipients jsonb not null,
          accepted jsonb not null default '[]',
          subject text not null,
          body text not null,
          state text not null,
          reason text,
          attempts integer not null default 0,
          sent_again integer not null default 0,
          created_at timestamptz not null,
          give_up_at timestamptz not null,
          sent_at timestamptz,
          next_try_at timestamptz,
          leased_until timestamptz,
          summary_id uuid
        )`.execute(db);
      await sql`
        create index notification_waiting on administration.notification (channel, next_try_at)
          where state = 'waiting'`.execute(db);
      await sql`
        create index notification_period on administration.notification (channel, period_ends_at)
          where kind = 'event'`.execute(db);
      await sql`create index notification_created on administration.notification (created_at)`.execute(db);
    },
  },
};
