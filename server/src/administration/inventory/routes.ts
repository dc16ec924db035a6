import {
  exportSoftwareHolders,
  listDeviceSoftware,
  listSoftware,
  listSoftwareHolders,
  type SoftwareHolder,
} from '@gatehouse/contract';
import { fileRoute, type Http, route } from '../../platform/http/index.ts';
import type { DeviceStandings, DeviceStore } from '../devices/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import { holdersAsCsv } from './csv.ts';
import type { Holding, InventoryStore } from './store.ts';

export interface InventoryParts {
  inventoryOf: (scope: TenantScope) => InventoryStore;
  devicesOf: (scope: TenantScope) => Pick<DeviceStore, 'get'>;
  standingsOf: (scope: TenantScope) => Pick<DeviceStandings, 'of'>;
  tenantNames: () => Promise<ReadonlyMap<string, string>>;
  clock: () => Date;
}

const ROWS_AT_ONCE = 1000;

/** Software of devices, for the console and for programs; agents tell it at the agents' door. */
export const inventoryRoutes = (http: Http, parts: InventoryParts): void => {
  const { inventoryOf, devicesOf, standingsOf, tenantNames, clock } = parts;
  const scopeOf = ({ tenantIds }: { tenantIds: readonly string[] | null }): TenantScope => tenantIds ?? 'all';

  const named = async (scope: TenantScope, holdings: readonly Holding[]): Promise<SoftwareHolder[]> => {
    const [devices, tenants] = await Promise.all([
      standingsOf(scope).of([...new Set(holdings.map(({ deviceId }) => deviceId))]),
      tenantNames(),
    ]);
    return holdings.flatMap(({ softwareId: _, ...holding }) => {
      const device = devices.get(holding.deviceId);
      if (!device) return [];
      return [{ ...holding, deviceName: device.name, tenantName: tenants.get(holding.tenantId) ?? '' }];
    });
  };

  route(http, listDeviceSoftware, async ({ actor, params, query }) => {
    const scope = scopeOf(actor);
    const device = await devicesOf(scope).get(params.deviceId);
    const store = inventoryOf(scope);
    const page = await store.ofDevice(device.id, { text: query.text }, query.limit, query.after);
    const collectedAt = await store.collectedAt(device.id);
    return { ...page, collectedAt: collectedAt?.toISOString() ?? null };
  });

  route(http, listSoftware, async ({ actor, query }) => {
    const { text, tenantId: tenantIds, limit, after } = query;
    return inventoryOf(scopeOf(actor)).catalogue({ text, tenantIds }, limit, after);
  });

  route(http, listSoftwareHolders, async ({ actor, query }) => {
    const { text, tenantId: tenantIds, softwareId, limit, after } = query;
    const scope = scopeOf(actor);
    const { rows, next } = await inventoryOf(scope).holdings({ text, tenantIds, softwareId }, limit, after);
    return { items: await named(scope, rows), next };
  });

  fileRoute(http, exportSoftwareHolders, async ({ actor, query, request }) => {
    const { text, tenantId: tenantIds, softwareId } = query;
    const scope = scopeOf(actor);
    const pages = async function* () {
      let after: string | undefined;
      do {
        request.signal.throwIfAborted();
        const page = await inventoryOf(scope).holdings({ text, tenantIds, softwareId }, ROWS_AT_ONCE, after);
        yield await named(scope, page.rows);
        after = page.next ?? undefined;
      } while (after !== undefined);
    };
    const stamp = clock().toISOString().slice(0, 19).replaceAll(':', '-');
    return { name: `software-${stamp}Z.csv`, type: 'text/csv; charset=utf-8', chunks: holdersAsCsv(pages()) };
  });
};
