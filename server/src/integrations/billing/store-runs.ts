import { type Kysely, sql } from 'kysely';

export type AccountRunState = 'waiting' | 'unchanged' | 'changed' | 'held' | 'failed';

/** Tables that this module owns. */
export interface RunTables {
  billing_run: {
    id: string;
    integration_id: string;
    integration_name: string;
    day: string;
    cause: 'daily' | 'person';
    started_by: string | null;
    asks_first: boolean;
    started_at: Date;
    ended_at: Date | null;
  };
  billing_account_run: {
    run_id: string;
    integration_id: string;
    source_id: string;
    tenant_id: string;
    tenant_name: string;
    account_id: string;
    account_name: string;
    contract_id: string | null;
    contract_name: string | null;
    asks_first: boolean;
    state: AccountRunState;
    explanation: string;
    devices: number | null;
    not_billed: number | null;
    ended_at: Date | null;
  };
}
export type RunRow = RunTables['billing_run'];
export type AccountRunRow = RunTables['billing_account_run'];

/** One account of one integration. */
export interface BillingPlace {
  integrationId: string;
  sourceId: string;
  tenantId: string;
}

export interface Outcome {
  state: Exclude<AccountRunState, 'waiting'>;
  explanation: string;
  devices: number | null;
  notBilled: number | null;
}

