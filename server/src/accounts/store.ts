import type { Role } from '@gatehouse/contract';
import type { Kysely, Selectable } from 'kysely';
import { type Database, json } from '../platform/db/index.ts';

/** The tables that this module owns. */
export interface AccountTables {
  account: {
    id: string;
    /** `service`: a program of ours that signs in with a password; people do not see it. */
    kind: 'person' | 'service';
    name: string;
    name_key: string;
    password_hash: string;
    role: Role;
    tenant_ids: string[] | null;
    disabled: boolean;
    created_at: Date;
    last_signed_in_at: Date | null;
  };
  session: {
    /** The secret in the cookie is stored nowhere. */
    id_hash: string;
    account_id: string;
    csrf_token: string;
    created_at: Date;
    last_used_at: Date;
  };
  api_token: {
    id: string;
    name: string;
    secret_hash: string;
    role: Role;
    tenant_ids: string[] | null;
    created_at: Date;
    created_by: string;
    expires_at: Date | null;
    last_used_at: Date | null;
  };
  setup_token: { only_one?: boolean; token_hash: string; created_at: Date };
  failed_try: { key: string; tries: number; last_at: Date };
}

export type Account = Selectable<AccountTables['account']>;
export type ApiTokenRow = Selectable<AccountTables['api_token']>;

/** Names that differ only in case, width or composition are the same name. */
export const nameKeyOf = (name: string): string => name.trim().normalize('NFKC').toLowerCase();

const jsonOrNull = (value: string[] | null) => (value === null ? null : json(value));

