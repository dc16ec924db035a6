import type { MappingWish, PsaAccount } from '@gatehouse/contract';
import type { Memberships, TenantRef } from '../memberships/index.ts';
import type { Connection, Integrations, PsaContract } from '../psa/index.ts';
import type { Sources } from '../sources/index.ts';
import type { AccountBook, AccountNews } from './account-book.ts';
import { isDrift, seenAccount } from './drift.ts';
import { MappingChangedMeanwhile } from './errors.ts';
import { type Billing, keyOf, needsContracts, type Planned, planMappings, rowKey } from './plan.ts';
import type { MappingRow, MappingStore } from './store.ts';

/** Why no ticket can be opened for the account just now, in words; null when all is well. */
export const accountProblem = (
  row: Pick<MappingRow, 'account_name' | 'account_active' | 'account_gone'>,
): string | null => {
  if (row.account_gone) return `The account ${row.account_name} no longer exists in the PSA: map the tenant anew`;
  if (!row.account_active)
    return `The account ${row.account_name} is inactive in the PSA; tickets wait until it is active`;
  return null;
};

const billingColumns = ({ enabled, contract }: Billing) => ({
  billing_enabled: enabled,
  contract_id: contract?.id ?? null,
  contract_name: contract?.name ?? null,
  contract_ends_on: contract?.endsOn ?? null,
  contract_usable: true,
});

/** Contracts of an account, or null when the PSA of the integration takes no billing. @throws PsaError */
export type ContractsOf = (integrationId: string, accountId: string) => Promise<PsaContract[] | null>;

