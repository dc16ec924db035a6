import type { AccountMapping } from '@gatehouse/contract';
import { Conflict, InvalidInput, NotFound } from '../../platform/errors/index.ts';
import type { Actor } from '../../platform/http/index.ts';
import type { Memberships } from '../memberships/index.ts';
import type { Connection, Integrations } from '../psa/index.ts';
import { maySee, type Sources } from '../sources/index.ts';
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

/** One tenant to one account: a tenant in one integration only, an account for one tenant only. */
export const mappings = ({
  store,
  sources,
  integrations,
  memberships,
  clock,
}: {
  store: MappingStore;
  sources: Sources;
  integrations: Integrations;
  memberships: Pick<Memberships, 'integrationOf' | 'put'>;
  clock: () => Date;
}) => {
  const list = async (integrationId: string, actor: Pick<Actor, 'tenantIds'>): Promise<AccountMapping[]> => {
    const own = await integrations.get(integrationId);
    const [rows, tenants, mapped, all] = [
      await sources.rows(),
      await sources.tenants(),
      await store.list(),
      await integrations.list(),
    ];
    const result: AccountMapping[] = [];
    for (const source of rows) {
      for (const tenant of tenants.filter(({ source_id }) => source_id === source.id)) {
        if (!maySee(actor, { isLocal: source.is_local, uid: tenant.uid })) continue;
        const row = mapped.find((each) => each.source_id === source.id && each.tenant_id === tenant.tenant_id);
        if (!row && !tenant.present) continue;
        const isOwn = row?.integration_id === own.id;
        const elsewhere =
          row && !isOwn ? (all.find(({ id }) => id === row.integration_id)?.name ?? 'another integration') : null;
        result.push({
          sourceId: source.id,
          sourceName: source.name,
          sourceTenantId: tenant.tenant_id,
          sourceTenantName: tenant.name,
          account: row && isOwn ? { id: row.account_id, name: row.account_name, active: row.account_active } : null,
          problem: elsewhere
            ? `Integrated in "${elsewhere}" already`
            : row && isOwn
              ? (accountProblem(row) ??
                (tenant.present ? tenant.problem : 'The source no longer lists this tenant; nothing is read from it'))
              : null,
        });
      }
    }
    return result;
  };

  return {
    list,

    all: (): Promise<MappingRow[]> => store.list(),
    find: (sourceId: string, tenantId: string): Promise<MappingRow | undefined> => store.find(sourceId, tenantId),

    /**
     * Checks a wish against both sides.
     * @returns the mapping before, and the account to map to
     * @throws NotFound, InvalidInput, Conflict
     */
    async check(integrationId: string, sourceId: string, tenantId: string, accountId: string | null) {
      const connection = await integrations.connect(integrationId);
      const tenant = await sources.tenant(sourceId, tenantId);
      if (!tenant) throw new NotFound('tenant', tenantId);
      const before = await store.find(sourceId, tenantId);
      const owner = await memberships.integrationOf(sourceId, tenantId);
      if (owner !== null && owner !== integrationId) {
        const { name } = await integrations.get(owner);
        throw new Conflict(
          'mapping.elsewhere',
          `${tenant.name} is integrated in "${name}"; a tenant belongs to one integration only, so end it there first`,
        );
      }
      if (accountId === null) return { before, account: null };
      const [account] = await connection.connector.readAccounts([accountId]);
      const issue = (what: string) => [{ where: 'body.accountId', what }];
      if (!account) throw new InvalidInput(`The PSA has no account ${accountId}`, issue('no such account'));
      if (!account.active) {
        throw new InvalidInput(
          `The account ${account.name} is inactive in the PSA: make it active there, or choose another`,
          issue('inactive account'),
          'mapping.account-inactive',
        );
      }
      const taken = (await store.list()).find(
        (row) => row.integration_id === integrationId && row.account_id === accountId,
      );
      if (taken && (taken.source_id !== sourceId || taken.tenant_id !== tenantId)) {
        const other = await sources.tenant(taken.source_id, taken.tenant_id);
        throw new Conflict(
          'mapping.account-taken',
          `The account ${account.name} belongs to ${other?.name ?? 'another tenant'}; one account is one tenant, so end that mapping first`,
        );
      }
      return { before, account };
    },

    /** @throws Conflict when somebody else was faster */
    async put(
      integrationId: string,
      sourceId: string,
      tenantId: string,
      account: { id: string; name: string; active: boolean },
    ) {
      // Whoever maps a tenant wants it in the integration.
      await memberships.put(integrationId, [{ sourceId, tenantId }], []);
      await store.remove(sourceId, tenantId);
      const added = await store.add({
        source_id: sourceId,
        tenant_id: tenantId,
        integration_id: integrationId,
        account_id: account.id,
        account_name: account.name,
        account_active: account.active,
        account_gone: false,
        checked_at: clock(),
        billing_enabled: false,
        contract_id: null,
        contract_name: null,
        contract_ends_on: null,
        contract_usable: true,
        renamed_from: null,
        renamed_at: null,
        inactive_at: null,
        dismissed_at: null,
      });
      if (!added)
        throw new Conflict('mapping.account-taken', 'Somebody else mapped this account or tenant just now: look again');
    },

    end: (sourceId: string, tenantId: string): Promise<void> => store.remove(sourceId, tenantId),

    /**
     * Asks the PSA whether the mapped accounts are still there and active.
     * @returns whether there was anything to ask
     */
    async recheck({ integrationId, connector }: Connection, only: (row: MappingRow) => boolean): Promise<boolean> {
      const rows = (await store.list()).filter((row) => row.integration_id === integrationId && only(row));
      if (rows.length === 0) return false;
      const accounts = new Map(
        (await connector.readAccounts(rows.map((row) => row.account_id))).map((account) => [account.id, account]),
      );
      for (const row of rows) {
        const account = accounts.get(row.account_id);
        await store.setAccount(integrationId, row.account_id, {
          ...(account ? { account_name: account.name } : {}),
          account_active: account?.active ?? false,
          account_gone: !account,
          checked_at: clock(),
        });
      }
      return true;
    },
  };
};
export type Mappings = ReturnType<typeof mappings>;
