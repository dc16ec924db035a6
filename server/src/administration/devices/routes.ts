import {
  changeDevice,
  type Device,
  DeviceFilter,
  deleteDevice,
  getDevice,
  listDevices,
  resetVirusCounter,
  revokeDeviceKey,
} from '@gatehouse/contract';
import { type Actor, type Http, route } from '../../platform/http/index.ts';
import type { GroupStore } from '../groups/index.ts';
import type { TenantScope, TenantStore } from '../tenants/index.ts';
import { type FilterGroups, resolveDeviceFilter } from './resolve.ts';
import type { DeviceRows } from './rows.ts';
import type { DeviceStore } from './store.ts';
import type { DeviceLists } from './store-list.ts';

export interface DeviceParts {
  devicesOf: (scope: TenantScope) => DeviceStore;
  listsOf: (scope: TenantScope) => DeviceLists;
  tenantsOf: (scope: TenantScope) => TenantStore;
  groupsOf: (tenantId: string) => GroupStore;
  filterGroupsOf: (scope: TenantScope) => FilterGroups;
  rows: DeviceRows;
  commandsOf: (deviceId: string) => Promise<Device['commands']>;
  /** Removes a device and all that belongs to it in one transaction. */
  remove: (deviceId: string) => Promise<void>;
  visibleSince: () => Date;
  clock: () => Date;
  /** A device was changed by hand. */
  onChange: () => void;
}

const scopeOf = (actor: Actor): TenantScope => actor.tenantIds ?? 'all';

export const deviceRoutes = (http: Http, parts: DeviceParts): void => {
  const one = async (actor: Actor, deviceId: string): Promise<Device> => {
    const store = parts.devicesOf(scopeOf(actor));
    const record = await store.get(deviceId);
    const [[row], threats, commands] = await Promise.all([
      parts.rows([record]),
      store.threatsOf(deviceId),
      parts.commandsOf(deviceId),
    ]);
    if (!row) throw new Error('a device that was read has no row');
    return {
      ...row,
      facts: record.facts,
      enrolledAt: record.enrolled_at?.toISOString() ?? null,
      lastConnectedAt: record.last_connected_at?.toISOString() ?? null,
      factsAt: record.facts_at?.toISOString() ?? null,
      keyRevoked: record.key_revoked_at !== null,
      activeThreatList: threats.map((threat) => ({
        uid: threat.uid,
        object: threat.object,
        threatName: threat.threat_name,
        foundAt: threat.found_at.toISOString(),
      })),
      commands,
    };
  };

  route(http, listDevices, async ({ actor, query }) => {
    const scope = scopeOf(actor);
    const given = DeviceFilter.parse({
      tenantIds: query.tenantId,
      groups: query.groupId === undefined ? [] : [{ id: query.groupId }],
      statuses: query.status,
      conditions: query.condition,
      visible: query.visible,
      text: query.text,
      tags: query.tag,
    });
    const filter = await resolveDeviceFilter(given, {
      now: parts.clock(),
      visibleSince: parts.visibleSince(),
      groups: parts.filterGroupsOf(scope),
    });
    const lists = parts.listsOf(scope);
    const tenantOrder = (await parts.tenantsOf('all').list()).map(({ id }) => id);
    const order = { by: query.sort, descending: query.descending, tenantOrder };
    const [page, total] = await Promise.all([lists.page(filter, order, query.limit, query.after), lists.count(filter)]);
    return { items: await parts.rows(page.rows), next: page.next, total };
  });

  route(http, getDevice, ({ actor, params }) => one(actor, params.deviceId));

  route(http, changeDevice, async ({ actor, params, body, audit }) => {
    const store = parts.devicesOf(scopeOf(actor));
    const before = await store.get(params.deviceId);
    // A group of another tenant answers as one that is not there.
    if (body.groupId !== undefined) await parts.groupsOf(before.tenant_id).get(body.groupId);
    await store.change(params.deviceId, body);
    audit({ tenantId: before.tenant_id, before: { name: before.name, groupId: before.group_id } });
    parts.onChange();
    return one(actor, params.deviceId);
  });

  route(http, deleteDevice, async ({ actor, params, audit }) => {
    const before = await parts.devicesOf(scopeOf(actor)).get(params.deviceId);
    await parts.remove(params.deviceId);
    audit({ tenantId: before.tenant_id, before: { name: before.name, groupId: before.group_id } });
    parts.onChange();
    return {};
  });

  route(http, revokeDeviceKey, async ({ actor, params, audit }) => {
    const store = parts.devicesOf(scopeOf(actor));
    const before = await store.get(params.deviceId);
    await store.revokeKey(params.deviceId, parts.clock());
    audit({ tenantId: before.tenant_id });
    parts.onChange();
    return {};
  });

  route(http, resetVirusCounter, async ({ actor, params, audit }) => {
    const store = parts.devicesOf(scopeOf(actor));
    const before = await store.get(params.deviceId);
    await store.resetVirusCount(params.deviceId);
    audit({ tenantId: before.tenant_id, before: { virusCount: before.virus_count }, after: { virusCount: 0 } });
    parts.onChange();
    return {};
  });
};