/** One tenant to one account: a tenant in one integration only, an account for one tenant only. */
export const mappings = ({
  store,
  book,
  sources,
  integrations,
  memberships,
  contractsOf,
  clock,
}: {
  store: MappingStore;
  book: Pick<AccountBook, 'all'>;
  sources: Pick<Sources, 'tenants'>;
  integrations: Pick<Integrations, 'connect' | 'list' | 'get'>;
  memberships: Pick<Memberships, 'all'>;
  contractsOf: ContractsOf;
  clock: () => Date;
}) => {
  /** One call for each account that a contract is asked for; null when there is no billing. */
  const contractsFor = async (
    integrationId: string,
    wishes: readonly MappingWish[],
    rows: Map<string, MappingRow>,
  ): Promise<Map<string, PsaContract[]> | null> => {
    const found = new Map<string, PsaContract[]>();
    for (const wish of wishes) {
      if (wish.accountId === null || found.has(wish.accountId)) continue;
      if (!needsContracts(wish, rows.get(keyOf(wish)))) continue;
      const contracts = await contractsOf(integrationId, wish.accountId);
      if (contracts === null) return null;
      found.set(wish.accountId, contracts);
    }
    return found;
  };

  /** What the PSA tells of mapped accounts now. @returns whether people or tickets care */
  const note = async (
    integrationId: string,
    rows: readonly MappingRow[],
    accountOf: (row: MappingRow) => PsaAccount | null,
  ) => {
    const now = clock();
    const unchanged: string[] = [];
    let isNews = false;
    for (const row of rows) {
      const seen = seenAccount(row, accountOf(row), now);
      if (isDrift(row, seen)) {
        isNews = true;
        await store.setAccount(row.integration_id, row.account_id, seen);
      } else unchanged.push(row.account_id);
    }
    await store.markChecked(integrationId, unchanged, now);
    return isNews;
  };

  return {
    all: (): Promise<MappingRow[]> => store.list(),
    find: (sourceId: string, tenantId: string): Promise<MappingRow | undefined> => store.find(sourceId, tenantId),

    /**
     * What wishes would come to, one line for each, in their order. Saves nothing.
     * @param fresh accounts are asked of the PSA now, as before saving; otherwise the kept list is good enough
     * @throws NotFound for the integration; PsaError
     */
    async plan(
      integrationId: string,
      wishes: readonly MappingWish[],
      { fresh }: { fresh: boolean },
    ): Promise<Planned[]> {
      const { connector } = await integrations.connect(integrationId);
      const rows = await store.list();
      const byTenant = new Map(rows.map((row) => [rowKey(row), row]));
      const asked = [
        ...new Set(
          wishes.flatMap((wish) =>
            wish.accountId !== null && byTenant.get(keyOf(wish))?.account_id !== wish.accountId ? [wish.accountId] : [],
          ),
        ),
      ];
      const wanted = new Set(asked);
      const accounts = fresh
        ? await (asked.length > 0 ? connector.readAccounts(asked) : [])
        : (await book.all(integrationId))
            .filter(({ account_id }) => wanted.has(account_id))
            .map(({ account_id, name, active }) => ({ id: account_id, name, active }));
      return planMappings(wishes, {
        integrationId,
        rows,
        tenants: new Map((await sources.tenants()).map((row) => [rowKey(row), row])),
        owners: new Map(
          (await memberships.all()).map((each) => [`${each.sourceId} ${each.tenantId}`, each.integrationId]),
        ),
        integrationNames: new Map((await integrations.list()).map(({ id, name }) => [id, name])),
        accounts: new Map(accounts.map((account) => [account.id, account])),
        contracts: await contractsFor(integrationId, wishes, byTenant),
      });
    },

    /**
     * Writes planned changes. In a transaction it is all or nothing; what was planned on must still be so.
     * @param inTransaction the store of a transaction that the caller ends
     * @throws MappingChangedMeanwhile: the transaction must not be kept
     */
    async save(integrationId: string, planned: readonly Planned[], inTransaction: MappingStore): Promise<void> {
      const must = (done: boolean): void => {
        if (!done) throw new MappingChangedMeanwhile();
      };
      const key = ({ sourceId, sourceTenantId }: Planned) => ({ source_id: sourceId, tenant_id: sourceTenantId });
      // What ends goes first, so that accounts can be exchanged; in one order, so that two saves never wait in a circle.
      const ordered = [...planned].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
      const ending = ordered.flatMap((change) =>
        change.before && (change.what === 'end' || change.what === 'move')
          ? [{ ...key(change), account_id: change.before.account_id }]
          : [],
      );
      must((await inTransaction.removeAll(ending)) === ending.length);
      const begun: MappingRow[] = [];
      for (const change of ordered) {
        const { to, billing, what } = change;
        if (!to || !billing) continue;
        if (what === 'billing') must(await inTransaction.setBilling(key(change), to.id, billingColumns(billing)));
        if (what !== 'map' && what !== 'move') continue;
        begun.push({
          ...key(change),
          integration_id: integrationId,
          account_id: to.id,
          account_name: to.name,
          account_active: to.active,
          account_gone: false,
          checked_at: clock(),
          ...billingColumns(billing),
          renamed_from: null,
          renamed_at: null,
          inactive_at: null,
          dismissed_at: null,
        });
      }
      must((await inTransaction.add(begun)) === begun.length);
    },

    /**
     * The links break; nothing else changes on either side.
     * @param inTransaction the store of a transaction that the caller ends @returns those that were mapped
     */
    async endAll(
      integrationId: string,
      tenants: readonly TenantRef[],
      inTransaction: MappingStore,
    ): Promise<TenantRef[]> {
      const wanted = new Set(tenants.map(({ sourceId, tenantId }) => `${sourceId} ${tenantId}`));
      const rows = (await inTransaction.listOf(integrationId))
        .filter((row) => wanted.has(rowKey(row)))
        .sort((a, b) => (rowKey(a) < rowKey(b) ? -1 : 1));
      await inTransaction.removeAll(rows);
      return rows.map((row) => ({ sourceId: row.source_id, tenantId: row.tenant_id }));
    },

    /**
     * Asks the PSA whether the mapped accounts are still there and active.
     * @returns whether there was anything to ask
     */
    async recheck({ integrationId, connector }: Connection, only: (row: MappingRow) => boolean): Promise<boolean> {
      const rows = (await store.listOf(integrationId)).filter(only);
      if (rows.length === 0) return false;
      const accounts = new Map(
        (await connector.readAccounts(rows.map((row) => row.account_id))).map((account) => [account.id, account]),
      );
      await note(integrationId, rows, (row) => accounts.get(row.account_id) ?? null);
      return true;
    },

    /** What a reading of the list of accounts says of those that are mapped. @returns whether anything is different */
    async notice(integrationId: string, { accounts, isWhole }: AccountNews): Promise<boolean> {
      const known = new Map(accounts.map((account) => [account.id, account]));
      const rows = (await store.listOf(integrationId)).filter((row) => isWhole || known.has(row.account_id));
      return note(integrationId, rows, (row) => known.get(row.account_id) ?? null);
    },

    /** What the PSA tells of an account's contracts, whoever asked for them: chosen ones are brought up to date. */
    async noticeContracts(integrationId: string, accountId: string, contracts: readonly PsaContract[]): Promise<void> {
      const chosen = (await store.listOf(integrationId)).find((row) => row.account_id === accountId)?.contract_id;
      if (!chosen) return;
      const contract = contracts.find(({ id }) => id === chosen);
      await store.setContract(
        integrationId,
        chosen,
        contract
          ? { contract_name: contract.name, contract_ends_on: contract.endsOn, contract_usable: contract.isActive }
          : { contract_usable: false },
      );
    },

    /** Somebody took note of what changed in the PSA. @returns of how many */
    async dismiss(integrationId: string, tenants: { sourceId: string; sourceTenantId: string }[]): Promise<number> {
      await integrations.get(integrationId);
      let dismissed = 0;
      for (const { sourceId, sourceTenantId } of tenants) {
        const key = { source_id: sourceId, tenant_id: sourceTenantId };
        if (await store.dismiss(integrationId, key, clock())) dismissed += 1;
      }
      return dismissed;
    },
  };
};
export type Mappings = ReturnType<typeof mappings>;
