import type { Kysely } from 'kysely';

/** A table that this module owns. */
export interface BillingContractTables {
  billing_contract: {
    integration_id: string;
    contract_id: string;
    /** When a person first approved a change of it. */
    approved_at: Date | null;
    /** Who writes to it now, and until when that is believed without a sign of life. */
    held_by: string | null;
    held_until: Date | null;
  };
}

/** Contracts as billing knows them: who may write, and whether a person has approved a change. */
export const billingContractStore = (db: Kysely<BillingContractTables>) => ({
  /** @returns false when somebody else writes to the contract */
  async take(integrationId: string, contractId: string, by: string, now: Date, until: Date): Promise<boolean> {
    const held = { held_by: by, held_until: until };
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('billing_contract')
      .values({ integration_id: integrationId, contract_id: contractId, approved_at: null, ...held })
      .onConflict((conflict) =>
        conflict
          .columns(['integration_id', 'contract_id'])
          .doUpdateSet(held)
          .where((where) =>
            where.or([
              where('billing_contract.held_by', 'is', null),
              where('billing_contract.held_by', '=', by),
              where('billing_contract.held_until', '<', now),
            ]),
          ),
      )
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  },

  /** A sign of life. @returns false when somebody else has taken it meanwhile */
  async keep(integrationId: string, contractId: string, by: string, until: Date): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('billing_contract')
      .set({ held_until: until })
      .where('integration_id', '=', integrationId)
      .where('contract_id', '=', contractId)
      .where('held_by', '=', by)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  },

  async leave(integrationId: string, contractId: string, by: string): Promise<void> {
    await db
      .updateTable('billing_contract')
      .set({ held_by: null, held_until: null })
      .where('integration_id', '=', integrationId)
      .where('contract_id', '=', contractId)
      .where('held_by', '=', by)
      .execute();
  },

  async wasApproved(integrationId: string, contractId: string): Promise<boolean> {
    const row = await db
      .selectFrom('billing_contract')
      .select('approved_at')
      .where('integration_id', '=', integrationId)
      .where('contract_id', '=', contractId)
      .executeTakeFirst();
    return (row?.approved_at ?? null) !== null;
  },

  /** The first approval is remembered; later ones change nothing. */
  async markApproved(integrationId: string, contractId: string, now: Date): Promise<void> {
    await db
      .insertInto('billing_contract')
      .values({
        integration_id: integrationId,
        contract_id: contractId,
        approved_at: now,
        held_by: null,
        held_until: null,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['integration_id', 'contract_id'])
          .doUpdateSet({ approved_at: now })
          .where('billing_contract.approved_at', 'is', null),
      )
      .execute();
  },
});
export type BillingContractStore = ReturnType<typeof billingContractStore>;
