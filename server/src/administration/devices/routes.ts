import {
  changeDevice,
  type Device,
  type DeviceRow,
  deleteDevice,
  getDevice,
  listDevices,
  resetVirusCounter,
  revokeDeviceKey,
} from '@gatehouse/contract';
import { type Actor, type Http, route } from '../../platform/http/index.ts';
import { fullNames, type GroupStore } from '../groups/index.ts';
import { inScope, type Tenant, type TenantScope, type TenantStore } from '../tenants/index.ts';
import type { DeviceRecord, DeviceStore } from './store.ts';
import type { DeviceLists } from './store-list.ts';

export interface DeviceParts {
  devicesOf: (scope: TenantScope) => DeviceStore;
  listsOf: (scope: TenantScope) => DeviceLists;
  tenantsOf: (scope: TenantScope) => TenantStore;
  groupsOf: (tenantId: string) => GroupStore;
  commandsOf: (deviceId: string) => Promise<Device['commands']>;
  /** Removes a device and all that belongs to it in one transaction. */
  remove: (deviceId: string) => Promise<void>;
  visibleForMinutes: number;
  clock: () => Date;
  /** A device was changed by hand. */
  onChange: () => void;
}

const scopeOf = (actor: Actor): TenantScope => actor.tenantIds ?? 'all';
const text = (value: string): string | null => value || null;

export const deviceRoutes = (http: Http, parts: DeviceParts): void => {
  const visibleSince = () => new Date(parts.clock().getTime() - parts.visibleForMinutes * 60_000);

  const groupNamesOf = async (tenantIds: readonly string[]): Promise<Map<number, string>> => {
    const names = new Map<number, string>();
    for (const tenantId of new Set(tenantIds)) {
      for (const [id, name] of fullNames(await parts.groupsOf(tenantId).list())) names.set(id, name);
    }
    return names;
  };

  const toRow = (
    record: DeviceRecord,
    tenants: ReadonlyMap<string, Tenant>,
    groups: ReadonlyMap<number, string>,
  ): DeviceRow => ({
    id: record.id,
    tenantId: record.tenant_id,
    tenantName: tenants.get(record.tenant_id)?.name ?? '',
    groupId: record.group_id,
    groupName: (groups.get(record.group_id) ?? '').replace(/\/$/, ''),
    name: record.name,
    status: record.status,
    visible: record.last_seen_at !== null && record.last_seen_at >= visibleSince(),
    reasons: record.status_reasons,
    statusSince: record.status_since.toISOString(),
    osName: text(record.os_name),
    ipAddress: text(record.ip_address),
    lastSeenAt: record.last_seen_at?.toISOString() ?? null,
    securityApplication: text([record.security_name, record.security_version].filter(Boolean).join(' ')),
    databasesReleasedAt: record.databases_released_at?.toISOString() ?? null,
    activeThreats: record.active_threats,
    virusCount: record.virus_count,
  });

  const one = async (actor: Actor, deviceId: string): Promise<Device> => {
    const store = parts.devicesOf(scopeOf(actor));
    const record = await store.get(deviceId);
    const [tenants, groups, threats, commands] = await Promise.all([
      tenantsById(parts.tenantsOf('all')),
      groupNamesOf([record.tenant_id]),
      store.threatsOf(deviceId),
      parts.commandsOf(deviceId),
    ]);
    return {
      ...toRow(record, tenants, groups),
      facts: record.facts,
      agentVersion: record.agent_version,
      enrolledAt: record.enrolled_at?.toISOString() ?? null,
      createdAt: record.created_at.toISOString(),
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
    const tenants = await tenantsById(parts.tenantsOf('all'));
    const lists = parts.listsOf(scope);
    const filter = {
      tenantIds: query.tenantId,
      groupIds:
        query.groupId === undefined ? undefined : await withSubgroups(parts, scope, query.groupId, query.tenantId),
      status: query.status,
      conditions: query.condition,
      visible: query.visible === undefined ? undefined : { yes: query.visible, since: visibleSince() },
      text: query.text,
    };
    const order = { by: query.sort, descending: query.descending, tenantOrder: [...tenants.keys()] };
    const [page, total] = await Promise.all([lists.page(filter, order, query.limit, query.after), lists.count(filter)]);
    const groups = await groupNamesOf(page.rows.map((row) => row.tenant_id));
    return { items: page.rows.map((row) => toRow(row, tenants, groups)), next: page.next, total };
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

const tenantsById = async (store: TenantStore): Promise<Map<string, Tenant>> =>
  new Map((await store.list()).map((tenant) => [tenant.id, tenant]));

/** A group with all that lies below it; a group that the caller may not see has nothing in it. */
const withSubgroups = async (
  parts: Pick<DeviceParts, 'groupsOf' | 'tenantsOf'>,
  scope: TenantScope,
  groupId: number,
  tenantIds?: readonly string[],
): Promise<number[]> => {
  for (const tenant of await parts.tenantsOf(scope).list()) {
    if (!inScope(scope, tenant.id) || (tenantIds && !tenantIds.includes(tenant.id))) continue;
    const groups = await parts.groupsOf(tenant.id).list();
    const group = groups.find(({ id }) => id === groupId);
    if (group) return groups.filter(({ path }) => path.startsWith(group.path)).map(({ id }) => id);
  }
  return [];
};
