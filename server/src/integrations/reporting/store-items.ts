import { type Kysely, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import type { KeptItem } from './plan.ts';
import type { ReportItem } from './psa-items.ts';

export type ItemState = 'planned' | 'done' | 'failed';

/** The outbox of reports: one line per item, since only its last wish counts. */
export interface ItemTables {
  report_item: {
    integration_id: string;
    account_id: string;
    key: string;
    kind: string;
    title: string;
    field_values: ReportItem['values'];
    /** False: it is to be switched off in the PSA, or is. */
    is_wanted: boolean;
    state: ItemState;
    attempts: number;
    not_before: Date;
    item_id: string | null;
    done_at: Date | null;
    problem: string | null;
  };
}
export type ItemRow = ItemTables['report_item'];

export const keptItem = (row: ItemRow): KeptItem => ({
  accountId: row.account_id,
  key: row.key,
  title: row.title,
  values: row.field_values,
  isWanted: row.is_wanted,
});

export const itemStore = (db: Kysely<ItemTables>) => {
  const one = ({ integration_id, account_id, key }: Pick<ItemRow, 'integration_id' | 'account_id' | 'key'>) =>
    db
      .updateTable('report_item')
      .where('integration_id', '=', integration_id)
      .where('account_id', '=', account_id)
      .where('key', '=', key);
  /** The wish that was carried out is still the wish. */
  const isStillWanted = (row: ItemRow) =>
    sql<boolean>`field_values = ${json(row.field_values)}::jsonb and title = ${row.title} and is_wanted = ${row.is_wanted}`;

  return {
    items: (integrationId: string): Promise<ItemRow[]> =>
      db.selectFrom('report_item').selectAll().where('integration_id', '=', integrationId).execute(),

    /** New wishes begin anew, whatever became of the ones before. */
    async planItems(
      integrationId: string,
      { put, retire }: { put: ReportItem[]; retire: KeptItem[] },
      now: Date,
    ): Promise<void> {
      const fresh = { state: 'planned', attempts: 0, not_before: now, problem: null } as const;
      for (const { accountId, key, kind, title, values } of put) {
        const row = { kind, title, field_values: json(values), is_wanted: true, ...fresh };
        await db
          .insertInto('report_item')
          .values({ integration_id: integrationId, account_id: accountId, key, ...row, item_id: null, done_at: null })
          .onConflict((conflict) => conflict.columns(['integration_id', 'account_id', 'key']).doUpdateSet(row))
          .execute();
      }
      for (const { accountId, key } of retire) {
        await one({ integration_id: integrationId, account_id: accountId, key })
          .set({ is_wanted: false, ...fresh })
          .execute();
      }
    },

    /** What failed is tried once more, and so is what waits. */
    async planFailedItemsAgain(integrationId: string, now: Date): Promise<void> {
      await db
        .updateTable('report_item')
        .set({ state: 'planned', attempts: 0, not_before: now })
        .where('integration_id', '=', integrationId)
        .where('state', '<>', 'done')
        .execute();
    },

    dueItems: (integrationId: string, now: Date, limit: number): Promise<ItemRow[]> =>
      db
        .selectFrom('report_item')
        .selectAll()
        .where('integration_id', '=', integrationId)
        .where('state', '=', 'planned')
        .where('not_before', '<=', now)
        .orderBy('not_before')
        .orderBy('account_id')
        .orderBy('key')
        .limit(limit)
        .execute(),

    async nextItemAt(integrationId: string): Promise<Date | null> {
      const row = await db
        .selectFrom('report_item')
        .select('not_before')
        .where('integration_id', '=', integrationId)
        .where('state', '=', 'planned')
        .orderBy('not_before')
        .limit(1)
        .executeTakeFirst();
      return row?.not_before ?? null;
    },

    /** The PSA has it as wished, unless another wish came meanwhile. */
    async itemDone(row: ItemRow, itemId: string | null, at: Date): Promise<void> {
      await one(row)
        .set({
          state: 'done',
          attempts: 0,
          done_at: at,
          problem: null,
          ...(itemId === null ? {} : { item_id: itemId }),
        })
        .where(isStillWanted(row))
        .execute();
    },

    /** @param notBefore null: no further try until somebody saves the settings, or the report changes */
    async itemFailed(row: ItemRow, problem: string, notBefore: Date | null): Promise<void> {
      await one(row)
        .set({
          attempts: row.attempts + 1,
          problem,
          ...(notBefore ? { not_before: notBefore } : { state: 'failed' as const }),
        })
        .where(isStillWanted(row))
        .execute();
    },

    async itemsByState(
      integrationId: string,
    ): Promise<{ done: number; waiting: number; problems: { problem: string; count: number }[] }> {
      const rows = await db
        .selectFrom('report_item')
        .select(['state', 'problem', sql<string>`count(*)`.as('count')])
        .where('integration_id', '=', integrationId)
        .groupBy(['state', 'problem'])
        .execute();
      const sum = (state: ItemState) =>
        rows.filter((row) => row.state === state).reduce((all, { count }) => all + Number(count), 0);
      const problems = new Map<string, number>();
      for (const { problem, count } of rows) {
        if (problem !== null) problems.set(problem, (problems.get(problem) ?? 0) + Number(count));
      }
      return {
        done: sum('done'),
        waiting: sum('planned'),
        problems: [...problems].map(([problem, count]) => ({ problem, count })),
      };
    },
  };
};
