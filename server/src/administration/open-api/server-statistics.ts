import {
  dateTime,
  licenceKeyTypes,
  long,
  type Params,
  productIds,
  SERVER_AND_AGENT_VERSION,
} from '@gatehouse/protocols/ksc-open-api';
import { isGood, type LicenseKey, maySee } from '../licenses/index.ts';
import type { Tenant, TenantScope } from '../tenants/index.ts';
import type { Call } from './method.ts';

const DAY_MS = 86_400_000;
/** What our agent is called among the products of a host. */
export const AGENT_NAME = 'Gatehouse agent';

/** Keys that devices of these tenants may use; none for a user who may not see keys. */
const keysOf = async ({ administration, login }: Call, scope: TenantScope): Promise<LicenseKey[]> => {
  if (!login.user.permissions.has('licenses:read')) return [];
  const viewer = {
    tenantIds: scope === 'all' ? null : scope,
    mainTenantId: await administration.licenses.mainTenantId(),
  };
  return (await administration.licenses.keys()).filter((key) => maySee(viewer, key));
};

const isTrial = ({ kind }: LicenseKey) => kind === 'trial';

/** Counters of the server and of its virtual servers (KSCAPI 14 a00335), as far as the login sees them. */
export const serverStatistics = async (call: Call): Promise<Params> => {
  const { administration, login, now } = call;
  const scope = login.scope();
  const tenants = await administration.tenantsOf(scope).list();
  const counts = new Map(
    (await administration.notedOf(scope).connectedCounts(null)).map((row) => [row.tenantId, row] as const),
  );
  const details = await Promise.all(
    tenants.map(async (tenant) => {
      const keys = (await keysOf(call, [tenant.id])).filter((key) => isGood(key, now));
      const commercial = keys.filter((key) => !isTrial(key));
      const ends = commercial.flatMap(({ expiresAt }) => (expiresAt ? [expiresAt.getTime()] : []));
      return {
        KLSRV_ST_VIRT_SERVER_ID: long(tenant.virtualServerId),
        KLSRV_ST_VIRT_SERVER_NAME: tenant.name,
        KLSRV_ST_VSERVER_HOST_COUNT: counts.get(tenant.id)?.connected ?? 0,
        KLSRV_ST_VSERVER_REAL_HOST_COUNT: counts.get(tenant.id)?.devices ?? 0,
        KLSRV_ST_VSERVER_IOSMDM_DEV_COUNT: 0,
        KLSRV_ST_VSERVER_KESMOB_DEV_COUNT: 0,
        KLSRV_ST_VSERVER_TRIAL_LIC_EXISTS: keys.some(isTrial),
        KLSRV_ST_VSERVER_COM_LIC_EXISTS: commercial.length > 0,
        KLSRV_ST_VSERVER_CREATION_DATE: dateTime(tenant.createdAt),
        KLSRV_ST_VSERVER_LAST_COM_LIC_EXPIR: dateTime(ends.length > 0 ? new Date(Math.max(...ends)) : null),
      };
    }),
  );
  const { accepted, suppressed } = administration.ingest.totals;
  const int = (value: number) => Math.min(value, 2 ** 31 - 1);
  return {
    KLSRV_ST_VIRT_SERVER_COUNT: tenants.filter(({ virtualServerId }) => virtualServerId !== 0).length,
    KLSRV_ST_TOTAL_HOSTS_COUNT: [...counts.values()].reduce((sum, { devices }) => sum + devices, 0),
    KLSRV_ST_VIRT_SERVERS_DETAILS: details,
    // Of all tenants: only for those who see all of them.
    ...(scope === 'all' && { KLSRV_ST_EVENTS_CNT: int(accepted), KLSRV_ST_EVENTS_REJECTED_CNT: int(suppressed) }),
    // Devices are found by their agents, not on networks.
    KLSRV_ST_NETWORK_SCANNED: false,
    KLSRV_ST_NETWORK_DOMAIN_SCANNED: '',
    KLSRV_ST_NETWORK_SCAN_PERCENT: 0,
    KLSRV_ST_FULL_SCAN_PERCENT: 0,
    KLSRV_ST_AD_SCAN_PERCENT: 0,
    KLSRV_ST_DPNS_SCAN_PERCENT: 0,
  };
};

