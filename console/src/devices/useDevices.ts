import {
  type CallOf,
  changeDevice,
  changeDeviceTags,
  type DeviceRow,
  deleteDevice,
  deleteDevices,
  exportDevices,
  getAdministrationOverview,
  getDevice,
  giveCommand,
  listDeviceSelections,
  listDevices,
  listDeviceTags,
  listGroups,
  listTenants,
  moveDevices,
  resetVirusCounter,
  revokeDeviceKey,
  searchDevices,
} from '@gatehouse/contract';
import { call, saveFile, useAsk, useTell } from '../api/index.ts';
import { useTenantScope } from '../platform/index.ts';
import { type AskedDevices, type DeviceSearch, MOST_AT_ONCE, queryOf } from './device-query.ts';
import type { DeviceChoices } from './useDeviceFilters.ts';

/** One page of devices as the address says, and what its filters can offer. */
export const useDevices = (search: DeviceSearch) => {
  const scope = useTenantScope();
  const asked = queryOf(search, scope);
  const devices = useAsk(
    searchDevices,
    { body: { ...asked, limit: search.limit ?? 50, after: search.after } },
    { topics: ['devices'], keep: true },
  );
  const tenants = useAsk(listTenants, {}, { topics: ['tenants'] });
  const selections = useAsk(listDeviceSelections, {});
  const tags = useAsk(listDeviceTags, {}, { topics: ['devices'] });
  // A group is chosen among those of one client.
  const oneTenant = scope ?? (search.tenantId?.length === 1 ? search.tenantId[0] : undefined);
  const groups = useGroupsOf(oneTenant);
  // Only conditions that hold somewhere are worth filtering by.
  const overview = useAsk(
    getAdministrationOverview,
    { query: { tenantId: scope ? [scope] : undefined } },
    { topics: ['devices', 'events'] },
  );
  const titles = new Map(overview.data?.conditions.map((each) => [each.condition, each.title]));
  const choices: DeviceChoices = {
    tenants: scope ? [] : (tenants.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
    groups: (groups.data?.items ?? []).map(({ id, fullName }) => ({ value: String(id), label: fullName })),
    conditions: [...titles].map(([value, label]) => ({ value, label })),
    tags: (tags.data?.items ?? []).map(({ tag }) => ({ value: tag, label: tag })),
  };
  return { asked, devices, selections, choices };
};

/** Commands that are under way at the same time. */
const COMMANDS_AT_ONCE = 6;

/** What can be done with many devices at once. */
export const useDeviceActs = () => {
  const changes = { changes: [searchDevices, listDevices, listDeviceTags, getDevice] };
  const command = useTell(giveCommand, changes);
  const save = useTell(exportDevices);
  return {
    move: useTell(moveDevices, changes),
    tags: useTell(changeDeviceTags, changes),
    remove: useTell(deleteDevices, changes),
    /** Gives each of them the command. @returns how many took it, and what the first refusal said */
    commandAll: async (deviceIds: readonly string[], body: CallOf<typeof giveCommand>['body']) => {
      const results: PromiseSettledResult<unknown>[] = [];
      for (let from = 0; from < deviceIds.length; from += COMMANDS_AT_ONCE) {
        const some = deviceIds.slice(from, from + COMMANDS_AT_ONCE);
        results.push(
          ...(await Promise.allSettled(some.map((deviceId) => command.mutateAsync({ params: { deviceId }, body })))),
        );
      }
      const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
      return { given: results.length - refused.length, refused: refused[0] as unknown };
    },
    /** All devices that the list finds, to be acted upon: as many as the server takes at once. */
    findAll: async (asked: AskedDevices): Promise<DeviceRow[]> => {
      const rows: DeviceRow[] = [];
      let after: string | undefined;
      do {
        const page = await call(searchDevices, {
          body: { ...asked, limit: Math.min(500, MOST_AT_ONCE - rows.length), after },
        });
        rows.push(...page.items);
        after = page.next ?? undefined;
      } while (after !== undefined && rows.length < MOST_AT_ONCE);
      return rows;
    },
    /** All devices that the list finds, as a file of the browser. */
    exportAll: (asked: AskedDevices, onError: (error: unknown) => void) =>
      save.mutate(
        { body: asked },
        {
          onError, // The mark by which spreadsheets know UTF-8 was taken off on the way.
          onSuccess: (csv) =>
            saveFile(`devices-${new Date().toISOString().slice(0, 10)}.csv`, `\ufeff${csv}`, 'text/csv'),
        },
      ),
    isExporting: save.isPending,
  };
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
