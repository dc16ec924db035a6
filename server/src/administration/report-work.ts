import { parseFilter } from '@gatehouse/protocols/ksc-open-api';
import type { Kysely } from 'kysely';
import type { Clock } from '../platform/clock/index.ts';
import { NotFound } from '../platform/errors/index.ts';
import type { Http } from '../platform/http/index.ts';
import { type DeviceRecord, type DeviceSearch, RTP_RUNNING, type SearchContext } from './devices/index.ts';
import type { EngineStore } from './events/index.ts';
import { allGroups, fullNames } from './groups/index.ts';
import { licenseStore, maySee, seatStore, shownKey } from './licenses/index.ts';
import {
  type ReportDevice,
  type ReportPlan,
  type ReportSource,
  reportKinds,
  reportRoutes,
  requireReport,
  startReport,
  writeReport,
} from './reports/index.ts';
import { conditionOf } from './statuses/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import { inScope, type TenantScope, type TenantStore } from './tenants/index.ts';

const DEVICES_AT_ONCE = 500;
const EVENTS_AT_ONCE = 1000;

export interface ReportWorkParts {
  /** The schema `administration`. */
  db: Kysely<AdministrationTables>;
  http: Http;
  clock: Clock;
  tenantsOf: (scope: TenantScope) => TenantStore;
  searchOf: (scope: TenantScope) => DeviceSearch;
  eventsOf: (scope: TenantScope) => EngineStore;
  visibleSince: () => Date;
}

/** Reports, over what the other modules know. */
export const createReportWork = (parts: ReportWorkParts) => {
  const { clock } = parts;
  const db = administrationDb(parts.db);

  /** @throws NotFound for a client or group that is not there, or that the reader may not see */
  const sourceOf = async (
    reader: { tenantIds: readonly string[] | null },
    { tenantIds, groupIds, period, signal }: ReportPlan,
  ): Promise<ReportSource> => {
    const seen: TenantScope = reader.tenantIds ?? 'all';
    const tenants = await parts.tenantsOf(seen).list();
    for (const id of tenantIds ?? []) {
      if (!inScope(seen, id) || !tenants.some((tenant) => tenant.id === id)) throw new NotFound('tenant', id);
    }
    const scope: TenantScope = tenantIds ?? seen;
    const groups = (await allGroups(db.groups)).filter((group) => inScope(scope, group.tenantId));
    const names = fullNames(groups);
    const tenantNames = new Map(tenants.map(({ id, name }) => [id, name]));
    const roots = groupIds?.map((id) => {
      const group = groups.find((one) => one.id === id);
      if (!group) throw new NotFound('group', String(id));
      return group.path;
    });
    const chosen =
      roots && new Set(groups.filter(({ path }) => roots.some((root) => path.startsWith(root))).map(({ id }) => id));

    const context: SearchContext = {
      now: clock(),
      visibleSince: parts.visibleSince(),
      groupNames: new Map(groups.map(({ id, name }) => [id, name])),
      tenants: new Map(tenants.map(({ id, virtualServerId, name }) => [id, { number: virtualServerId, name }])),
      unassignedGroupIds: groups.filter(({ kind }) => kind === 'unassigned').map(({ id }) => id),
      withSubgroups: (id) => [id],
    };
    const shownDevice = (device: DeviceRecord): ReportDevice => ({
      name: device.name,
      tenantName: tenantNames.get(device.tenant_id) ?? '',
      groupName: names.get(device.group_id) ?? '',
      ipAddress: device.ip_address,
      osName: device.os_name,
      status: device.status,
      reasons: device.status_reasons.map(({ condition }) => conditionOf(condition)?.title ?? condition),
      isVisible: device.last_seen_at !== null && device.last_seen_at >= context.visibleSince,
      lastSeenAt: device.last_seen_at,
      securityName: device.security_name,
      securityVersion: device.security_version,
      isProtected: device.security_running && RTP_RUNNING.includes(device.rtp_state),
      databasesReleasedAt: device.databases_released_at,
      lastScanAt: device.last_scan_at,
      activeThreats: device.active_threats,
      facts: device.facts,
    });

    return {
      async *devices() {
        const inGroups = chosen && `(|${[...chosen].map((id) => `(KLHST_WKS_GROUPID=${id})`).join('')})`;
        const order = ['KLVSRV_DN', 'KLHST_WKS_DN'].map((name) => ({ name, ascending: true }));
        const search = parts.searchOf(scope);
        // The ids of a moment: devices that come meanwhile wait for the next report.
        const ids = await search.find(parseFilter(inGroups ?? ''), order, context);
        for (let from = 0; from < ids.length; from += DEVICES_AT_ONCE) {
          signal?.throwIfAborted();
          yield (await search.byIds(ids.slice(from, from + DEVICES_AT_ONCE))).map(shownDevice);
        }
      },
      async *events(filter) {
        const { from, to } = period;
        const events = parts.eventsOf(scope);
        for (let afterId = 0; ; ) {
          signal?.throwIfAborted();
          const page = await events.oldest({ ...filter, riseFrom: from, riseTo: to, afterId }, EVENTS_AT_ONCE);
          const last = page.at(-1);
          if (!last) return;
          afterId = last.eventId;
          yield page
            .filter(({ groupId }) => !chosen || chosen.has(groupId))
            .map((event) => ({ ...event, tenantName: tenantNames.get(event.tenantId) ?? '' }));
        }
      },
      async licenseKeys() {
        const main =
          tenants.find(({ virtualServerId }) => virtualServerId === 0) ??
          (await parts.tenantsOf('all').byVirtualServerId(0));
        const mainTenantId = main?.id ?? '';
        // Chosen clients narrow the list; what may be seen of a key is the reader's own matter.
        const viewer = { tenantIds: reader.tenantIds, mainTenantId };
        const chosenOnes = { tenantIds: scope === 'all' ? null : scope, mainTenantId };
        const keys = await licenseStore(db.licenses).all();
        const counts = await seatStore(db.licenses, scope).counts();
        return keys
          .filter((key) => maySee(chosenOnes, key))
          .map((key) => {
            const shown = shownKey(key, counts.get(key.serialNumber), { viewer, tenantNames, now: context.now });
            return { ...shown, expiresAt: key.expiresAt };
          });
      },
    };
  };

  return {
    kinds: reportKinds,
    require: requireReport,
    sourceOf,
    start: startReport,
    write: writeReport,
    serve: (): void => reportRoutes(parts.http, { sourceOf, clock }),
  };
};
export type ReportWork = ReturnType<typeof createReportWork>;