interface Counted {
  product: string;
  /** As the protocol names versions of products; several builds may go by one. */
  version: string;
  build: string;
  name: string;
  devices: number;
}

const productParams = (counted: readonly Counted[], withBuilds: boolean): Params => {
  const products: Record<string, Record<string, Params>> = {};
  for (const [product, ofProduct] of Map.groupBy(counted, (row) => row.product)) {
    const versions: Record<string, Params> = {};
    for (const [version, rows] of Map.groupBy(ofProduct, (row) => row.version)) {
      const total = rows.reduce((sum, { devices }) => sum + devices, 0);
      const [first] = rows;
      if (!first) continue;
      const described = ({ name, build, devices }: Counted) => ({
        KLVSRV_PROD_CNT: devices,
        KLVSRV_PROD_DN: name || product,
        KLVSRV_PROD_DV: build,
      });
      versions[version] = {
        ...described({ ...first, devices: total }),
        ...(withBuilds && { KLVSRV_PROD_BUILDS: rows.map(described) }),
      };
    }
    products[product] = versions;
  }
  return products;
};

/**
 * What one virtual server, or the whole server, has (KSCAPI 13 a00563): for bills and service reports.
 *
 * @param tenants of which the figures are
 * @param maxInactivityDays hosts that connected longer ago are left out; null: none is
 */
export const tenantStatistic = async (
  call: Call,
  { tenants, maxInactivityDays }: { tenants: readonly Tenant[]; maxInactivityDays: number | null },
): Promise<Params> => {
  const { administration, now } = call;
  const ids = tenants.map(({ id }) => id);
  const noted = administration.notedOf(ids);
  const seenSince = maxInactivityDays === null ? null : new Date(now.getTime() - maxInactivityDays * DAY_MS);
  const [counts, products, groups, keys] = await Promise.all([
    noted.connectedCounts(seenSince),
    noted.productCounts(seenSince),
    administration.groupsIn(ids),
    keysOf(call, ids),
  ]);
  const counted: Counted[] = [
    ...products.protection.map((row) => ({
      ...row,
      version: row.version || SERVER_AND_AGENT_VERSION,
      build: row.version,
    })),
    ...products.agents.map((row) => ({
      product: productIds.networkAgent,
      version: SERVER_AND_AGENT_VERSION,
      build: row.version,
      name: AGENT_NAME,
      devices: row.devices,
    })),
  ];
  const oldest = tenants.reduce<Date | null>(
    (first, { createdAt }) => (first === null || createdAt < first ? createdAt : first),
    null,
  );
  return {
    KLVSRV_CREATED: dateTime(oldest),
    KLVSRV_GROUPS: groups.length,
    KLVSRV_HOSTS: counts.reduce((sum, { devices }) => sum + devices, 0),
    KLVSRV_USERS: (await call.people()).filter((person) => person.tenantIds?.some((id) => ids.includes(id))).length,
    KLVSRV_MDMIOS: 0,
    KLVSRV_MOBILIES: 0,
    KLVSRV_LICENSES: keys.map((key) => ({
      KLLIC_KEY_TYPE: licenceKeyTypes[key.kind as keyof typeof licenceKeyTypes],
      KLLIC_LIMIT_DATE: dateTime(key.expiresAt),
      KLLIC_PROD_NAME: key.productName,
      KLLIC_SERIAL: key.serialNumber,
    })),
    KLVSRV_PRODUCTS: productParams(counted, false),
    KLVSRV_PRODUCTS_2: productParams(counted, true),
  };
};
