import {
  addMovingRule,
  applyMovingRule,
  changeMovingRule,
  deleteMovingRule,
  listDeviceTags,
  listGroups,
  listMovingRules,
  listTenants,
  orderMovingRules,
  previewMovingRule,
  searchDevices,
} from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

const changes = { changes: [listMovingRules] };

export const useTenantChoices = () => useAsk(listTenants, {}, { topics: ['tenants'] });

/** The rules of a client in their order, and what can be done with them. */
export const useMovingRules = (tenantId: string | undefined) => ({
  rules: useAsk(
    listMovingRules,
    { params: { tenantId: tenantId ?? '' } },
    { topics: ['tenants'], enabled: tenantId !== undefined },
  ),
  groups: useAsk(
    listGroups,
    { params: { tenantId: tenantId ?? '' } },
    { topics: ['tenants'], enabled: tenantId !== undefined },
  ),
  add: useTell(addMovingRule, changes),
  change: useTell(changeMovingRule, changes),
  remove: useTell(deleteMovingRule, changes),
  order: useTell(orderMovingRules, changes),
  preview: useTell(previewMovingRule),
  apply: useTell(applyMovingRule, { changes: [searchDevices, listDeviceTags] }),
});
export type MovingRuleCalls = ReturnType<typeof useMovingRules>;
