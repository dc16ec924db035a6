import type { BacklogChoice } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import { json } from '../../platform/db/index.ts';
import type { IgnoredCondition } from './backlog.ts';
import type { StatusReason } from './reasons.ts';
import { inScope, type Place, placeColumns, type Scope } from './store-waiting.ts';

/** Tables that this module owns. */
export interface BacklogTables {
  backlog_wish: {
    id: number;
    integration_id: string;
    source_id: string;
    tenant_id: string;
    choice: Exclude<BacklogChoice, 'all'>;
    reasons: StatusReason[];
    wished_at: Date;
    /** When the place's mapping ended; null while it stands. */
    left_at: Date | null;
  };
  backlog_ignored: {
    integration_id: string;
    source_id: string;
    tenant_id: string;
    device_id: string;
    subject: string;
    reason: StatusReason;
    /** Subject of the ticket that lists it with others; null when it is in none. */
    summary_subject: string | null;
    since: Date;
    left_at: Date | null;
  };
}
export type BacklogWish = Pick<BacklogTables['backlog_wish'], 'id' | 'choice' | 'reasons'>;

const tables = ['backlog_wish', 'backlog_ignored'] as const;

/** What was there when rules were switched on. */
export const backlogStore = (db: Kysely<BacklogTables>) => ({
  async wish(
    tenants: Place[],
    wish: { choice: Exclude<BacklogChoice, 'all'>; reasons: StatusReason[]; now: Date },
  ): Promise<void> {
    const rows = tenants.map((place) => ({
      ...placeColumns(place),
      choice: wish.choice,
      reasons: json(wish.reasons),
      wished_at: wish.now,
    }));
    for (let at = 0; at < rows.length; at += 500) {
      await db
        .insertInto('backlog_wish')
        // The id is the table's own.
        .values(rows.slice(at, at + 500) as never)
        .execute();
    }
  },

  /** Oldest first. */
  wishes: (place: Place): Promise<BacklogWish[]> =>
    db
      .selectFrom('backlog_wish')
      .select(['id', 'choice', 'reasons'])
      .where((where) => where.and(placeColumns(place)))
      .where('left_at', 'is', null)
      .orderBy('id')
      .execute(),

  async endWishes(place: Place): Promise<void> {
    await db
      .deleteFrom('backlog_wish')
      .where((where) => where.and(placeColumns(place)))
      .execute();
  },

  ignored: async (place: Place): Promise<IgnoredCondition[]> => {
    const rows = await db
      .selectFrom('backlog_ignored')
      .select(['device_id', 'subject', 'reason', 'summary_subject'])
      .where((where) => where.and(placeColumns(place)))
      .where('left_at', 'is', null)
      .execute();
    return rows.map(({ device_id, subject, reason, summary_subject }) => ({
      deviceId: device_id,
      subject,
      reason,
      summarySubject: summary_subject,
    }));
  },

  async ignore(place: Place, conditions: IgnoredCondition[], now: Date): Promise<void> {
    for (const { deviceId, subject, reason, summarySubject } of conditions) {
      await db
        .insertInto('backlog_ignored')
        .values({
          ...placeColumns(place),
          device_id: deviceId,
          subject,
          reason,
          summary_subject: summarySubject,
          since: now,
          left_at: null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  },

  async release(place: Place, conditions: IgnoredCondition[]): Promise<void> {
    for (const { deviceId, subject } of conditions) {
      await db
        .deleteFrom('backlog_ignored')
        .where((where) => where.and(placeColumns(place)))
        .where('device_id', '=', deviceId)
        .where('subject', '=', subject)
        .execute();
    }
  },

  /** Somebody wants tickets for what these rules had ignored; what a summary ticket lists stays there. */
  async releaseReasons(integrationId: string, reasons: StatusReason[]): Promise<void> {
    if (reasons.length === 0) return;
    await db
      .deleteFrom('backlog_ignored')
      .where('integration_id', '=', integrationId)
      .where('reason', 'in', reasons)
      .where('summary_subject', 'is', null)
      .execute();
  },

  /** The place is no longer ours to watch; what was ignored is kept for the case that this is taken back. */
  async leave(scope: Scope, now: Date): Promise<void> {
    for (const table of tables) {
      await db.updateTable(table).set({ left_at: now }).where('left_at', 'is', null).where(inScope(scope)).execute();
    }
  },

  /** The places are ours again. What was left before `since` says nothing of today, so it goes. */
  async takeBack(places: readonly Place[], since: Date): Promise<void> {
    for (const table of tables) {
      await db.deleteFrom(table).where(inScope(places)).where('left_at', '<', since).execute();
      await db
        .updateTable(table)
        .set({ left_at: null })
        .where(inScope(places))
        .where('left_at', 'is not', null)
        .execute();
    }
  },
});
export type BacklogStore = ReturnType<typeof backlogStore>;
