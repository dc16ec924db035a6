import type { GuardName, TicketGuards } from '@gatehouse/contract';
import { type Kysely, sql } from 'kysely';
import { json } from '../../../platform/db/index.ts';
import type { Reason } from '../reasons.ts';
import type { DecisionTables } from '../store-decisions.ts';
import type { Place } from '../store-waiting.ts';
import { placeColumns } from '../store-waiting.ts';

/** Tables that this module owns. */
export interface GuardTables {
  ticket_guard: {
    integration_id: string;
    settings: TicketGuards;
    revision: number;
  };
  waiting_condition: {
    integration_id: string;
    source_id: string;
    tenant_id: string;
    device_id: string;
    subject: string;
    reason: Reason;
    since: Date;
  };
}

export interface WaitingCondition {
  deviceId: string;
  subject: string;
  reason: Reason;
  since: Date;
}

/** Settings of the guards, what waits for a delay to end, and how much was held back. */
export const guardStore = (db: Kysely<GuardTables & Pick<DecisionTables, 'decision'>>) => ({
  async find(integrationId: string): Promise<{ settings: TicketGuards; revision: number } | undefined> {
    return db
      .selectFrom('ticket_guard')
      .select(['settings', 'revision'])
      .where('integration_id', '=', integrationId)
      .executeTakeFirst();
  },

  /** @param revision that the save is based on; 0 when there was none @returns false when somebody was faster */
  async save(integrationId: string, settings: TicketGuards, revision: number): Promise<boolean> {
    const row = { settings: json(settings), revision: revision + 1 };
    if (revision === 0) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('ticket_guard')
        .values({ integration_id: integrationId, ...row })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    }
    const { numUpdatedRows } = await db
      .updateTable('ticket_guard')
      .set(row)
      .where('integration_id', '=', integrationId)
      .where('revision', '=', revision)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  },

  async listWaiting(place: Place): Promise<WaitingCondition[]> {
    const { integration_id, source_id, tenant_id } = placeColumns(place);
    const rows = await db
      .selectFrom('waiting_condition')
      .select(['device_id', 'subject', 'reason', 'since'])
      .where('integration_id', '=', integration_id)
      .where('source_id', '=', source_id)
      .where('tenant_id', '=', tenant_id)
      .execute();
    return rows.map(({ device_id, subject, reason, since }) => ({ deviceId: device_id, subject, reason, since }));
  },

  /** What waits from now on; anything else of the place no longer does. */
  async keepWaiting(place: Place, before: WaitingCondition[], now: WaitingCondition[]): Promise<void> {
    const keyOf = ({ deviceId, subject }: WaitingCondition) => `${deviceId}\n${subject}`;
    const columns = placeColumns(place);
    const kept = new Set(now.map(keyOf));
    const had = new Set(before.map(keyOf));
    for (const { deviceId, subject, reason, since } of now.filter((each) => !had.has(keyOf(each)))) {
      await db
        .insertInto('waiting_condition')
        .values({ ...columns, device_id: deviceId, subject, reason, since })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    for (const { deviceId, subject } of before.filter((each) => !kept.has(keyOf(each)))) {
      await db
        .deleteFrom('waiting_condition')
        .where('integration_id', '=', columns.integration_id)
        .where('source_id', '=', columns.source_id)
        .where('tenant_id', '=', columns.tenant_id)
        .where('device_id', '=', deviceId)
        .where('subject', '=', subject)
        .execute();
    }
  },

  /** Tickets held back by each guard, from the decision log. */
  async countHeld(
    integrationId: string,
    { day, week }: { day: Date; week: Date },
  ): Promise<{ guard: GuardName; lastDay: number; lastWeek: number; lastAt: Date }[]> {
    const rows = await db
      .selectFrom('decision')
      .select([
        'guard',
        sql<number>`coalesce(sum(held), 0)::int`.as('last_week'),
        sql<number>`coalesce(sum(held) filter (where at >= ${day}), 0)::int`.as('last_day'),
        sql<Date>`max(at)`.as('last_at'),
      ])
      .where('integration_id', '=', integrationId)
      .where('guard', 'is not', null)
      .where('held', '>', 0)
      .where('at', '>=', week)
      .groupBy('guard')
      .execute();
    return rows.map((row) => ({
      guard: row.guard as GuardName,
      lastDay: row.last_day,
      lastWeek: row.last_week,
      lastAt: row.last_at,
    }));
  },
});
export type GuardStore = ReturnType<typeof guardStore>;
