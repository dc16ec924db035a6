import {
  computerTypeBits,
  dateTime,
  hostPresenceBits,
  hostStatusIds,
  long,
  type Params,
  type ParamValue,
} from '@gatehouse/protocols/ksc-open-api';
import type { DeviceRecord } from '../devices/index.ts';
import type { ServerContext } from './context.ts';

type Column = keyof DeviceRecord;
type Value<C extends Column> = (host: Pick<DeviceRecord, C>, context: ServerContext) => ParamValue;

interface HostAttribute {
  /** What has to be read of a device for it: whole devices take five times as long. */
  columns: readonly Column[];
  value: Value<Column>;
}
const of = <C extends Column>(columns: readonly C[], value: Value<C>): HostAttribute => ({ columns, value });

const isVisible = (host: Pick<DeviceRecord, 'last_seen_at'>, { visibleSince }: ServerContext) =>
  host.last_seen_at !== null && host.last_seen_at >= visibleSince;
const hasAgent = (host: Pick<DeviceRecord, 'enrolled_at' | 'key_revoked_at'>) =>
  host.enrolled_at !== null && host.key_revoked_at === null;

const presence: Value<'last_seen_at' | 'group_id' | 'enrolled_at' | 'key_revoked_at' | 'security_product'> = (
  host,
  context,
) =>
  (isVisible(host, context) ? hostPresenceBits.visible : 0) |
  (context.unassignedGroupIds.includes(host.group_id) ? 0 : hostPresenceBits.inGroup) |
  (hasAgent(host) ? hostPresenceBits.agentInstalled : 0) |
  (hasAgent(host) && isVisible(host, context) ? hostPresenceBits.agentAlive : 0) |
  (host.security_product ? hostPresenceBits.protectionInstalled : 0);

const computerType: Value<'os_family' | 'os_is_server'> = ({ os_family, os_is_server }) => {
  const { unix, linux, windowsNt, workstationService, serverService, windowsServer } = computerTypeBits;
  if (os_family === 'linux') return unix | linux;
  if (os_family === 'macos') return unix;
  if (os_family === 'windows')
    return windowsNt | workstationService | serverService | (os_is_server ? windowsServer : 0);
  return 0;
};

/** The first octet is the most significant one. */
const ipv4AsNumber = (ip: string): number => {
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(ip)?.slice(1).map(Number);
  return octets ? octets.reduce((sum, octet) => sum * 256 + octet, 0) : 0;
};

/** A part of a version as a number; 0 for a part that is none. */
const partOf = (version: string | undefined, part: number): number =>
  Number(/^\d{1,9}/.exec(version?.split('.')[part - 1] ?? '')?.[0] ?? 0);

/** The vendor's version constant is two numbers in one: 0x000D0001 for 13.1. */
const versionConstant = (version: string): number =>
  ((partOf(version, 1) & 0x7fff) << 16) | (partOf(version, 2) & 0xffff);

/**
 * Host attributes that can be asked for. Each gives its natural empty value where a device has none, since clients
 * read what they asked for without looking whether it is there. Sources: KSCAPI 13 to 16, host attribute pages.
 */
