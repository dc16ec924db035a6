import { type DeviceRow, exportDevices, searchDevices } from '@gatehouse/contract';
import type { Clock } from '../../platform/clock/index.ts';
import { fileRoute, type Http, route } from '../../platform/http/index.ts';
import type { DeviceLists, DeviceOrder, DeviceRows } from '../devices/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import { devicesAsCsv } from './csv.ts';
import type { DeviceSearches } from './search.ts';

const ROWS_A_PAGE = 1000;

export interface DeviceSearchRouteParts {
  searches: DeviceSearches;
  listsOf: (scope: TenantScope) => DeviceLists;
  rows: DeviceRows;
  /** Ids of tenants in the order of their names. */
  tenantOrder: () => Promise<string[]>;
  clock: Clock;
}

export const deviceSearchRoutes = (http: Http, parts: DeviceSearchRouteParts): void => {
  route(http, searchDevices, async ({ actor, body: { limit, after, ...query } }) => {
    const { filter, sort } = await parts.searches.plan(actor, query);
    const lists = parts.listsOf(actor.tenantIds ?? 'all');
    const order: DeviceOrder = { ...sort, tenantOrder: await parts.tenantOrder() };
    const [page, total] = await Promise.all([lists.page(filter, order, limit, after), lists.count(filter)]);
    return { items: await parts.rows(page.rows), next: page.next, total };
  });

  fileRoute(http, exportDevices, async ({ actor, body, request, audit }) => {
    const { filter, sort } = await parts.searches.plan(actor, body);
    const lists = parts.listsOf(actor.tenantIds ?? 'all');
    const order: DeviceOrder = { ...sort, tenantOrder: await parts.tenantOrder() };
    audit({ after: body });
    const pages = async function* (): AsyncGenerator<DeviceRow[]> {
      let after: string | undefined;
      for (;;) {
        request.signal.throwIfAborted();
        const page = await lists.page(filter, order, ROWS_A_PAGE, after);
        yield await parts.rows(page.rows);
        if (page.next === null) return;
        after = page.next;
      }
    };
    const stamp = parts.clock().toISOString().slice(0, 19).replaceAll(':', '-');
    return { name: `devices-${stamp}Z.csv`, type: 'text/csv; charset=utf-8', chunks: devicesAsCsv(pages()) };
  });
};
