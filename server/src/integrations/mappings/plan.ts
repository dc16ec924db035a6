import type { MappingPlanLine, MappingWish, PsaAccount } from '@gatehouse/contract';
import type { PsaContract } from '../psa/index.ts';
import type { MappingRow } from './store.ts';

/** What is true on both sides while a change is worked out. */
export interface PlanFacts {
  integrationId: string;
  /** Mappings of all integrations. */
  rows: readonly MappingRow[];
  /** Every tenant that a source knows, by `keyOf`. */
  tenants: ReadonlyMap<string, { name: string }>;
  /** Integration of every tenant that belongs to one, by `keyOf`. */
  owners: ReadonlyMap<string, string>;
  integrationNames: ReadonlyMap<string, string>;
  /** The accounts that are asked for, as far as the PSA has them. */
  accounts: ReadonlyMap<string, PsaAccount>;
  /** Contracts of the accounts that a contract is asked for; null: the PSA takes no billing. */
  contracts: ReadonlyMap<string, readonly PsaContract[]> | null;
}

export interface Billing {
  enabled: boolean;
  contract: { id: string; name: string; endsOn: string | null } | null;
}

export interface Planned extends MappingPlanLine {
  before: MappingRow | null;
  /** Null: there is nothing to bill any more. */
  billing: Billing | null;
}

type Problem = NonNullable<MappingPlanLine['problem']>;

export const keyOf = ({ sourceId, sourceTenantId }: { sourceId: string; sourceTenantId: string }): string =>
  `${sourceId} ${sourceTenantId}`;
export const rowKey = (row: Pick<MappingRow, 'source_id' | 'tenant_id'>): string => `${row.source_id} ${row.tenant_id}`;

export const accountOf = (row: MappingRow): PsaAccount => ({
  id: row.account_id,
  name: row.account_name,
  active: row.account_active,
});

export const billingOf = (row: MappingRow): Billing => ({
  enabled: row.billing_enabled,
  contract:
    row.contract_id === null
      ? null
      : { id: row.contract_id, name: row.contract_name ?? row.contract_id, endsOn: row.contract_ends_on },
});

/** Whether the contracts of the account have to be asked for: the stored choice stands as long as nobody touches it. */
export const needsContracts = (wish: MappingWish, before: MappingRow | undefined): boolean => {
  const { billing, accountId } = wish;
  if (accountId === null || !billing?.contractId) return false;
  const isSame = before?.account_id === accountId && before.contract_id === billing.contractId;
  return !isSame || (billing.enabled && !before.billing_enabled);
};

const contractProblem = (contract: PsaContract | undefined, account: PsaAccount): Problem | null => {
  const because = (code: string, message: string): Problem => ({ field: 'contract', code, message });
  if (!contract) {
    return because(
      'mapping.contract-unknown',
      `${account.name} has no contract of this id that takes recurring services: choose another`,
    );
  }
  if (contract.isExpired) {
    return because(
      'mapping.contract-expired',
      `The contract ${contract.name} ended on ${contract.endsOn}: renew it in the PSA, or choose another`,
    );
  }
  if (!contract.isActive) {
    return because(
      'mapping.contract-inactive',
      `The contract ${contract.name} is inactive in the PSA: activate it there, or choose another`,
    );
  }
  return null;
};

/**
 * What wishes come to, given both sides as they are: one line for each wish, in their order, with its problem when it
 * cannot be. Wishes are seen together, so two tenants can exchange their accounts. Decides only.
 */