/** A letter of the name may mean something in a pattern. */
const like = (text: string): string => `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

/** Runs and how each account fared in them. */
export const runStore = (db: Kysely<RunTables>) => ({
  /** @returns false when the run of this day is there already */
  async begin(run: RunRow, accounts: AccountRunRow[]): Promise<boolean> {
    return db.transaction().execute(async (transaction) => {
      const { numInsertedOrUpdatedRows } = await transaction
        .insertInto('billing_run')
        .values({ ...run, ended_at: accounts.length === 0 ? run.started_at : null })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows !== 1n) return false;
      for (let at = 0; at < accounts.length; at += 500) {
        await transaction
          .insertInto('billing_account_run')
          .values(accounts.slice(at, at + 500))
          .execute();
      }
      return true;
    });
  },

  /** Accounts that runs wait for, each once. */
  async waitingPlaces(): Promise<BillingPlace[]> {
    const rows = await db
      .selectFrom('billing_account_run')
      .select(['integration_id', 'source_id', 'tenant_id'])
      .distinct()
      .where('state', '=', 'waiting')
      .execute();
    return rows.map((row) => ({
      integrationId: row.integration_id,
      sourceId: row.source_id,
      tenantId: row.tenant_id,
    }));
  },

  /** What runs ask of one account, the oldest first. */
  waitingOf: ({ integrationId, sourceId, tenantId }: BillingPlace): Promise<AccountRunRow[]> =>
    db
      .selectFrom('billing_account_run')
      .selectAll()
      .where('integration_id', '=', integrationId)
      .where('source_id', '=', sourceId)
      .where('tenant_id', '=', tenantId)
      .where('state', '=', 'waiting')
      .orderBy('run_id')
      .execute(),

  /** Says how far it is while it waits. */
  async explain({ integrationId, sourceId, tenantId }: BillingPlace, explanation: string): Promise<void> {
    await db
      .updateTable('billing_account_run')
      .set({ explanation })
      .where('integration_id', '=', integrationId)
      .where('source_id', '=', sourceId)
      .where('tenant_id', '=', tenantId)
      .where('state', '=', 'waiting')
      .execute();
  },

  /** Ends an account's part in these runs, and the runs whose last account it was. */
  async end(
    { sourceId, tenantId }: BillingPlace,
    runIds: readonly string[],
    { state, explanation, devices, notBilled }: Outcome,
    now: Date,
  ): Promise<void> {
    await db.transaction().execute(async (transaction) => {
      await transaction
        .updateTable('billing_account_run')
        .set({ state, explanation, devices, not_billed: notBilled, ended_at: now })
        .where('run_id', 'in', runIds)
        .where('source_id', '=', sourceId)
        .where('tenant_id', '=', tenantId)
        .execute();
      await transaction
        .updateTable('billing_run')
        .set({ ended_at: now })
        .where('id', 'in', runIds)
        .where('ended_at', 'is', null)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('billing_account_run')
                .select(sql`1`.as('one'))
                .whereRef('run_id', '=', 'billing_run.id')
                .where('state', '=', 'waiting'),
            ),
          ),
        )
        .execute();
    });
  },

  find: (id: string): Promise<RunRow | undefined> =>
    db.selectFrom('billing_run').selectAll().where('id', '=', id).executeTakeFirst(),

  /** Newest first. @param after id of the last one seen */
  page: (
    filter: { integrationId?: string | undefined },
    { limit, after }: { limit: number; after: string | null },
  ): Promise<RunRow[]> =>
    db
      .selectFrom('billing_run')
      .selectAll()
      .$if(filter.integrationId !== undefined, (query) =>
        query.where('integration_id', '=', filter.integrationId as string),
      )
      .$if(after !== null, (query) => query.where('id', '<', after as string))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),

  /** How many accounts of these runs fared how. */
  async counts(runIds: readonly string[]): Promise<Map<string, Record<AccountRunState, number>>> {
    const counted = new Map<string, Record<AccountRunState, number>>();
    if (runIds.length === 0) return counted;
    const rows = await db
      .selectFrom('billing_account_run')
      .select(['run_id', 'state'])
      .select(sql<number>`count(*)::int`.as('count'))
      .where('run_id', 'in', runIds)
      .groupBy(['run_id', 'state'])
      .execute();
    for (const { run_id, state, count } of rows) {
      const of = counted.get(run_id) ?? { waiting: 0, unchanged: 0, changed: 0, held: 0, failed: 0 };
      of[state] = count;
      counted.set(run_id, of);
    }
    return counted;
  },

  /** Those with a problem first, then by name. */
  accounts: (
    runId: string,
    { text, limit, offset }: { text?: string | undefined; limit: number; offset: number },
  ): Promise<AccountRunRow[]> =>
    db
      .selectFrom('billing_account_run')
      .selectAll()
      .where('run_id', '=', runId)
      .$if(text !== undefined && text !== '', (query) =>
        query.where((where) =>
          where.or([
            where('account_name', 'ilike', like(text as string)),
            where('tenant_name', 'ilike', like(text as string)),
          ]),
        ),
      )
      .orderBy(
        sql`case state when 'failed' then 0 when 'held' then 1 when 'waiting' then 2 when 'changed' then 3 else 4 end`,
      )
      .orderBy('account_name')
      .orderBy('tenant_id')
      .limit(limit)
      .offset(offset)
      .execute(),

  /** The last part of each account that ended, as far as it did since then. */
  latest: (integrationIds: readonly string[], since: Date): Promise<AccountRunRow[]> =>
    integrationIds.length === 0
      ? Promise.resolve([])
      : db
          .selectFrom('billing_account_run')
          .selectAll()
          .distinctOn(['integration_id', 'source_id', 'tenant_id'])
          .where('integration_id', 'in', integrationIds)
          .where('ended_at', '>=', since)
          .orderBy('integration_id')
          .orderBy('source_id')
          .orderBy('tenant_id')
          .orderBy('ended_at', 'desc')
          .execute(),

  /** Whether the daily run of a day was begun. */
  async hasDaily(integrationId: string, day: string): Promise<boolean> {
    const found = await db
      .selectFrom('billing_run')
      .select('id')
      .where('integration_id', '=', integrationId)
      .where('day', '=', day)
      .where('cause', '=', 'daily')
      .executeTakeFirst();
    return found !== undefined;
  },

  /** Runs are of use for a while; the journal stays. */
  async forgetBefore(day: string): Promise<void> {
    await db.deleteFrom('billing_run').where('day', '<', day).where('ended_at', 'is not', null).execute();
  },
});
export type RunStore = ReturnType<typeof runStore>;
