import {
  changeDevice,
  deleteDevice,
  deviceSorts,
  getAdministrationOverview,
  getDevice,
  giveCommand,
  listDevices,
  listGroups,
  listTenants,
  resetVirusCounter,
  revokeDeviceKey,
  StatusLevel,
} from '@gatehouse/contract';
import { z } from 'zod';
import { useAsk, useTell } from '../api/index.ts';
import { listState, urlFlag, urlList, urlNumber, urlOneOf, urlText, useTenantScope } from '../platform/index.ts';

export const DeviceSearch = z.object({
  ...listState,
  text: urlText,
  status: urlList(StatusLevel),
  condition: urlList(z.string()),
  tenantId: urlList(z.string()),
  groupId: urlNumber,
  visible: urlFlag,
  sort: urlOneOf(deviceSorts),
  descending: urlFlag,
});
export type DeviceSearch = z.output<typeof DeviceSearch>;

/** One page of devices as the address says, and what its filters can offer. */
export const useDevices = (search: DeviceSearch) => {
  const scope = useTenantScope();
  const { sort = 'status', limit, after, status, condition, groupId, text } = search;
  const descending = search.descending ?? sort === 'status';
  const devices = useAsk(
    listDevices,
    {
      query: {
        limit,
        after,
        status,
        condition,
        groupId,
        text,
        sort,
        tenantId: scope ? [scope] : search.tenantId,
        descending: descending ? 'true' : 'false',
        visible: search.visible === undefined ? undefined : search.visible ? 'true' : 'false',
      },
    },
    { topics: ['devices'], keep: true },
  );
  const tenants = useAsk(listTenants, {}, { topics: ['tenants'] });
  const groups = useAsk(
    listGroups,
    { params: { tenantId: scope ?? '' } },
    { topics: ['tenants'], enabled: scope !== undefined },
  );
  // Only conditions that hold somewhere are worth filtering by.
  const overview = useAsk(
    getAdministrationOverview,
    { query: { tenantId: scope ? [scope] : undefined } },
    { topics: ['devices', 'events'] },
  );
  const titles = new Map(overview.data?.conditions.map((each) => [each.condition, each.title]));
  const conditions = [...titles].map(([value, label]) => ({ value, label }));
  return { devices, tenants, groups, conditions, sort, descending, scope };
};

/** A command that runs is followed more closely than the live stream would. */
const RUNNING_REFETCH_MS = 4000;

/** One device and what can be done with it. */
export const useDevice = (deviceId: string) => {
  const changes = [getDevice, listDevices];
  const device = useAsk(
    getDevice,
    { params: { deviceId } },
    {
      topics: ['devices'],
      refetchMs: ({ commands }) =>
        commands.some(({ state }) => ['waiting', 'taken', 'running'].includes(state)) ? RUNNING_REFETCH_MS : false,
    },
  );
  return {
    device,
    command: useTell(giveCommand, { changes }),
    change: useTell(changeDevice, { changes }),
    remove: useTell(deleteDevice, { changes: [listDevices] }),
    revoke: useTell(revokeDeviceKey, { changes }),
    reset: useTell(resetVirusCounter, { changes }),
  };
};

export const useGroupsOf = (tenantId: string | undefined) =>
  useAsk(
    listGroups,
    { params: { tenantId: tenantId ?? '' } },
    { topics: ['tenants'], enabled: tenantId !== undefined },
  );
