import type { AccountRun, Adjustment } from '@gatehouse/contract';
import type { AdjustmentRow } from './store-adjustments.ts';
import type { AccountRunRow } from './store-runs.ts';

export const shownAdjustment = (row: AdjustmentRow): Adjustment => ({
  id: row.id,
  integrationId: row.integration_id,
  sourceId: row.source_id,
  sourceTenantId: row.tenant_id,
  tenantName: row.tenant_name,
  accountId: row.account_id,
  accountName: row.account_name,
  contractId: row.contract_id,
  contractName: row.contract_name,
  serviceId: row.service_id,
  serviceName: row.service_name,
  parts: row.parts,
  had: row.had,
  wanted: row.wanted,
  change: row.wanted - row.had,
  effectiveOn: row.effective_on,
  state: row.state,
  why: row.why,
  asks: row.asks,
  problem: row.problem,
  plannedAt: row.planned_at.toISOString(),
  decidedBy: row.decided_by,
  decidedAt: row.decided_at?.toISOString() ?? null,
  reason: row.reason,
  endedAt: row.ended_at?.toISOString() ?? null,
});

export const shownAccountRun = (row: AccountRunRow): AccountRun => ({
  runId: row.run_id,
  sourceId: row.source_id,
  sourceTenantId: row.tenant_id,
  tenantName: row.tenant_name,
  accountId: row.account_id,
  accountName: row.account_name,
  contractId: row.contract_id,
  contractName: row.contract_name,
  state: row.state,
  explanation: row.explanation,
  devices: row.devices,
  notBilled: row.not_billed,
  endedAt: row.ended_at?.toISOString() ?? null,
});
