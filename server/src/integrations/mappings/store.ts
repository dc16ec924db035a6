import { type Kysely, type SqlBool, sql } from 'kysely';

/** The table that this module owns; those of the kept list of accounts stand in `store-accounts.ts`. */
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
    /** Its last day (YYYY-MM-DD) when it was last read; null: none chosen, or not known. */
    contract_ends_on: string | null;
    /** False when the PSA called it inactive, or no longer had it, when it was last read. */
    contract_usable: boolean;
    /** What the account was called when it was mapped, or when somebody last took note of a rename. Null: as now. */
    renamed_from: string | null;
    renamed_at: Date | null;
    /** Since when the account has been seen to be inactive or gone; null while it is active. */
    inactive_at: Date | null;
    /** When somebody took note that it is inactive. */
    dismissed_at: Date | null;
  };
}
export type MappingRow = MappingTables['mapping'];
type Key = Pick<MappingRow, 'source_id' | 'tenant_id'>;

/** As many as one statement has places for. */
const ROWS_AT_ONCE = 500;

const chunks = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / ROWS_AT_ONCE) }, (_, at) =>
    items.slice(at * ROWS_AT_ONCE, (at + 1) * ROWS_AT_ONCE),
  );

/** Which tenant of a source is which account of a PSA. */
export const mappingStore = (db: Kysely<MappingTables>) => {
  const only = ({ source_id, tenant_id }: Key) =>
    db.selectFrom('mapping').selectAll().where('source_id', '=', source_id).where('tenant_id', '=', tenant_id);

  return {
    list: (): Promise<MappingRow[]> => db.selectFrom('mapping').selectAll().execute(),

    listOf: (integrationId: string): Promise<MappingRow[]> =>
      db.selectFrom('mapping').selectAll().where('integration_id', '=', integrationId).execute(),

    find: (sourceId: string, tenantId: string): Promise<MappingRow | undefined> =>
      only({ source_id: sourceId, tenant_id: tenantId }).executeTakeFirst(),

    /** @returns how many were added: one whose tenant or account is taken is not; the table's own keys keep it one to one */
    async add(rows: readonly MappingRow[]): Promise<number> {
      let added = 0;
      for (const some of chunks(rows)) {
        const { numInsertedOrUpdatedRows } = await db
          .insertInto('mapping')
          .values([...some])
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirstOrThrow();
        added += Number(numInsertedOrUpdatedRows ?? 0);
      }
      return added;
    },

    /**
     * Locked in the order of their keys, so that two removals never wait in a circle.
     * @returns how many went: one that is mapped to another account by now stays
     */
    async removeAll(rows: readonly (Key & Pick<MappingRow, 'account_id'>)[]): Promise<number> {
      let removed = 0;
      for (const some of chunks(rows)) {
        const { numDeletedRows } = await db
          .with('ending', (query) =>
            query
              .selectFrom('mapping')
              .select(['source_id', 'tenant_id'])
              .where(
                sql<SqlBool>`(source_id, tenant_id, account_id) in (
                  select * from unnest(
                    ${some.map(({ source_id }) => source_id)}::uuid[],
                    ${some.map(({ tenant_id }) => tenant_id)}::text[],
                    ${some.map(({ account_id }) => account_id)}::text[]))`,
              )
              .orderBy('source_id')
              .orderBy(sql`tenant_id collate "C"`)
              .forUpdate(),
          )
          .deleteFrom('mapping')
          .using('ending')
          .whereRef('mapping.source_id', '=', 'ending.source_id')
          .whereRef('mapping.tenant_id', '=', 'ending.tenant_id')
          .executeTakeFirstOrThrow();
        removed += Number(numDeletedRows);
      }
      return removed;
    },

    /** @returns false when the tenant is no longer mapped to this account */
    async setBilling(
      key: Key,
      accountId: string,
      billing: Pick<
        MappingRow,
        'billing_enabled' | 'contract_id' | 'contract_name' | 'contract_ends_on' | 'contract_usable'
      >,
    ): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('mapping')
        .set(billing)
        .where('source_id', '=', key.source_id)
        .where('tenant_id', '=', key.tenant_id)
        .where('account_id', '=', accountId)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    /** What the PSA tells of an account. */
    async setAccount(
      integrationId: string,
      accountId: string,
      account: Pick<
        MappingRow,
        | 'account_name'
        | 'account_active'
        | 'account_gone'
        | 'checked_at'
        | 'renamed_from'
        | 'renamed_at'
        | 'inactive_at'
        | 'dismissed_at'
      >,
    ): Promise<void> {
      await db
        .updateTable('mapping')
        .set(account)
        .where('integration_id', '=', integrationId)
        .where('account_id', '=', accountId)
        .execute();
    },

    /** The PSA tells of these accounts what is known already. */
    async markChecked(integrationId: string, accountIds: readonly string[], at: Date): Promise<void> {
      for (const some of chunks(accountIds)) {
        await db
          .updateTable('mapping')
          .set({ checked_at: at })
          .where('integration_id', '=', integrationId)
          .where('account_id', 'in', [...some])
          .execute();
      }
    },

    /** What the PSA tells of a contract. */
    async setContract(
      integrationId: string,
      contractId: string,
      contract: Partial<Pick<MappingRow, 'contract_name' | 'contract_ends_on'>> & { contract_usable: boolean },
    ): Promise<void> {
      await db
        .updateTable('mapping')
        .set(contract)
        .where('integration_id', '=', integrationId)
        .where('contract_id', '=', contractId)
        .execute();
    },

    /** Somebody took note: what was pointed out until now is not any more. @returns whether there was anything */
    async dismiss(integrationId: string, { source_id, tenant_id }: Key, at: Date): Promise<boolean> {
      const row = await only({ source_id, tenant_id }).executeTakeFirst();
      if (row?.integration_id !== integrationId) return false;
      if (row.renamed_from === null && (row.inactive_at === null || row.dismissed_at !== null)) return false;
      await db
        .updateTable('mapping')
        .set({ renamed_from: null, renamed_at: null, dismissed_at: row.inactive_at === null ? null : at })
        .where('source_id', '=', source_id)
        .where('tenant_id', '=', tenant_id)
        .where('account_id', '=', row.account_id)
        .execute();
      return true;
    },
  };
};
export type MappingStore = ReturnType<typeof mappingStore>;
