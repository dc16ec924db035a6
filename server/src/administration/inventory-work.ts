import type { Kysely } from 'kysely';
import type { Clock } from '../platform/clock/index.ts';
import type { Http } from '../platform/http/index.ts';
import type { Jobs } from '../platform/jobs/index.ts';
import { deviceStandings, deviceStore } from './devices/index.ts';
import {
  type Inventory,
  type InventoryStore,
  inventoryRoutes,
  inventoryStore,
  type SoftwareSearch,
  softwareSearch,
} from './inventory/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import type { TenantScope } from './tenants/index.ts';

const DAY_SECONDS = 86_400;

/** What is installed on devices: taken from agents, shown to the console. */
export const createInventoryWork = ({
  db: schema,
  http,
  jobs,
  clock,
  tenantNames,
}: {
  /** The schema `administration`. */
  db: Kysely<AdministrationTables>;
  http: Http;
  jobs: Pick<Jobs, 'every'>;
  clock: Clock;
  tenantNames: () => Promise<ReadonlyMap<string, string>>;
}) => {
  const db = administrationDb(schema);
  inventoryRoutes(http, {
    inventoryOf: (scope: TenantScope) => inventoryStore(db.inventory, scope),
    devicesOf: (scope) => deviceStore(db.devices, scope),
    standingsOf: (scope) => deviceStandings(db.devices, scope),
    tenantNames,
    clock,
  });
  jobs.every({
    name: 'administration.forget-unused-software',
    seconds: DAY_SECONDS,
    run: async () => {
      await inventoryStore(db.inventory, 'all').forgetUnused();
    },
  });
  return {
    /** Software of a scope of tenants, to be read. */
    of: (scope: TenantScope): Pick<InventoryStore, 'ofDevice'> & SoftwareSearch => ({
      ofDevice: inventoryStore(db.inventory, scope).ofDevice,
      ...softwareSearch(db.inventory, scope),
    }),
    hashOf: (deviceId: string): Promise<string | null> => inventoryStore(db.inventory, 'all').hashOf(deviceId),
    save: (inventory: Inventory): Promise<void> =>
      schema.transaction().execute((tx) => inventoryStore(administrationDb(tx).inventory, 'all').save(inventory)),
  };
};
export type InventoryWork = ReturnType<typeof createInventoryWork>;