const queries = (db: Kysely<AccountTables>) => ({
  accountByName: (name: string): Promise<Account | undefined> =>
    db.selectFrom('account').selectAll().where('name_key', '=', nameKeyOf(name)).executeTakeFirst(),

  accountById: (id: string): Promise<Account | undefined> =>
    db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst(),

  people: (): Promise<Account[]> =>
    db.selectFrom('account').selectAll().where('kind', '=', 'person').orderBy('name_key').execute(),

  hasPeople: async (): Promise<boolean> =>
    (await db.selectFrom('account').select('id').where('kind', '=', 'person').limit(1).execute()).length > 0,

  /** Those who may let others in: enabled, for all tenants. Locked until the transaction ends. */
  lockAdministrators: (): Promise<{ id: string }[]> =>
    db
      .selectFrom('account')
      .select('id')
      .where('kind', '=', 'person')
      .where('role', '=', 'administrator')
      .where('tenant_ids', 'is', null)
      .where('disabled', '=', false)
      .orderBy('id')
      .forUpdate()
      .execute(),

  /** @returns false when the name is taken */
  addAccount: async ({ tenant_ids, ...account }: Account): Promise<boolean> => {
    const added = await db
      .insertInto('account')
      .values({ ...account, tenant_ids: jsonOrNull(tenant_ids) })
      .onConflict((conflict) => conflict.column('name_key').doNothing())
      .returning('id')
      .execute();
    return added.length > 0;
  },

  changeAccount: async (
    id: string,
    { tenant_ids, ...change }: Partial<Pick<Account, 'role' | 'tenant_ids' | 'disabled' | 'password_hash'>>,
  ): Promise<void> => {
    const set = { ...change, tenant_ids: tenant_ids === undefined ? undefined : jsonOrNull(tenant_ids) };
    if (Object.values(set).every((value) => value === undefined)) return;
    await db.updateTable('account').set(set).where('id', '=', id).execute();
  },

  markSignedIn: async (id: string, at: Date): Promise<void> => {
    await db.updateTable('account').set({ last_signed_in_at: at }).where('id', '=', id).execute();
  },

  addSession: async (session: AccountTables['session']): Promise<void> => {
    await db.insertInto('session').values(session).execute();
  },

  /** A session with whom it belongs to. */
  sessionOf: (idHash: string) =>
    db
      .selectFrom('session')
      .innerJoin('account', 'account.id', 'session.account_id')
      .select([
        'session.id_hash',
        'session.csrf_token',
        'session.created_at',
        'session.last_used_at',
        'account.id',
        'account.name',
        'account.role',
        'account.tenant_ids',
        'account.disabled',
      ])
      .where('session.id_hash', '=', idHash)
      .executeTakeFirst(),

  touchSession: async (idHash: string, at: Date): Promise<void> => {
    await db.updateTable('session').set({ last_used_at: at }).where('id_hash', '=', idHash).execute();
  },

  renameSession: async (idHash: string, newIdHash: string): Promise<void> => {
    await db.updateTable('session').set({ id_hash: newIdHash }).where('id_hash', '=', idHash).execute();
  },

  endSession: async (idHash: string): Promise<void> => {
    await db.deleteFrom('session').where('id_hash', '=', idHash).execute();
  },

  endSessionsOf: async (accountId: string, exceptIdHash = ''): Promise<void> => {
    await db.deleteFrom('session').where('account_id', '=', accountId).where('id_hash', '!=', exceptIdHash).execute();
  },

  /** @returns whose sessions ended */
  endOldSessions: async (usedBefore: Date, madeBefore: Date): Promise<{ id: string; name: string }[]> =>
    db
      .deleteFrom('session')
      .using('account')
      .whereRef('account.id', '=', 'session.account_id')
      .where((is) => is.or([is('last_used_at', '<=', usedBefore), is('session.created_at', '<=', madeBefore)]))
      .returning(['account.id', 'account.name'])
      .execute(),

  apiTokens: (): Promise<ApiTokenRow[]> =>
    db.selectFrom('api_token').selectAll().orderBy('created_at', 'desc').orderBy('id').execute(),

  apiTokenById: (id: string): Promise<ApiTokenRow | undefined> =>
    db.selectFrom('api_token').selectAll().where('id', '=', id).executeTakeFirst(),

  apiTokenBySecret: (secretHash: string): Promise<ApiTokenRow | undefined> =>
    db.selectFrom('api_token').selectAll().where('secret_hash', '=', secretHash).executeTakeFirst(),

  addApiToken: async ({ tenant_ids, ...token }: ApiTokenRow): Promise<void> => {
    await db
      .insertInto('api_token')
      .values({ ...token, tenant_ids: jsonOrNull(tenant_ids) })
      .execute();
  },

  touchApiToken: async (id: string, at: Date): Promise<void> => {
    await db.updateTable('api_token').set({ last_used_at: at }).where('id', '=', id).execute();
  },

  deleteApiToken: async (id: string): Promise<void> => {
    await db.deleteFrom('api_token').where('id', '=', id).execute();
  },

  putSetupToken: async (tokenHash: string, at: Date): Promise<void> => {
    await db
      .insertInto('setup_token')
      .values({ token_hash: tokenHash, created_at: at })
      .onConflict((conflict) => conflict.column('only_one').doUpdateSet({ token_hash: tokenHash, created_at: at }))
      .execute();
  },

  /** @returns whether there was such a token; it is gone now */
  takeSetupToken: async (tokenHash: string): Promise<boolean> =>
    (await db.deleteFrom('setup_token').where('token_hash', '=', tokenHash).returning('created_at').execute()).length >
    0,

  /** Locked until the transaction ends; made when there is none, since what is not there cannot be locked. */
  lockTries: async (key: string, now: Date): Promise<{ tries: number; lastAt: Date }> => {
    await db
      .insertInto('failed_try')
      .values({ key, tries: 0, last_at: now })
      .onConflict((conflict) => conflict.column('key').doNothing())
      .execute();
    const row = await db
      .selectFrom('failed_try')
      .select(['tries', 'last_at'])
      .where('key', '=', key)
      .forUpdate()
      .executeTakeFirstOrThrow();
    return { tries: row.tries, lastAt: row.last_at };
  },

  putTries: async (key: string, tries: number, at: Date): Promise<void> => {
    await db.updateTable('failed_try').set({ tries, last_at: at }).where('key', '=', key).execute();
  },

  forgetTries: async (key: string): Promise<void> => {
    await db.deleteFrom('failed_try').where('key', '=', key).execute();
  },

  takeBackTry: async (key: string): Promise<void> => {
    await db
      .updateTable('failed_try')
      .set((set) => ({ tries: set('tries', '-', 1) }))
      .where('key', '=', key)
      .where('tries', '>', 0)
      .execute();
  },

  forgetOldTries: async (lastBefore: Date): Promise<void> => {
    await db.deleteFrom('failed_try').where('last_at', '<', lastBefore).execute();
  },
});

export type AccountQueries = ReturnType<typeof queries>;
export interface AccountStore extends AccountQueries {
  /** All or nothing of what is done with the queries that `work` is given; use those alone in it. */
  together<T>(work: (store: AccountQueries) => Promise<T>): Promise<T>;
}

export const accountStore = (database: Database): AccountStore => {
  const db = database.forSchema<AccountTables>('accounts');
  return {
    ...queries(db),
    together: (work) => db.transaction().execute((transaction) => work(queries(transaction))),
  };
};
