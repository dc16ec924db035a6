import { accountProblem, type MappingRow, type Mappings } from '../mappings/index.ts';
import type { Sources, SourceTenant } from '../sources/index.ts';
import type { BillingPlace } from './store-runs.ts';

/** A mapped account as billing needs it. */
export interface BillingAccount extends BillingPlace {
  tenant: SourceTenant;
  accountId: string;
  accountName: string;
  /** Why the PSA takes nothing for the account just now, in words, or null. */
  problem: string | null;
  isBilled: boolean;
  contractId: string | null;
  contractName: string | null;
}

/** The mapped accounts of all integrations. */
export const billingAccounts = ({
  mappings,
  sources,
}: {
  mappings: Pick<Mappings, 'all' | 'find'>;
  sources: Pick<Sources, 'tenants' | 'tenant'>;
}) => {
  const asAccount = (row: MappingRow, tenant: { name: string; uid: string | null } | undefined): BillingAccount => ({
    integrationId: row.integration_id,
    sourceId: row.source_id,
    tenantId: row.tenant_id,
    tenant: { tenantId: row.tenant_id, name: tenant?.name ?? row.account_name, uid: tenant?.uid ?? null },
    accountId: row.account_id,
    accountName: row.account_name,
    problem: accountProblem(row),
    isBilled: row.billing_enabled,
    contractId: row.contract_id,
    contractName: row.contract_name,
  });

  return {
    /** By name of the account. */
    async list(): Promise<BillingAccount[]> {
      const tenants = new Map((await sources.tenants()).map((row) => [`${row.source_id} ${row.tenant_id}`, row]));
      return (await mappings.all())
        .map((row) => asAccount(row, tenants.get(`${row.source_id} ${row.tenant_id}`)))
        .sort((a, b) => a.accountName.localeCompare(b.accountName) || (a.tenantId < b.tenantId ? -1 : 1));
    },

    /** Null when the tenant is mapped no longer, or by another integration. */
    async find({ integrationId, sourceId, tenantId }: BillingPlace): Promise<BillingAccount | null> {
      const row = await mappings.find(sourceId, tenantId);
      if (row?.integration_id !== integrationId) return null;
      return asAccount(row, await sources.tenant(sourceId, tenantId));
    },
  };
};
export type BillingAccounts = ReturnType<typeof billingAccounts>;
