import type { Kysely } from 'kysely';

/** The tables that this module owns. */
export interface NoticeTables {
  integration_notice: {
    id: string;
    at: Date;
    kind: 'integration-deleted';
    by_name: string;
    /** No reference: the integration is gone. */
    integration_id: string;
    name: string;
    tenants: number;
    mappings: number;
  };
  integration_notice_read: { notice_id: string; reader_id: string; at: Date };
}
export type NoticeRow = NoticeTables['integration_notice'];

const DAY_MS = 86_400_000;
/** Who was away for longer gets no old news. */
const KEPT_DAYS = 90;

export const noticeStore = (db: Kysely<NoticeTables>) => ({
  /** Once for an integration, however often it is told; what is old goes. */
  async add(row: NoticeRow): Promise<void> {
    const oldest = new Date(row.at.getTime() - KEPT_DAYS * DAY_MS);
    await db.deleteFrom('integration_notice').where('at', '<', oldest).execute();
    await db
      .insertInto('integration_notice')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  },

  /** What this reader has not read, the newest first. */
  listUnread: (readerId: string, now: Date): Promise<NoticeRow[]> =>
    db
      .selectFrom('integration_notice')
      .selectAll()
      .where('at', '>=', new Date(now.getTime() - KEPT_DAYS * DAY_MS))
      .where('id', 'not in', (read) =>
        read.selectFrom('integration_notice_read').select('notice_id').where('reader_id', '=', readerId),
      )
      .orderBy('at', 'desc')
      .orderBy('id')
      .execute(),

  /** @returns false when there is no such notice */
  async markRead(noticeId: string, readerId: string, now: Date): Promise<boolean> {
    const known = await db.selectFrom('integration_notice').select('id').where('id', '=', noticeId).executeTakeFirst();
    if (!known) return false;
    await db
      .insertInto('integration_notice_read')
      .values({ notice_id: noticeId, reader_id: readerId, at: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return true;
  },
});
export type NoticeStore = ReturnType<typeof noticeStore>;
