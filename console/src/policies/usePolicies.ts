import {
  addPolicy,
  changePolicy,
  copyPolicy,
  type DevicePolicyState,
  deletePolicy,
  exportPolicy,
  getDevicePolicy,
  getPolicy,
  importPolicy,
  listGroups,
  listPolicies,
  listPolicyDevices,
  listTenants,
} from '@gatehouse/contract';
import { call, useAsk, useTell } from '../api/index.ts';

const changes = [listPolicies, getPolicy, listPolicyDevices, getDevicePolicy];

/** Policies of a client, or of all; of a group with those that it inherits. */
export const usePolicyList = ({ tenantId, groupId }: { tenantId: string | undefined; groupId?: number | undefined }) =>
  useAsk(
    listPolicies,
    {
      query: {
        ...(tenantId === undefined ? {} : { tenantId }),
        ...(groupId === undefined ? {} : { groupId }),
      },
    },
    { topics: ['policies', 'tenants'], keep: true },
  );

export const usePolicyActs = () => ({
  add: useTell(addPolicy, { changes }),
  change: useTell(changePolicy, { changes }),
  copy: useTell(copyPolicy, { changes }),
  import: useTell(importPolicy, { changes }),
  remove: useTell(deletePolicy, { changes }),
});

export const fetchPolicyFile = (policyId: number) => call(exportPolicy, { params: { policyId } });

export const usePolicy = (policyId: number) => useAsk(getPolicy, { params: { policyId } }, { topics: ['policies'] });

export const usePolicyDevices = (
  policyId: number,
  { state, after }: { state: DevicePolicyState[] | undefined; after: string | undefined },
) =>
  useAsk(
    listPolicyDevices,
    { params: { policyId }, query: { ...(state ? { state } : {}), ...(after ? { after } : {}) } },
    { topics: ['policies', 'devices'], keep: true },
  );

export const useDevicePolicy = (deviceId: string) =>
  useAsk(getDevicePolicy, { params: { deviceId } }, { topics: ['policies', 'devices'] });

/** Clients and groups to choose from. */
export const usePlaces = (tenantId: string | undefined) => ({
  tenants: useAsk(listTenants, {}, { topics: ['tenants'] }).data?.items ?? [],
  groups:
    useAsk(
      listGroups,
      { params: { tenantId: tenantId ?? '' } },
      { topics: ['tenants'], enabled: tenantId !== undefined },
    ).data?.items ?? [],
});
