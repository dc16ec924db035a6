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
