import type { Kysely } from 'kysely';

/** The table that this module owns. */
export interface MappingTables {
  mapping: {
    source_id: string;
    tenant_id: string;
    integration_id: string;
    account_id: string;
    account_name: string;
    account_active: boolean;
    /** The PSA no longer knows the account. */
    account_gone: boolean;
    checked_at: Date;
    /** Usage is billed to the contract, each day. */
    billing_enabled: boolean;
    /** The Recurring Service contract that usage is billed to; both null: none was chosen. */
    contract_id: string | null;
    contract_name: string | null;
    /** Its last day (YYYY-MM-DD) when it was last read; null: none chosen, or it has no end. */
    contract_ends_on: string | null;
    /** False when the PSA called it inactive, or no longer had it, when it was last read. */
    contract_usable: boolean;
    /** What the account was called when it was mapped, or when somebody last took note of a rename. Null: as it is called now. */
    renamed_from: string | null;
    renamed_at: Date | null;
    /** Since when the account has been seen to be inactive or gone; null while it is active. */
    inactive_at: Date | null;
    /** When somebody took note that it is inactive. */
    dismissed_at: Date | null;
  };
}
export type MappingRow = MappingTables['mapping'];

/** Which tenant of a source is which account of a PSA. */
export const mappingStore = (db: Kysely<MappingTables>) => ({
  list: (): Promise<MappingRow[]> => db.selectFrom('mapping').selectAll().execute(),

  find: (sourceId: string, tenantId: string): Promise<MappingRow | undefined> =>
    db
      .selectFrom('mapping')
      .selectAll()
      .where('source_id', '=', sourceId)
      .where('tenant_id', '=', tenantId)
      .executeTakeFirst(),

  /** @returns false when the tenant or the account is taken: the table's own keys keep it one to one */
  async add(row: MappingRow): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('mapping')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  },

  async remove(sourceId: string, tenantId: string): Promise<void> {
    await db.deleteFrom('mapping').where('source_id', '=', sourceId).where('tenant_id', '=', tenantId).execute();
  },

  async setAccount(
    integrationId: string,
    accountId: string,
    account: Pick<MappingRow, 'account_active' | 'account_gone' | 'checked_at'> & { account_name?: string },
  ): Promise<void> {
    await db
      .updateTable('mapping')
      .set(account)
      .where('integration_id', '=', integrationId)
      .where('account_id', '=', accountId)
      .execute();
  },
});
export type MappingStore = ReturnType<typeof mappingStore>;
