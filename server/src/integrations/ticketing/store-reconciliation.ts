import type { Reconciliation } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import { json } from '../../platform/db/index.ts';

export type Found = Omit<Reconciliation, 'at'>;

/** A table that this module owns. */
export interface ReconciliationTables {
  reconciliation: {
    integration_id: string;
    at: Date;
    found: Found;
  };
}

/** What the last comparison with each PSA found. */
export const reconciliationStore = (db: Kysely<ReconciliationTables>) => ({
  last: (integrationId: string): Promise<{ at: Date; found: Found } | undefined> =>
    db
      .selectFrom('reconciliation')
      .select(['at', 'found'])
      .where('integration_id', '=', integrationId)
      .executeTakeFirst(),

  async keep(integrationId: string, at: Date, found: Found): Promise<void> {
    const row = { at, found: json(found) };
    await db
      .insertInto('reconciliation')
      .values({ integration_id: integrationId, ...row })
      .onConflict((conflict) => conflict.column('integration_id').doUpdateSet(row))
      .execute();
  },
});
export type ReconciliationStore = ReturnType<typeof reconciliationStore>;
