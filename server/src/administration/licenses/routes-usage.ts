import {
  exportLicenseUsage,
  getLicenseUsage,
  getLicenseUsageHistory,
  type LicenseUsageHistory,
  listUsageEvidence,
} from '@gatehouse/contract';
import { DAY_MS } from '../../platform/clock/index.ts';
import { csvLine } from '../../platform/csv/index.ts';
import { Conflict, InvalidInput } from '../../platform/errors/index.ts';
import { fileRoute, type Http, route } from '../../platform/http/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import { inScope } from '../tenants/index.ts';
import { isBillable } from './key.ts';
import { type LicenseRouteParts, scopeOf } from './routes.ts';
import type { DeviceCategory } from './store.ts';
import type { UsageDay, UsageStore } from './store-usage.ts';
import { count, noDevices } from './tally.ts';
import { tally, walkUses } from './usage.ts';

/** The most days that one answer speaks of. */
const MOST_DAYS = 1100;

const toReply = (row: UsageDay): LicenseUsageHistory['items'][number] => {
  const devices = {
    windowsWorkstations: row.windows_workstations,
    windowsServers: row.windows_servers,
    otherWorkstations: row.other_workstations,
    otherServers: row.other_servers,
    unknown: row.unknown,
  };
  return {
    day: row.day,
    serialNumber: row.serial_number,
    productName: row.product_name,
    kind: row.kind,
    tenantId: row.tenant_id,
    tenantName: row.tenant_name,
    billable: row.billable,
    deviceLimit: row.device_limit,
    devices: { ...devices, total: Object.values(devices).reduce((sum, n) => sum + n, 0) },
  };
};

/** @throws InvalidInput */
const requireSpan = ({ from, to }: { from: string; to: string }): void => {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS;
  if (days >= 0 && days < MOST_DAYS) return;
  const what =
    days < 0 ? 'Must not be before the first day' : `Must be less than ${MOST_DAYS} days after the first day`;
  throw new InvalidInput('The span of days cannot be answered', [{ where: 'query.to', what }]);
};

const fileColumns: readonly { header: string; cell: (row: LicenseUsageHistory['items'][number]) => string | number }[] =
  [
    { header: 'day', cell: ({ day }) => day },
    { header: 'client', cell: ({ tenantName }) => tenantName },
    { header: 'product', cell: ({ productName }) => productName },
    { header: 'serialNumber', cell: ({ serialNumber }) => serialNumber },
    { header: 'kind', cell: ({ kind }) => kind },
    { header: 'billable', cell: ({ billable }) => (billable ? 'yes' : 'no') },
    { header: 'windowsWorkstations', cell: ({ devices }) => devices.windowsWorkstations },
    { header: 'windowsServers', cell: ({ devices }) => devices.windowsServers },
    { header: 'otherWorkstations', cell: ({ devices }) => devices.otherWorkstations },
    { header: 'otherServers', cell: ({ devices }) => devices.otherServers },
    { header: 'unknown', cell: ({ devices }) => devices.unknown },
    { header: 'total', cell: ({ devices }) => devices.total },
  ];

export const licenseUsageRoutes = (
  http: Http,
  {
    keys,
    seatsOf,
    standingsOf,
    names,
    clock,
    usageOf,
  }: Pick<LicenseRouteParts, 'keys' | 'seatsOf' | 'standingsOf' | 'names' | 'clock'> & {
    usageOf: (scope: TenantScope) => UsageStore;
  },
): void => {
  route(http, getLicenseUsage, async ({ actor, query }) => {
    const scope = scopeOf(actor);
    const now = clock();
    const { tenants, groups } = await names();
    const known = new Map((await keys.all()).map((key) => [key.serialNumber, key]));
    const wanted: TenantScope =
      query.tenantId === undefined ? scope : inScope(scope, query.tenantId) ? [query.tenantId] : [];
    const counted = tally<string>();
    const total = noDevices();
    const seen = new Set<string>();
    for await (const { uses } of walkUses({ standings: standingsOf(wanted), seats: seatsOf(wanted) })) {
      for (const { serialNumber, device, category } of uses) {
        if (!known.has(serialNumber)) continue;
        counted.add(`${device.tenantId} ${query.byGroup ? device.groupId : ''} ${serialNumber}`, category);
        if (!seen.has(device.id)) count(total, category as DeviceCategory);
        seen.add(device.id);
      }
    }
    const items = [...counted.byKey].flatMap(([place, devices]) => {
      const [tenantId = '', groupId = '', serialNumber = ''] = place.split(' ');
      const key = known.get(serialNumber);
      if (!key) return [];
      const name = (groups.get(Number(groupId)) ?? '').replace(/\/$/, '');
      return [
        {
          serialNumber,
          productName: key.productName,
          kind: key.kind,
          tenantId,
          tenantName: tenants.get(tenantId) ?? '',
          billable: isBillable(key, now),
          devices,
          group: groupId === '' ? null : { id: Number(groupId), name },
        },
      ];
    });
    const order = (item: (typeof items)[number]) =>
      [item.tenantName, item.productName, item.serialNumber, item.group?.name ?? ''].join('\u0000');
    return { items: items.sort((a, b) => (order(a) < order(b) ? -1 : 1)), total };
  });

  route(http, getLicenseUsageHistory, async ({ actor, query }) => {
    requireSpan(query);
    const usage = usageOf(scopeOf(actor));
    const [days, rows] = await Promise.all([
      usage.checkedDays(query.from, query.to),
      usage.days(query.from, query.to, query),
    ]);
    return { days, items: rows.map(toReply) };
  });

  fileRoute(http, exportLicenseUsage, async ({ actor, query }) => {
    requireSpan(query);
    const usage = usageOf(scopeOf(actor));
    const chunks = async function* () {
      yield `\ufeff${csvLine(fileColumns.map(({ header }) => header))}`;
      for (const day of await usage.checkedDays(query.from, query.to)) {
        const rows = await usage.days(day, day, query);
        yield rows.map((row) => csvLine(fileColumns.map(({ cell }) => cell(toReply(row))))).join('');
      }
    };
    return {
      name: `license-usage-${query.from}-${query.to}.csv`,
      type: 'text/csv; charset=utf-8',
      chunks: chunks(),
    };
  });

  route(http, listUsageEvidence, async ({ actor, query }) => {
    const usage = usageOf(scopeOf(actor));
    if (!(await usage.isChecked(query.day))) {
      throw new Conflict(
        'license-usage.not-checked',
        `Nothing is known of ${query.day}: the daily check did not run to its end on that day`,
      );
    }
    const after = Number(query.after ?? 0);
    if (!Number.isSafeInteger(after) || after < 0) {
      throw new InvalidInput('The place in the list is not one that this server gave out; read it from the start', [
        { where: 'query.after', what: 'is not the `next` of a page' },
      ]);
    }
    const rows = await usage.usesOn(query.day, query, after, query.limit + 1);
    const page = rows.slice(0, query.limit);
    return {
      items: page.map((use) => ({
        deviceId: use.device_id,
        deviceName: use.device_name,
        groupName: use.group_name,
        category: use.category,
        serialNumber: use.serial_number,
        tenantId: use.tenant_id,
        since: use.first_day,
      })),
      next: rows.length > query.limit ? String(page.at(-1)?.id ?? '') : null,
    };
  });
};