export const planMappings = (wishes: readonly MappingWish[], facts: PlanFacts): Planned[] => {
  const before = new Map(facts.rows.map((row) => [rowKey(row), row]));
  const ofAccount = new Map(
    facts.rows.filter((row) => row.integration_id === facts.integrationId).map((row) => [row.account_id, row]),
  );
  const wishedTenants = new Map<string, number>();
  const wishedAccounts = new Map<string, number>();
  for (const wish of wishes) {
    wishedTenants.set(keyOf(wish), (wishedTenants.get(keyOf(wish)) ?? 0) + 1);
    if (wish.accountId !== null) wishedAccounts.set(wish.accountId, (wishedAccounts.get(wish.accountId) ?? 0) + 1);
  }
  const nameOf = (key: string): string => facts.tenants.get(key)?.name ?? 'another tenant';

  const tenantProblem = (wish: MappingWish, row: MappingRow | undefined): Problem | null => {
    const because = (code: string, message: string): Problem => ({ field: 'tenant', code, message });
    const key = keyOf(wish);
    if (!facts.tenants.has(key))
      return because('mapping.tenant-unknown', `No source knows tenant ${wish.sourceTenantId}`);
    if ((wishedTenants.get(key) ?? 0) > 1) {
      return because('mapping.tenant-twice', `${nameOf(key)} is named twice: say once what it shall be`);
    }
    const owner = facts.owners.get(key);
    if (owner !== undefined && owner !== facts.integrationId) {
      return because(
        'mapping.elsewhere',
        `${nameOf(key)} is integrated in "${facts.integrationNames.get(owner) ?? '?'}"; a tenant belongs to one integration only, so end it there first`,
      );
    }
    if (wish.seenAccountId !== undefined && wish.seenAccountId !== (row?.account_id ?? null)) {
      return because(
        'mapping.changed-meanwhile',
        row
          ? `Somebody mapped ${nameOf(key)} to ${row.account_name} meanwhile: look again`
          : `Somebody ended the mapping of ${nameOf(key)} meanwhile: look again`,
      );
    }
    return null;
  };

  const accountProblem = (wish: MappingWish, accountId: string, row: MappingRow | undefined): Problem | null => {
    const because = (code: string, message: string): Problem => ({ field: 'account', code, message });
    // A mapping that stands is no news: its account may be inactive by now and still be billed for what was used.
    if (row?.account_id === accountId) return null;
    const account = facts.accounts.get(accountId);
    if (!account) return because('mapping.account-unknown', `The PSA has no account ${accountId}`);
    if (!account.active) {
      return because(
        'mapping.account-inactive',
        `The account ${account.name} is inactive in the PSA: make it active there, or choose another`,
      );
    }
    if ((wishedAccounts.get(accountId) ?? 0) > 1) {
      return because('mapping.account-twice', `${account.name} is asked for twice; one account is one tenant`);
    }
    const taken = ofAccount.get(accountId);
    if (!taken || rowKey(taken) === keyOf(wish)) return null;
    // Somebody else's account is free when the same change takes it away from them.
    if (wishedTenants.has(rowKey(taken))) return null;
    return because(
      'mapping.account-taken',
      `The account ${account.name} belongs to ${nameOf(rowKey(taken))}; one account is one tenant, so end that mapping first`,
    );
  };

  const billingProblem = (
    wish: MappingWish,
    account: PsaAccount | null,
    row: MappingRow | undefined,
  ): Problem | null => {
    const because = (code: string, message: string, field: Problem['field'] = 'billing'): Problem => ({
      field,
      code,
      message,
    });
    if (!wish.billing) return null;
    const { enabled, contractId } = wish.billing;
    if (!account) {
      return enabled || contractId !== null
        ? because('mapping.billing-without-account', 'Choose an account before billing is set up')
        : null;
    }
    if ((enabled || contractId !== null) && facts.contracts === null) {
      return because('mapping.billing-unsupported', 'The PSA of this integration takes no billing');
    }
    if (enabled && contractId === null) {
      return because('mapping.contract-missing', 'Choose the contract that usage is billed to', 'contract');
    }
    if (!needsContracts(wish, row)) return null;
    return contractProblem(
      facts.contracts?.get(account.id)?.find(({ id }) => id === contractId),
      account,
    );
  };

  const billingFor = (wish: MappingWish, account: PsaAccount, row: MappingRow | undefined): Billing => {
    const current = row?.account_id === account.id ? billingOf(row) : { enabled: false, contract: null };
    if (!wish.billing) return current;
    const { enabled, contractId } = wish.billing;
    if (contractId === null) return { enabled, contract: null };
    const known = facts.contracts?.get(account.id)?.find(({ id }) => id === contractId);
    if (known) return { enabled, contract: { id: known.id, name: known.name, endsOn: known.endsOn } };
    return { enabled, contract: current.contract?.id === contractId ? current.contract : null };
  };

  return wishes.map((wish): Planned => {
    const found = before.get(keyOf(wish));
    const row = found?.integration_id === facts.integrationId ? found : undefined;
    const from = row ? accountOf(row) : null;
    const isKept = row !== undefined && row.account_id === wish.accountId;
    const to =
      wish.accountId === null
        ? null
        : isKept
          ? from
          : (facts.accounts.get(wish.accountId) ?? { id: wish.accountId, name: wish.accountId, active: false });
    const problem =
      tenantProblem(wish, row) ??
      (wish.accountId === null ? null : accountProblem(wish, wish.accountId, row)) ??
      billingProblem(wish, to, row);
    const billing = to ? billingFor(wish, to, row) : null;
    const isSameBilling =
      row !== undefined &&
      billing !== null &&
      billing.enabled === row.billing_enabled &&
      (billing.contract?.id ?? null) === row.contract_id;
    const what = ((): MappingPlanLine['what'] => {
      if (to === null) return row ? 'end' : 'same';
      if (!row) return 'map';
      if (!isKept) return 'move';
      return isSameBilling ? 'same' : 'billing';
    })();
    return {
      sourceId: wish.sourceId,
      sourceTenantId: wish.sourceTenantId,
      sourceTenantName: facts.tenants.get(keyOf(wish))?.name ?? wish.sourceTenantId,
      what,
      from,
      to,
      problem,
      before: row ?? null,
      billing,
    };
  });
};
