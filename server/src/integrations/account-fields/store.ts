import { type Kysely, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import type { FieldValues } from './fields.ts';
import type { PlannedAccount } from './plan.ts';

export type AccountFieldState = 'planned' | 'done' | 'failed';

/** The table that this module owns: an outbox of one line per account, since only its last wish counts. */
export interface AccountFieldTables {
  account_field: {
    integration_id: string;
    account_id: string;
    wanted: FieldValues;
    /** False: its mapping ended; the line goes when the fields are empty. */
    is_mapped: boolean;
    state: AccountFieldState;
    attempts: number;
    not_before: Date;
    /** When the PSA was last seen to have these values. */
    done_at: Date | null;
    problem: string | null;
  };
}
export type AccountFieldRow = AccountFieldTables['account_field'];

export const accountFieldStore = (db: Kysely<AccountFieldTables>) => {
  const one = (integrationId: string, accountId: string) =>
    db.updateTable('account_field').where('integration_id', '=', integrationId).where('account_id', '=', accountId);

  return {
    list: (integrationId: string): Promise<AccountFieldRow[]> =>
      db.selectFrom('account_field').selectAll().where('integration_id', '=', integrationId).execute(),

    /** New wishes begin anew, whatever became of the ones before. */
    async plan(integrationId: string, accounts: PlannedAccount[], now: Date): Promise<void> {
      for (const { accountId, wanted, isMapped } of accounts) {
        const fresh = {
          wanted: json(wanted),
          is_mapped: isMapped,
          state: 'planned',
          attempts: 0,
          not_before: now,
        } as const;
        await db
          .insertInto('account_field')
          .values({ integration_id: integrationId, account_id: accountId, ...fresh, done_at: null, problem: null })
          .onConflict((conflict) =>
            conflict.columns(['integration_id', 'account_id']).doUpdateSet({ ...fresh, problem: null }),
          )
          .execute();
      }
    },

    /** Everything once more: also what failed, and what was done. */
    async planAll(integrationId: string, now: Date): Promise<number> {
      const { numUpdatedRows } = await db
        .updateTable('account_field')
        .set({ state: 'planned', attempts: 0, not_before: now })
        .where('integration_id', '=', integrationId)
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows);
    },

    /** What is to be written now, the longest waiting first. */
    due: (integrationId: string, now: Date, limit: number): Promise<AccountFieldRow[]> =>
      db
        .selectFrom('account_field')
        .selectAll()
        .where('integration_id', '=', integrationId)
        .where('state', '=', 'planned')
        .where('not_before', '<=', now)
        .orderBy('not_before')
        .orderBy('account_id')
        .limit(limit)
        .execute(),

    async nextDueAt(integrationId: string): Promise<Date | null> {
      const row = await db
        .selectFrom('account_field')
        .select('not_before')
        .where('integration_id', '=', integrationId)
        .where('state', '=', 'planned')
        .orderBy('not_before')
        .limit(1)
        .executeTakeFirst();
      return row?.not_before ?? null;
    },

    /** The PSA has the values, unless another wish came meanwhile. A line of an ended mapping goes. */
    async done({ integration_id, account_id, wanted, is_mapped }: AccountFieldRow, at: Date): Promise<void> {
      const isStillWanted = sql<boolean>`wanted = ${json(wanted)}::jsonb`;
      if (!is_mapped) {
        await db
          .deleteFrom('account_field')
          .where('integration_id', '=', integration_id)
          .where('account_id', '=', account_id)
          .where('is_mapped', '=', false)
          .execute();
        return;
      }
      await one(integration_id, account_id)
        .set({ state: 'done', attempts: 0, done_at: at, problem: null })
        .where(isStillWanted)
        .where('is_mapped', '=', true)
        .execute();
    },

    /** @param notBefore null: no further try until somebody saves the settings, or the mapping changes */
    async failed(
      { integration_id, account_id, wanted, attempts }: AccountFieldRow,
      problem: string,
      notBefore: Date | null,
    ): Promise<void> {
      await one(integration_id, account_id)
        .where(sql<boolean>`wanted = ${json(wanted)}::jsonb`)
        .set({
          attempts: attempts + 1,
          problem,
          ...(notBefore ? { not_before: notBefore } : { state: 'failed' as const }),
        })
        .execute();
    },
  };
};
export type AccountFieldStore = ReturnType<typeof accountFieldStore>;
