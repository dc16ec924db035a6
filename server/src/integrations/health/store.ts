import type { Kysely } from 'kysely';
import { json } from '../../platform/db/index.ts';

/** The tables that this module owns. */
export interface HealthTables {
  /** One row at most; none: the defaults. */
  health_setting: {
    one_row: boolean;
    alarm_after_minutes: number;
    ticket_integration_id: string | null;
    ticket_account_id: string | null;
    ticket_account_name: string | null;
  };
  health_alarm: {
    id: string;
    kind: 'source' | 'integration';
    subject_id: string;
    name: string;
    problem: { code: string; message: string };
    failing_since: Date;
    raised_at: Date;
    /** Null: it still stands. */
    cleared_at: Date | null;
    /** `none`: no ticket is wanted, or it was over before the PSA was told. */
    ticket_state: 'none' | 'opening' | 'open' | 'closing' | 'closed' | 'failed';
    ticket_integration_id: string | null;
    ticket_account_id: string | null;
    psa_ticket_id: string | null;
    psa_number: string | null;
    psa_url: string | null;
    /** Calls that were made to open or to close it. */
    attempts: number;
    next_try_at: Date | null;
    ticket_problem: string | null;
  };
}
export type AlarmRow = HealthTables['health_alarm'];
export interface StoredSettings {
  alarmAfterMinutes: number;
  ticket: { integrationId: string; accountId: string; accountName: string } | null;
}

const DEFAULT_ALARM_AFTER_MINUTES = 30;

export const healthStore = (db: Kysely<HealthTables>) => ({
  async settings(): Promise<StoredSettings> {
    const row = await db.selectFrom('health_setting').selectAll().executeTakeFirst();
    if (!row) return { alarmAfterMinutes: DEFAULT_ALARM_AFTER_MINUTES, ticket: null };
    const { ticket_integration_id: integrationId, ticket_account_id: accountId } = row;
    return {
      alarmAfterMinutes: row.alarm_after_minutes,
      ticket:
        integrationId !== null && accountId !== null
          ? { integrationId, accountId, accountName: row.ticket_account_name ?? '' }
          : null,
    };
  },

  async saveSettings({ alarmAfterMinutes, ticket }: StoredSettings): Promise<void> {
    const values = {
      alarm_after_minutes: alarmAfterMinutes,
      ticket_integration_id: ticket?.integrationId ?? null,
      ticket_account_id: ticket?.accountId ?? null,
      ticket_account_name: ticket?.accountName ?? null,
    };
    await db
      .insertInto('health_setting')
      .values({ one_row: true, ...values })
      .onConflict((conflict) => conflict.column('one_row').doUpdateSet(values))
      .execute();
  },

  /** @returns false when one stands already: the table's own index keeps it at one */
  async raise(row: AlarmRow): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('health_alarm')
      .values({ ...row, problem: json(row.problem) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  },

  listStanding: (): Promise<AlarmRow[]> =>
    db.selectFrom('health_alarm').selectAll().where('cleared_at', 'is', null).orderBy('raised_at').execute(),

  listNewest: (most: number): Promise<AlarmRow[]> =>
    db.selectFrom('health_alarm').selectAll().orderBy('raised_at', 'desc').orderBy('id').limit(most).execute(),

  /** Tickets that are to be opened or closed now. */
  listDue: (now: Date): Promise<AlarmRow[]> =>
    db
      .selectFrom('health_alarm')
      .selectAll()
      .where('ticket_state', 'in', ['opening', 'closing'])
      .where((where) => where.or([where('next_try_at', 'is', null), where('next_try_at', '<=', now)]))
      .orderBy('raised_at')
      .execute(),

  async change(id: string, { problem: _, ...change }: Partial<AlarmRow>): Promise<void> {
    await db.updateTable('health_alarm').set(change).where('id', '=', id).execute();
  },
});
export type HealthStore = ReturnType<typeof healthStore>;
