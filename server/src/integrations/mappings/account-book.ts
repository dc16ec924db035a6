import type { AccountListState, PsaAccount } from '@gatehouse/contract';
import { type Connection, type Integrations, PsaError } from '../psa/index.ts';
import { fold } from './company-name.ts';
import type { AccountRow, AccountSearch, AccountStore } from './store-accounts.ts';

const HOUR_MS = 3_600_000;
/** Only reading all accounts tells which were deleted. */
const FULL_READING_MS = 24 * HOUR_MS;

export interface AccountNews {
  accounts: PsaAccount[];
  /** These are all accounts that the PSA has. */
  isWhole: boolean;
}

/**
 * The PSA's accounts, kept here so that no screen waits for the PSA: read once, then only what changed, and once a day
 * all of it anew.
 */
export const accountBook = ({
  store,
  integrations,
  clock,
  onNews,
}: {
  store: AccountStore;
  integrations: Pick<Integrations, 'connect' | 'get'>;
  clock: () => Date;
  /** What a reading found: mappings are told of renames and deactivations. */
  onNews(integrationId: string, news: AccountNews): Promise<void>;
}) => {
  /** Readings that run: whoever asks meanwhile waits for the same answer. */
  const running = new Map<string, Promise<void>>();

  const read = async ({ integrationId, connector }: Connection, wantsAll: boolean): Promise<void> => {
    const before = await store.reading(integrationId);
    const now = clock();
    const isDue = !before?.full_at || now.getTime() - before.full_at.getTime() > FULL_READING_MS;
    const cursor = wantsAll || isDue ? null : (before?.cursor ?? null);
    try {
      const found = await connector.listAccounts({ changedSince: cursor });
      const isWhole = cursor === null;
      const rows = found.accounts.map(
        ({ id, name, active }): AccountRow => ({
          integration_id: integrationId,
          account_id: id,
          name,
          name_key: fold(name),
          active,
        }),
      );
      // Told first: a reading that is cut off is repeated from where it began, and telling twice is telling once.
      await onNews(integrationId, { accounts: found.accounts, isWhole });
      await store.keep(integrationId, rows, { isWhole, at: now, cursor: found.cursor ?? before?.cursor ?? null });
    } catch (error) {
      if (error instanceof PsaError) await store.markProblem(integrationId, error.message);
      throw error;
    }
  };

  const refresh = (connection: Connection, { all = false } = {}): Promise<void> => {
    const { integrationId } = connection;
    const same = running.get(integrationId);
    if (same) return same;
    const mine = read(connection, all).finally(() => running.delete(integrationId));
    running.set(integrationId, mine);
    return mine;
  };

  /** The first question reads the list; later ones find it here. @throws PsaError */
  const ensure = async (integrationId: string): Promise<void> => {
    const known = await store.reading(integrationId);
    if (known?.full_at) return;
    await refresh(await integrations.connect(integrationId));
  };

  const state = async (integrationId: string): Promise<AccountListState> => {
    const reading = await store.reading(integrationId);
    return {
      readAt: reading?.read_at?.toISOString() ?? null,
      known: await store.count(integrationId),
      problem: reading?.problem ?? null,
    };
  };

  return {
    refresh,
    ensure,
    state,

    /** Reads all accounts anew. @throws PsaError, NotFound */
    async readAll(integrationId: string): Promise<AccountListState> {
      await refresh(await integrations.connect(integrationId), { all: true });
      return state(integrationId);
    },

    /** @throws PsaError before the list was read once; NotFound */
    async search(
      integrationId: string,
      { text, ...rest }: Omit<AccountSearch, 'part'> & { text: string; limit: number; offset: number },
    ): Promise<{ rows: AccountRow[]; total: number }> {
      await integrations.get(integrationId);
      await ensure(integrationId);
      return store.search(integrationId, { ...rest, part: fold(text) });
    },

    /** All of them by name. @throws PsaError before the list was read once; NotFound */
    async all(integrationId: string): Promise<AccountRow[]> {
      await integrations.get(integrationId);
      await ensure(integrationId);
      return store.list(integrationId);
    },
  };
};
export type AccountBook = ReturnType<typeof accountBook>;
