import type { Kysely } from 'kysely';

/** The table that this module owns. */
export interface MembershipTables {
  integration_tenant: {
    integration_id: string;
    source_id: string;
    tenant_id: string;
    added_at: Date;
  };
}
export type MembershipRow = MembershipTables['integration_tenant'];
type Key = Pick<MembershipRow, 'source_id' | 'tenant_id'>;

/** Tenants in integrations. The table's key keeps a tenant in one integration at most. */
export const membershipStore = (db: Kysely<MembershipTables>) => ({
  list: (): Promise<MembershipRow[]> =>
    db
      .selectFrom('integration_tenant')
      .selectAll()
      .orderBy('added_at')
      .orderBy('source_id')
      .orderBy('tenant_id')
      .execute(),

  listOf: (integrationId: string): Promise<MembershipRow[]> =>
    db
      .selectFrom('integration_tenant')
      .selectAll()
      .where('integration_id', '=', integrationId)
      .orderBy('added_at')
      .orderBy('source_id')
      .orderBy('tenant_id')
      .execute(),

  find: (sourceId: string, tenantId: string): Promise<MembershipRow | undefined> =>
    db
      .selectFrom('integration_tenant')
      .selectAll()
      .where('source_id', '=', sourceId)
      .where('tenant_id', '=', tenantId)
      .executeTakeFirst(),

  /**
   * Removes and adds, all of it or nothing.
   * @returns those that another integration has: then nothing was changed
   */
  change: (
    integrationId: string,
    { add, remove, at }: { add: Key[]; remove: Key[]; at: Date },
  ): Promise<{ added: number; removed: number; taken: MembershipRow[] }> =>
    db
      .transaction()
      .execute(async (transaction) => {
        let removed = 0;
        for (const sourceId of new Set(remove.map(({ source_id }) => source_id))) {
          const done = await transaction
            .deleteFrom('integration_tenant')
            .where('integration_id', '=', integrationId)
            .where('source_id', '=', sourceId)
            .where(
              'tenant_id',
              'in',
              remove.filter(({ source_id }) => source_id === sourceId).map(({ tenant_id }) => tenant_id),
            )
            .executeTakeFirst();
          removed += Number(done.numDeletedRows);
        }
        if (add.length === 0) return { added: 0, removed, taken: [] };
        // Ordered, so that two that add the same tenants wait for each other instead of locking each other out.
        const ordered = [...add].sort((a, b) =>
          `${a.source_id} ${a.tenant_id}` < `${b.source_id} ${b.tenant_id}` ? -1 : 1,
        );
        const inserted = await transaction
          .insertInto('integration_tenant')
          .values(ordered.map((key) => ({ ...key, integration_id: integrationId, added_at: at })))
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirstOrThrow();
        const wanted = new Set(add.map(({ source_id, tenant_id }) => `${source_id} ${tenant_id}`));
        const others = await transaction
          .selectFrom('integration_tenant')
          .selectAll()
          .where('integration_id', '!=', integrationId)
          .execute();
        const taken = others.filter(({ source_id, tenant_id }) => wanted.has(`${source_id} ${tenant_id}`));
        if (taken.length > 0) throw new Taken(taken);
        return { added: Number(inserted.numInsertedOrUpdatedRows ?? 0), removed, taken: [] };
      })
      .catch((error: unknown) => {
        if (error instanceof Taken) return { added: 0, removed: 0, taken: error.rows };
        throw error;
      }),
});
export type MembershipStore = ReturnType<typeof membershipStore>;

/** Ends the transaction, so that nothing of it stays. */
class Taken extends Error {
  readonly rows: MembershipRow[];
  constructor(rows: MembershipRow[]) {
    super('another integration has some of these tenants');
    this.rows = rows;
  }
}
