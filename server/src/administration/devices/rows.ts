import type { DeviceRow } from '@gatehouse/contract';
import type { TenantStore } from '../tenants/index.ts';
import { groupsOfReasons, shownReasons } from './shown-reasons.ts';
import type { DeviceRecord } from './store.ts';

export interface RowParts {
  tenantsOf: (scope: 'all') => Pick<TenantStore, 'list'>;
  /** Full names of groups by number, with a trailing slash. */
  groupNames: (ids: readonly number[]) => Promise<ReadonlyMap<number, string>>;
  visibleSince: () => Date;
}

const text = (value: string): string | null => value || null;

/** Devices as the console sees them, with the names of their tenants and groups: two questions for any number of them. */
export const deviceRows =
  ({ tenantsOf, groupNames, visibleSince }: RowParts) =>
  async (records: readonly DeviceRecord[]): Promise<DeviceRow[]> => {
    const [tenants, groups] = await Promise.all([
      tenantsOf('all').list(),
      groupNames([
        ...new Set(
          records.flatMap((record) => [
            record.group_id,
            ...groupsOfReasons(record.status_reasons),
            ...groupsOfReasons(record.status_unseen),
          ]),
        ),
      ]),
    ]);
    const tenantNames = new Map(tenants.map(({ id, name }) => [id, name]));
    const since = visibleSince();
    return records.map((record) => ({
      id: record.id,
      tenantId: record.tenant_id,
      tenantName: tenantNames.get(record.tenant_id) ?? '',
      groupId: record.group_id,
      groupName: (groups.get(record.group_id) ?? '').replace(/\/$/, ''),
      name: record.name,
      status: record.status,
      visible: record.last_seen_at !== null && record.last_seen_at >= since,
      reasons: shownReasons(record.status_reasons, groups),
      noLongerSeen: record.status_unseen.length > 0,
      unseenReasons: shownReasons(record.status_unseen, groups),
      statusSince: record.status_since.toISOString(),
      osFamily: text(record.os_family),
      osName: text(record.os_name),
      ipAddress: text(record.ip_address),
      lastSeenAt: record.last_seen_at?.toISOString() ?? null,
      securityApplication: text([record.security_name, record.security_version].filter(Boolean).join(' ')),
      databasesReleasedAt: record.databases_released_at?.toISOString() ?? null,
      activeThreats: record.active_threats,
      virusCount: record.virus_count,
      restartRequired: record.restart_required,
      lastScanAt: record.last_scan_at?.toISOString() ?? null,
      agentVersion: record.agent_version,
      createdAt: record.created_at.toISOString(),
      tags: record.tags,
    }));
  };
export type DeviceRows = ReturnType<typeof deviceRows>;
