import { type Kysely, sql } from 'kysely';

/** The tables of the kept list of accounts. */
export interface AccountTables {
  psa_account: {
    integration_id: string;
    account_id: string;
    name: string;
    /** Folded: lower case without accents. */
    name_key: string;
    active: boolean;
  };
  psa_account_reading: {
    integration_id: string;
    /** When the PSA was last asked with success; null before. */
    read_at: Date | null;
    /** When all accounts were last read, so that deleted ones were noticed. */
    full_at: Date | null;
    /** Where the next reading of changes begins, in the connector's own words. */
    cursor: string | null;
    /** Why the last reading failed. */
    problem: string | null;
  };
}
export type AccountRow = AccountTables['psa_account'];
export type AccountReading = AccountTables['psa_account_reading'];
/** The other table that is looked at here; the same module's. */
interface Joined extends AccountTables {
  mapping: { integration_id: string; account_id: string };
}

export interface AccountSearch {
  /** Folded. */
  part: string;
  active?: boolean | undefined;
  mapped?: boolean | undefined;
}

const ROWS_AT_ONCE = 1_000;

const chunks = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / ROWS_AT_ONCE) }, (_, at) =>
    items.slice(at * ROWS_AT_ONCE, (at + 1) * ROWS_AT_ONCE),
  );

/** What LIKE takes for a sign of its own is meant as it stands. */
const literal = (part: string): string => part.replace(/[\\%_]/g, (sign) => `\\${sign}`);

/** The PSA's accounts as last read from it. */
export const accountStore = (db: Kysely<Joined>) => {
  const matching = (integrationId: string, { part, active, mapped }: AccountSearch) =>
    db
      .selectFrom('psa_account')
      .where('psa_account.integration_id', '=', integrationId)
      .$if(part !== '', (query) =>
        query.where((where) =>
          where.or([where('name_key', 'like', `%${literal(part)}%`), where('psa_account.account_id', '=', part)]),
        ),
      )
      .$if(active !== undefined, (query) => query.where('active', '=', active === true))
      .$if(mapped !== undefined, (query) =>
        query.where((where) => {
          const link = where.exists(
            where
              .selectFrom('mapping')
              .select(sql.lit(1).as('one'))
              .whereRef('mapping.integration_id', '=', 'psa_account.integration_id')
              .whereRef('mapping.account_id', '=', 'psa_account.account_id'),
          );
          return mapped ? link : where.not(link);
        }),
      );

  return {
    async search(
      integrationId: string,
      search: AccountSearch & { limit: number; offset: number },
    ): Promise<{ rows: AccountRow[]; total: number }> {
      const rows = await matching(integrationId, search)
        .selectAll('psa_account')
        .orderBy('name_key')
        .orderBy('psa_account.account_id')
        .limit(search.limit)
        .offset(search.offset)
        .execute();
      const { total } = await matching(integrationId, search)
        .select(({ fn }) => fn.countAll().as('total'))
        .executeTakeFirstOrThrow();
      return { rows, total: Number(total) };
    },

    list: (integrationId: string): Promise<AccountRow[]> =>
      db
        .selectFrom('psa_account')
        .selectAll()
        .where('integration_id', '=', integrationId)
        .orderBy('name_key')
        .orderBy('account_id')
        .execute(),

    reading: (integrationId: string): Promise<AccountReading | undefined> =>
      db.selectFrom('psa_account_reading').selectAll().where('integration_id', '=', integrationId).executeTakeFirst(),

    count: async (integrationId: string): Promise<number> => {
      const { total } = await db
        .selectFrom('psa_account')
        .select(({ fn }) => fn.countAll().as('total'))
        .where('integration_id', '=', integrationId)
        .executeTakeFirstOrThrow();
      return Number(total);
    },

    /**
     * Keeps what a reading found, and how far it came, together.
     * @param isWhole accounts that are not among these are gone
     */
    keep: (
      integrationId: string,
      rows: AccountRow[],
      { isWhole, at, cursor }: { isWhole: boolean; at: Date; cursor: string | null },
    ): Promise<void> =>
      db.transaction().execute(async (transaction) => {
        if (isWhole) await transaction.deleteFrom('psa_account').where('integration_id', '=', integrationId).execute();
        for (const some of chunks(rows)) {
          await transaction
            .insertInto('psa_account')
            .values(some)
            .onConflict((conflict) =>
              conflict.columns(['integration_id', 'account_id']).doUpdateSet(({ ref }) => ({
                name: ref('excluded.name'),
                name_key: ref('excluded.name_key'),
                active: ref('excluded.active'),
              })),
            )
            .execute();
        }
        const reading = { read_at: at, cursor, problem: null, ...(isWhole ? { full_at: at } : {}) };
        await transaction
          .insertInto('psa_account_reading')
          .values({ integration_id: integrationId, full_at: null, ...reading })
          .onConflict((conflict) => conflict.column('integration_id').doUpdateSet(reading))
          .execute();
      }),

    async markProblem(integrationId: string, problem: string): Promise<void> {
      await db
        .insertInto('psa_account_reading')
        .values({ integration_id: integrationId, read_at: null, full_at: null, cursor: null, problem })
        .onConflict((conflict) => conflict.column('integration_id').doUpdateSet({ problem }))
        .execute();
    },
  };
};
export type AccountStore = ReturnType<typeof accountStore>;
