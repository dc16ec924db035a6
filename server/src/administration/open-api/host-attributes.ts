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

type HostAttribute = (host: DeviceRecord, context: ServerContext) => ParamValue;

const isVisible = (host: DeviceRecord, { visibleSince }: ServerContext) =>
  host.last_seen_at !== null && host.last_seen_at >= visibleSince;
const hasAgent = (host: DeviceRecord) => host.enrolled_at !== null && host.key_revoked_at === null;

const presence: HostAttribute = (host, context) =>
  (isVisible(host, context) ? hostPresenceBits.visible : 0) |
  (context.unassignedGroupIds.includes(host.group_id) ? 0 : hostPresenceBits.inGroup) |
  (hasAgent(host) ? hostPresenceBits.agentInstalled : 0) |
  (hasAgent(host) && isVisible(host, context) ? hostPresenceBits.agentAlive : 0) |
  (host.security_product ? hostPresenceBits.protectionInstalled : 0);

const computerType: HostAttribute = ({ os_family, os_is_server }) => {
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
  KLHST_WKS_HOSTNAME: (host) => host.id,
  KLHST_WKS_DN: (host) => host.name,
  KLHST_WKS_FQDN: (host) => host.fqdn || host.hostname,
  KLHST_WKS_DNSNAME: (host) => (host.fqdn === '' ? host.hostname : (host.fqdn.split('.')[0] ?? '')),
  KLHST_WKS_DNSDOMAIN: (host) => (host.fqdn.includes('.') ? host.fqdn.slice(host.fqdn.indexOf('.') + 1) : ''),
  KLHST_WKS_WINHOSTNAME: (host) => host.hostname,
  KLHST_WKS_WINDOMAIN: (host) => host.windows_domain,
  KLHST_WKS_WINDOMAIN_TYPE: () => 0,
  KLHST_WKS_GROUPID: (host) => host.group_id,
  name: (host, context) => context.groupNames.get(host.group_id) ?? '',
  KLHST_WKS_ID: (host) => host.number,
  KLHST_WKS_LID: (host) => long(host.number),
  KLHST_INSTANCEID: (host) => (hasAgent(host) ? host.id : ''),
  KLHST_NAG_INSTID: (host) => (hasAgent(host) ? host.id : ''),
  KLHST_WKS_CREATED: (host) => dateTime(host.created_at),
  KLHST_WKS_LAST_VISIBLE: (host) => dateTime(host.last_seen_at),
  KLHST_WKS_LAST_NAGENT_CONNECTED: (host) => dateTime(host.last_connected_at),
  KLHST_WKS_LAST_INFOUDATE: (host) => dateTime(host.facts_at),
  KLHST_WKS_LAST_UPDATE: (host) => dateTime(host.databases_released_at),
  KLHST_WKS_LAST_FULLSCAN: (host) => dateTime(host.last_scan_at),
  KLHST_WKS_LAST_SYSTEM_START: (host) => dateTime(host.last_boot_at),
  KLHST_WKS_OS_NAME: (host) => host.os_name,
  KLHST_WKS_OS_VER_MAJOR: (host) => partOf(host.facts.os?.version, 1),
  KLHST_WKS_OS_VER_MINOR: (host) => partOf(host.facts.os?.version, 2),
  KLHST_WKS_OS_BUILD_NUMBER: (host) => partOf(host.facts.os?.version, 3),
  KLHST_WKS_OS_RELEASE_ID: () => 0,
  KLHST_WKS_OSSP_VER_MAJOR: () => 0,
  KLHST_WKS_OSSP_VER_MINOR: () => 0,
  // The one value of the scale that is known for sure.
  KLHST_WKS_CPU_ARCH: (host) => (host.facts.os?.arch === 'x64' ? 2 : 0),
  KLHST_WKS_CTYPE: computerType,
  KLHST_WKS_PTYPE: (host) => (host.os_family === 'windows' ? 2 : host.os_family === 'linux' ? 6 : 0),
  KLHST_WKS_IP: (host) => host.ip_address,
  KLHST_WKS_IP_LONG: (host) => long(ipv4AsNumber(host.ip_address)),
  KLHST_WKS_CONNECT_IP_LONG: (host) => long(ipv4AsNumber(host.ip_address)),
  KLHST_WKS_MAC_ADDRESSES: (host) => (host.facts.macAddresses ?? []).join(';'),
  KLHST_WKS_STATUS: presence,
  KLHST_WKS_STATUS_ID: (host) => hostStatusIds[host.status],
  KLHST_WKS_STATUS_MASK: (host) => host.status_mask,
  KLHST_WKS_STATUS_HSDP: (host) =>
    host.condition_facts.applicationStatus?.level === 'ok' ? '' : (host.condition_facts.applicationStatus?.text ?? ''),
  KLHST_WKS_RTP_STATE: (host) => host.rtp_state,
  KLHST_WKS_RTP_ERROR_CODE: () => 0,
  KLHST_WKS_RTP_AV_VERSION: (host) => host.security_version,
  KLHST_WKS_RTP_AV_BASES_TIME: (host) => dateTime(host.databases_released_at),
  KLHST_WKS_NAG_VERSION: (host) => host.agent_version ?? '',
  KLHST_WKS_NAG_VER_ID: (host) => versionConstant(host.agent_version ?? ''),
  KLHST_WKS_VIRUS_COUNT: (host) => host.virus_count,
  KLHST_WKS_UNCURED_COUNT: (host) => host.active_threats,
  KLHST_WKS_RBT_REQUIRED: (host) => host.restart_required,
  KLHST_WKS_RBT_REQUEST_REASON: () => 0,
  KLHST_WKS_COMMENT: (host) => host.comment,
  KLHST_WKS_OWNER_ID: () => long(0),
  KLHST_WKS_CUSTOM_OWNER_ID: () => long(0),
  KLHST_WKS_OWNER_IS_CUSTOM: () => false,
  // Components that no application here has: 0 is unknown.
  KLHST_WKS_ANTI_SPAM_STATUS: () => 0,
  KLHST_WKS_DLP_STATUS: () => 0,
  KLHST_WKS_COLLAB_SRVS_STATUS: () => 0,
  KLHST_WKS_EMAIL_AV_STATUS: () => 0,
  KLHST_WKS_EDR_STATUS: () => 0,
  KLHST_WKS_KEEP_CONNECTION: () => false,
  KLHST_MANAGED_OTHER_SERVER: () => '',
  KLHST_WKS_FROM_UNASSIGNED: (host, context) => context.unassignedGroupIds.includes(host.group_id),
  KLVSRV_ID: (host, context) => context.tenants.get(host.tenant_id)?.number ?? 0,
  KLVSRV_DN: (host, context) => context.tenants.get(host.tenant_id)?.name ?? '',
};

/** The attributes that a program may write, by UpdateHost; the group by its moves too. */
export const writableHostAttributes: readonly string[] = ['KLHST_WKS_DN', 'KLHST_WKS_COMMENT', 'KLHST_WKS_GROUPID'];

/** A host as a row: the wanted attributes that we know; unknown names are left out. No wish means all. */
export const hostRow = (host: DeviceRecord, fields: readonly string[], context: ServerContext): Params => {
  const names = fields.length > 0 ? fields : Object.keys(hostAttributes);
  return Object.fromEntries(
    names.flatMap((name) => {
      const attribute = Object.hasOwn(hostAttributes, name) ? hostAttributes[name] : undefined;
      return attribute ? [[name, attribute(host, context)]] : [];
    }),
  );
};
