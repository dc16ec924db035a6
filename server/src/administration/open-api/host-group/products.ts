import {
  dateTime,
  literalPattern,
  type Params,
  productIds,
  pxgError,
  required,
  SERVER_AND_AGENT_VERSION,
} from '@gatehouse/protocols/ksc-open-api';
import type { DeviceRecord } from '../../devices/index.ts';
import { readContext } from '../context.ts';
import { hostColumns, hostRow } from '../host-attributes.ts';
import type { Method, MethodClass } from '../method.ts';
import { AGENT_NAME } from '../server-statistics.ts';
import { hostOf } from './hosts.ts';

const read = (run: Method['run']): Method => ({ needs: 'devices:read', run });

/** GetDomainHosts knows no pages. */
const MOST_DOMAIN_HOSTS = 20_000;

interface InstalledProduct {
  id: string;
  version: string;
  description: Params;
}

/** What the device's agent told to be installed: what protects it, and the agent itself. */
const productsOf = (host: DeviceRecord): InstalledProduct[] => {
  const unknown = {
    InstallTime: dateTime(null),
    InstallationId: '',
    ConnDisplayName: '',
    ConnProdVersion: '',
    ConnectorComponentName: '',
  };
  const { databases } = host.facts;
  const protection: InstalledProduct = {
    id: host.security_product,
    version: host.security_version || SERVER_AND_AGENT_VERSION,
    description: {
      DisplayName: host.security_name || host.security_product,
      ProdVersion: host.security_version,
      ...unknown,
      BaseRecords: Math.min(databases?.records ?? 0, 2 ** 31 - 1),
      BaseDate: dateTime(host.databases_released_at),
      BaseInstallDate: dateTime(null),
      LastUpdateTime: dateTime(null),
    },
  };
  const agent: InstalledProduct = {
    id: productIds.networkAgent,
    version: SERVER_AND_AGENT_VERSION,
    description: {
      DisplayName: AGENT_NAME,
      ProdVersion: host.agent_version ?? '',
      ...unknown,
      BaseRecords: 0,
      BaseDate: dateTime(null),
      BaseInstallDate: dateTime(null),
      LastUpdateTime: dateTime(null),
    },
  };
  return [
    ...(host.security_product ? [protection] : []),
    ...(host.enrolled_at !== null && host.key_revoked_at === null ? [agent] : []),
  ];
};

const getHostProducts = read(async (call) => {
  const products: Record<string, Params> = {};
  for (const { id, version, description } of productsOf(await hostOf(call))) products[id] = { [version]: description };
  return { PxgRetVal: products };
});

/** The product must be there; agents tell of no parts and no hotfixes of it. */
const nothingOfProduct = read(async (call) => {
  const host = await hostOf(call);
  const id = required(call.args.string('strProductName'), 'strProductName');
  const version = required(call.args.string('strProductVersion'), 'strProductVersion');
  const isThere = productsOf(host).some((product) => product.id === id && product.version === version);
  if (!isThere) throw pxgError('notFound', `The host has no product ${id}/${version}`);
  return { PxgRetVal: [] };
});

/** Hosts that were noted with the domain. */
const getDomainHosts = read(async (call) => {
  const { args, administration, login } = call;
  const domain = required(args.string('domain'), 'domain');
  const scope = login.scope();
  const context = await readContext(call, scope);
  const search = administration.searchOf(scope);
  const isOfDomain = {
    kind: 'compare' as const,
    attribute: 'KLHST_WKS_WINDOMAIN',
    operator: '=' as const,
    value: { kind: 'string' as const, value: literalPattern(domain) },
  };
  const fields = ['KLHST_WKS_HOSTNAME', 'KLHST_WKS_WINHOSTNAME', 'KLHST_WKS_STATUS'];
  const numbers = await search.findNumbers(isOfDomain, [], context);
  const hosts = await search.byNumbers(numbers.subarray(0, MOST_DOMAIN_HOSTS), hostColumns(fields));
  return { PxgRetVal: hosts.map((host) => hostRow(host, fields, context)) };
});

/** HostGroup: what is installed on hosts, and the domains that they are in (KSCAPI 13 and 15). */
export const productMethods: MethodClass = {
  GetHostProducts: getHostProducts,
  GetComponentsForProductOnHost: { ...nothingOfProduct, note: 'None: agents tell of no components' },
  GetHostfixesForProductOnHost: { ...nothingOfProduct, note: 'None: agents tell of no hotfixes' },
  GetAllHostfixes: {
    ...read(() => ({ PxgRetVal: { KLHST_HF_PRODUCTS: [], KLHST_HF_DATA: [] } })),
    note: 'None: agents tell of no hotfixes',
  },
  GetDomains: {
    ...read(async ({ administration, login }) => ({
      PxgRetVal: (await administration.notedOf(login.scope()).windowsDomains()).map((name) => ({
        KLHST_WKS_WINDOMAIN: name,
        KLHST_WKS_WINDOMAIN_TYPE: 0,
      })),
    })),
    note: 'Those that hosts were added with; agents tell of none',
  },
  GetDomainHosts: getDomainHosts,
};
