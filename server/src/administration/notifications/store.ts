import {
  type NotificationChannel,
  NotificationSettings,
  type NotificationState,
  type SeverityName,
} from '@gatehouse/contract';
import { type Kysely, type Selectable, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { Conflict, InvalidInput, NotFound } from '../../platform/errors/index.ts';
import type { FoldedEvent } from './message.ts';

/** What is kept of an event beside the text about it. */
export interface NotifiedEvent {
  id: number;
  type: string;
  displayName: string;
  severity: SeverityName;
  deviceId: string;
  deviceName: string;
  tenantId: string;
}

/** The tables that this module owns: no other module reads or writes them. */
export interface NotificationTables {
  notification_settings: {
    one: boolean;
    settings: NotificationSettings;
    mail_password_sealed: string | null;
    sms_password_sealed: string | null;
  };
  /** How sending by a channel goes: while no server lets mails in, all of the channel waits together. */
  notification_channel: {
    channel: NotificationChannel;
    /** In a row. */
    failures: number;
    next_try_at: Date | null;
    last_error: string | null;
    last_error_at: Date | null;
    last_sent_at: Date | null;
  };
  notification: {
    id: string;
    /** From its cause: what was taken twice stands here once. */
    key: string;
    channel: NotificationChannel;
    kind: 'event' | 'summary';
    /** Null: a summary, of events of several clients. */
    tenant_id: string | null;
    event: NotifiedEvent | null;
    folded: number;
    period_ends_at: Date;
    recipients: string[];
    /** Recipients that a mail server took it for. */
    accepted: string[];
    subject: string;
    body: string;
    state: NotificationState;
    reason: string | null;
    attempts: number;
    sent_again: number;
    created_at: Date;
    give_up_at: Date;
    sent_at: Date | null;
    next_try_at: Date | null;
    /** A process is sending it until then, or was when it ended. */
    leased_until: Date | null;
    /** Of a folded one: the summary that tells of it. */
    summary_id: string | null;
  };
}
export type NotificationRow = Selectable<NotificationTables['notification']>;
export type ChannelRow = Selectable<NotificationTables['notification_channel']>;
export type NewNotification = Pick<
  NotificationRow,
  | 'id'
  | 'key'
  | 'channel'
  | 'kind'
  | 'tenant_id'
  | 'event'
  | 'folded'
  | 'period_ends_at'
  | 'recipients'
  | 'subject'
  | 'body'
  | 'state'
  | 'created_at'
  | 'give_up_at'
  | 'next_try_at'
>;

const EVENTS_OF_A_SUMMARY = 100;
const TYPES_OF_A_SUMMARY = 50;

const badPlace = () =>
  new InvalidInput(
    'The place in the list is not one that this server gave out; read the list from the start',
    [{ where: 'query.after', what: 'is not the `next` of a page' }],
    'notification.bad-place',
  );

export const notFailed = () =>
  new Conflict('notification.not-failed', 'Only a notification that failed can be sent again');

export const notificationStore = (db: Kysely<NotificationTables>) => {
  const get = async (id: string): Promise<NotificationRow> => {
    const row = await db.selectFrom('notification').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw new NotFound('notification', id);
    return row;
  };

  return {
    get,

    settings: async () => {
      const row = await db.selectFrom('notification_settings').selectAll().executeTakeFirst();
      return {
        settings: NotificationSettings.parse(row?.settings ?? {}),
        sealed: { mail: row?.mail_password_sealed ?? null, sms: row?.sms_password_sealed ?? null },
      };
    },

    saveSettings: async (settings: NotificationSettings, sealed: Record<NotificationChannel, string | null>) => {
      const row = {
        settings: json(settings),
        mail_password_sealed: sealed.mail,
        sms_password_sealed: sealed.sms,
      };
      await db
        .insertInto('notification_settings')
        .values({ one: true, ...row })
        .onConflict((conflict) => conflict.column('one').doUpdateSet(row))
        .execute();
      // Another server may let in what the one before did not.
      await db.updateTable('notification_channel').set({ next_try_at: null }).execute();
    },

    channel: (channel: NotificationChannel): Promise<ChannelRow> =>
      db.selectFrom('notification_channel').selectAll().where('channel', '=', channel).executeTakeFirstOrThrow(),

    /** One taker at a time, for as long as its transaction. */
    lockTaking: async (): Promise<void> => {
      await db.selectFrom('notification_channel').select('channel').orderBy('channel').forUpdate().execute();
    },

    waiting: async (channel: NotificationChannel): Promise<number> =>
      Number(
        (
          await db
            .selectFrom('notification')
            .select((e) => e.fn.countAll().as('count'))
            .where('channel', '=', channel)
            .where('state', '=', 'waiting')
            .executeTakeFirstOrThrow()
        ).count,
      ),

    /** How many events of this period are told one by one. */
    countOfPeriod: async (channel: NotificationChannel, periodEndsAt: Date): Promise<number> =>
      Number(
        (
          await db
            .selectFrom('notification')
            .select((e) => e.fn.countAll().as('count'))
            .where('channel', '=', channel)
            .where('kind', '=', 'event')
            .where('period_ends_at', '=', periodEndsAt)
            .where('state', '<>', 'folded')
            .executeTakeFirstOrThrow()
        ).count,
      ),

    /** What stands there already, by its key, stays as it is. */
    add: async (notifications: readonly NewNotification[]): Promise<void> => {
      if (notifications.length === 0) return;
      await db
        .insertInto('notification')
        .values(
          notifications.map((one) => ({
            ...one,
            event: one.event && json(one.event),
            recipients: json(one.recipients),
            accepted: json([]),
            attempts: 0,
            sent_again: 0,
          })),
        )
        .onConflict((conflict) => conflict.column('key').doNothing())
        .execute();
    },

    /** Periods that are over and have events that no summary tells of yet. */
    periodsToTell: (now: Date): Promise<{ channel: NotificationChannel; period_ends_at: Date }[]> =>
      db
        .selectFrom('notification')
        .select(['channel', 'period_ends_at'])
        .distinct()
        .where('kind', '=', 'event')
        .where('state', '=', 'folded')
        .where('summary_id', 'is', null)
        .where('period_ends_at', '<=', now)
        .execute(),

    /** Hands the folded events of a period to a summary. */
    foldInto: async (summaryId: string, channel: NotificationChannel, periodEndsAt: Date) => {
      await db
        .updateTable('notification')
        .set({ summary_id: summaryId })
        .where('channel', '=', channel)
        .where('kind', '=', 'event')
        .where('state', '=', 'folded')
        .where('summary_id', 'is', null)
        .where('period_ends_at', '=', periodEndsAt)
        .execute();
      const of = () => db.selectFrom('notification').where('summary_id', '=', summaryId).where('channel', '=', channel);
      const name = sql<string>`event ->> 'displayName'`;
      const byType = await of()
        .select((e) => [name.as('name'), e.fn.countAll().as('count')])
        .groupBy(name)
        .orderBy('count', 'desc')
        .orderBy('name')
        .execute();
      const first = await of().select(['event', 'created_at']).orderBy('id').limit(EVENTS_OF_A_SUMMARY).execute();
      return {
        count: byType.reduce((sum, { count }) => sum + Number(count), 0),
        byType: byType.slice(0, TYPES_OF_A_SUMMARY).map((row) => ({ displayName: row.name, count: Number(row.count) })),
        first: first.map(
          (row): FoldedEvent => ({
            displayName: row.event?.displayName ?? '',
            severity: row.event?.severity ?? '',
            deviceName: row.event?.deviceName ?? '',
            createdAt: row.created_at,
          }),
        ),
      };
    },

    /** Takes what is due, so that no other process sends it meanwhile. */
    claim: async (channel: NotificationChannel, now: Date, until: Date, most: number): Promise<NotificationRow[]> => {
      const due = db
        .selectFrom('notification')
        .select('id')
        .where('channel', '=', channel)
        .where('state', '=', 'waiting')
        .where('next_try_at', '<=', now)
        .where((e) => e.or([e('leased_until', 'is', null), e('leased_until', '<', now)]))
        .orderBy('next_try_at')
        .orderBy('id')
        .limit(most)
        .forUpdate()
        .skipLocked();
      return db
        .updateTable('notification')
        .set({ leased_until: until })
        .where('id', 'in', due)
        .returningAll()
        .execute();
    },

    /** What became of a try. */
    record: async (
      id: string,
      change: Partial<Pick<NotificationRow, 'state' | 'reason' | 'sent_at' | 'next_try_at' | 'accepted'>>,
    ): Promise<void> => {
      const { accepted, ...others } = change;
      await db
        .updateTable('notification')
        .set((e) => ({
          ...others,
          ...(accepted && { accepted: json(accepted) }),
          attempts: e('attempts', '+', 1),
          leased_until: null,
        }))
        .where('id', '=', id)
        .execute();
    },

    saveChannel: async (channel: NotificationChannel, change: Partial<Omit<ChannelRow, 'channel'>>): Promise<void> => {
      await db.updateTable('notification_channel').set(change).where('channel', '=', channel).execute();
    },

    /** What was tried for long enough. @returns how many were given up */
    giveUp: async (channel: NotificationChannel, now: Date, reason: string): Promise<number> => {
      const done = await db
        .updateTable('notification')
        .set({ state: 'failed', next_try_at: null, reason: sql`coalesce(reason, ${reason})` })
        .where('channel', '=', channel)
        .where('state', '=', 'waiting')
        .where('give_up_at', '<=', now)
        .where((e) => e.or([e('leased_until', 'is', null), e('leased_until', '<', now)]))
        .executeTakeFirst();
      return Number(done.numUpdatedRows);
    },

    /** @throws NotFound, Conflict when it has not failed */
    sendAgain: async (id: string, recipients: readonly string[], now: Date, giveUpAt: Date): Promise<void> => {
      const done = await db
        .updateTable('notification')
        .set((e) => ({
          state: 'waiting',
          recipients: json([...recipients]),
          next_try_at: now,
          give_up_at: giveUpAt,
          leased_until: null,
          sent_again: e('sent_again', '+', 1),
        }))
        .where('id', '=', id)
        .where('state', '=', 'failed')
        .executeTakeFirst();
      if (Number(done.numUpdatedRows) > 0) return;
      await get(id);
      throw notFailed();
    },

    /** The newest first. @param tenantIds null: all, and summaries */
    page: async ({
      states,
      tenantIds,
      limit,
      after,
    }: {
      states: readonly NotificationState[] | undefined;
      tenantIds: readonly string[] | null;
      limit: number;
      after: string | undefined;
    }): Promise<{ rows: NotificationRow[]; next: string | null }> => {
      if (after !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(after)) throw badPlace();
      if (states?.length === 0 || tenantIds?.length === 0) return { rows: [], next: null };
      const rows = await db
        .selectFrom('notification')
        .selectAll()
        .$if(states !== undefined, (query) => query.where('state', 'in', [...(states ?? [])]))
        .$if(tenantIds !== null, (query) => query.where('tenant_id', 'in', [...(tenantIds ?? [])]))
        .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return { rows: rows.slice(0, limit), next: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null };
    },

    /** What is over for this long. */
    forget: async (before: Date): Promise<void> => {
      await db.deleteFrom('notification').where('created_at', '<', before).where('state', '<>', 'waiting').execute();
    },
  };
};
export type NotificationStore = ReturnType<typeof notificationStore>;