export const hostAttributes: Readonly<Record<string, HostAttribute>> = {
  KLHST_WKS_HOSTNAME: of(['id'], (host) => host.id),
  KLHST_WKS_DN: of(['name'], (host) => host.name),
  KLHST_WKS_FQDN: of(['fqdn', 'hostname'], (host) => host.fqdn || host.hostname),
  KLHST_WKS_DNSNAME: of(['fqdn', 'hostname'], (host) =>
    host.fqdn === '' ? host.hostname : (host.fqdn.split('.')[0] ?? ''),
  ),
  KLHST_WKS_DNSDOMAIN: of(['fqdn'], (host) =>
    host.fqdn.includes('.') ? host.fqdn.slice(host.fqdn.indexOf('.') + 1) : '',
  ),
  KLHST_WKS_WINHOSTNAME: of(['hostname'], (host) => host.hostname),
  KLHST_WKS_WINDOMAIN: of(['windows_domain'], (host) => host.windows_domain),
  KLHST_WKS_WINDOMAIN_TYPE: of([], () => 0),
  KLHST_WKS_GROUPID: of(['group_id'], (host) => host.group_id),
  name: of(['group_id'], (host, context) => context.groupNames.get(host.group_id) ?? ''),
  KLHST_WKS_ID: of(['number'], (host) => host.number),
  KLHST_WKS_LID: of(['number'], (host) => long(host.number)),
  KLHST_INSTANCEID: of(['id', 'enrolled_at', 'key_revoked_at'], (host) => (hasAgent(host) ? host.id : '')),
  KLHST_NAG_INSTID: of(['id', 'enrolled_at', 'key_revoked_at'], (host) => (hasAgent(host) ? host.id : '')),
  KLHST_WKS_CREATED: of(['created_at'], (host) => dateTime(host.created_at)),
  KLHST_WKS_LAST_VISIBLE: of(['last_seen_at'], (host) => dateTime(host.last_seen_at)),
  KLHST_WKS_LAST_NAGENT_CONNECTED: of(['last_connected_at'], (host) => dateTime(host.last_connected_at)),
  KLHST_WKS_LAST_INFOUDATE: of(['facts_at'], (host) => dateTime(host.facts_at)),
  KLHST_WKS_LAST_UPDATE: of(['databases_released_at'], (host) => dateTime(host.databases_released_at)),
  KLHST_WKS_LAST_FULLSCAN: of(['last_scan_at'], (host) => dateTime(host.last_scan_at)),
  KLHST_WKS_LAST_SYSTEM_START: of(['last_boot_at'], (host) => dateTime(host.last_boot_at)),
  KLHST_WKS_OS_NAME: of(['os_name'], (host) => host.os_name),
  KLHST_WKS_OS_VER_MAJOR: of(['facts'], (host) => partOf(host.facts.os?.version, 1)),
  KLHST_WKS_OS_VER_MINOR: of(['facts'], (host) => partOf(host.facts.os?.version, 2)),
  KLHST_WKS_OS_BUILD_NUMBER: of(['facts'], (host) => partOf(host.facts.os?.version, 3)),
  KLHST_WKS_OS_RELEASE_ID: of([], () => 0),
  KLHST_WKS_OSSP_VER_MAJOR: of([], () => 0),
  KLHST_WKS_OSSP_VER_MINOR: of([], () => 0),
  // The one value of the scale that is known for sure.
  KLHST_WKS_CPU_ARCH: of(['facts'], (host) => (host.facts.os?.arch === 'x64' ? 2 : 0)),
  KLHST_WKS_CTYPE: of(['os_family', 'os_is_server'], computerType),
  KLHST_WKS_PTYPE: of(['os_family'], (host) => (host.os_family === 'windows' ? 2 : host.os_family === 'linux' ? 6 : 0)),
  KLHST_WKS_IP: of(['ip_address'], (host) => host.ip_address),
  KLHST_WKS_IP_LONG: of(['ip_address'], (host) => long(ipv4AsNumber(host.ip_address))),
  KLHST_WKS_CONNECT_IP_LONG: of(['ip_address'], (host) => long(ipv4AsNumber(host.ip_address))),
  KLHST_WKS_MAC_ADDRESSES: of(['facts'], (host) => (host.facts.macAddresses ?? []).join(';')),
  KLHST_WKS_STATUS: of(['last_seen_at', 'group_id', 'enrolled_at', 'key_revoked_at', 'security_product'], presence),
  KLHST_WKS_STATUS_ID: of(['status'], (host) => hostStatusIds[host.status]),
  KLHST_WKS_STATUS_MASK: of(['status_mask'], (host) => host.status_mask),
  KLHST_WKS_STATUS_HSDP: of(['condition_facts'], (host) =>
    host.condition_facts.applicationStatus?.level === 'ok' ? '' : (host.condition_facts.applicationStatus?.text ?? ''),
  ),
  KLHST_WKS_RTP_STATE: of(['rtp_state'], (host) => host.rtp_state),
  KLHST_WKS_RTP_ERROR_CODE: of([], () => 0),
  KLHST_WKS_RTP_AV_VERSION: of(['security_version'], (host) => host.security_version),
  KLHST_WKS_RTP_AV_BASES_TIME: of(['databases_released_at'], (host) => dateTime(host.databases_released_at)),
  KLHST_WKS_NAG_VERSION: of(['agent_version'], (host) => host.agent_version ?? ''),
  KLHST_WKS_NAG_VER_ID: of(['agent_version'], (host) => versionConstant(host.agent_version ?? '')),
  KLHST_WKS_VIRUS_COUNT: of(['virus_count'], (host) => host.virus_count),
  KLHST_WKS_UNCURED_COUNT: of(['active_threats'], (host) => host.active_threats),
  KLHST_WKS_RBT_REQUIRED: of(['restart_required'], (host) => host.restart_required),
  KLHST_WKS_RBT_REQUEST_REASON: of([], () => 0),
  KLHST_WKS_COMMENT: of(['comment'], (host) => host.comment),
  KLHST_WKS_OWNER_ID: of([], () => long(0)),
  KLHST_WKS_CUSTOM_OWNER_ID: of([], () => long(0)),
  KLHST_WKS_OWNER_IS_CUSTOM: of([], () => false),
  // Components that no application here has: 0 is unknown.
  KLHST_WKS_ANTI_SPAM_STATUS: of([], () => 0),
  KLHST_WKS_DLP_STATUS: of([], () => 0),
  KLHST_WKS_COLLAB_SRVS_STATUS: of([], () => 0),
  KLHST_WKS_EMAIL_AV_STATUS: of([], () => 0),
  KLHST_WKS_EDR_STATUS: of([], () => 0),
  KLHST_WKS_KEEP_CONNECTION: of([], () => false),
  KLHST_MANAGED_OTHER_SERVER: of([], () => ''),
  KLHST_WKS_FROM_UNASSIGNED: of(['group_id'], (host, context) => context.unassignedGroupIds.includes(host.group_id)),
  KLVSRV_ID: of(['tenant_id'], (host, context) => context.tenants.get(host.tenant_id)?.number ?? 0),
  KLVSRV_DN: of(['tenant_id'], (host, context) => context.tenants.get(host.tenant_id)?.name ?? ''),
};

/** The attributes that a program may write, by UpdateHost; the group by its moves too. */
export const writableHostAttributes: readonly string[] = ['KLHST_WKS_DN', 'KLHST_WKS_COMMENT', 'KLHST_WKS_GROUPID'];

const known = (fields: readonly string[]): (readonly [name: string, attribute: HostAttribute])[] =>
  (fields.length > 0 ? fields : Object.keys(hostAttributes)).flatMap((name) => {
    const attribute = Object.hasOwn(hostAttributes, name) ? hostAttributes[name] : undefined;
    return attribute ? [[name, attribute] as const] : [];
  });

/** What has to be read of devices for these attributes. */
export const hostColumns = (fields: readonly string[]): Column[] => [
  ...new Set(known(fields).flatMap(([, { columns }]) => columns)),
];

/**
 * A host as a row: the wanted attributes that we know; unknown names are left out. No wish means all.
 *
 * @param host has at least the columns that `hostColumns` names for the fields
 */
export const hostRow = (host: Partial<DeviceRecord>, fields: readonly string[], context: ServerContext): Params =>
  Object.fromEntries(known(fields).map(([name, { value }]) => [name, value(host as DeviceRecord, context)]));
