import type { MemberAttribute, SearchAttribute, SearchAttributes, TextsAttribute } from '../search/index.ts';

/** What a search needs to know beyond the device itself. */
export interface SearchContext {
  now: Date;
  visibleSince: Date;
  /** Names of groups and tenants, and numbers of tenants, by their id. */
  groupNames: ReadonlyMap<number, string>;
  tenants: ReadonlyMap<string, { number: number; name: string }>;
  unassignedGroupIds: readonly number[];
  /** A group with all that lies below it. */
  withSubgroups: (groupId: number) => readonly number[];
}

type Made = SearchAttribute | MemberAttribute | TextsAttribute;
type Maker = Made | ((context: SearchContext) => Made);

/** A text of ours inside SQL text; only ids, names and flags of this server ever get here. */
const number = (value: number) => String(Math.trunc(value));
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const byKey = (column: string, entries: Iterable<readonly [string, string]>, otherwise: string) => {
  const list = [...entries].map(([key, value]) => `when ${quoted(key)} then ${value}`);
  return list.length ? `case ${column}::text ${list.join(' ')} else ${otherwise} end` : otherwise;
};

/** As the rows of the Open API write an address: 0 for what is no IPv4. Any text may have been reported. */
const IPV4_AS_NUMBER = `case when ip_address ~ '^[0-9]{1,3}([.][0-9]{1,3}){3}$' then ${[1, 2, 3, 4]
  .map((part) => `split_part(ip_address, '.', ${part})::bigint * ${256 ** (4 - part)}`)
  .join(' + ')} else 0 end`;
/** A part of a version as a number; 0 for a part that is none. */
const partOf = (version: string, part: number) =>
  `coalesce(substring(split_part(${version}, '.', ${part}) from '^[0-9]{1,9}')::bigint, 0)`;
const OS_VERSION = `(facts #>> '{os,version}')`;

const HAS_AGENT = '(enrolled_at is not null and key_revoked_at is null)';
const HAS_PROTECTION = `(security_product <> '')`;
/** Texts about the installed products: the one that protects, and the agent. */
const ofProducts = (protection: string, agent: string) =>
  `array_remove(array[case when ${HAS_PROTECTION} then ${protection} end, case when ${HAS_AGENT} then ${agent} end], null)`;

const seen = ({ visibleSince }: SearchContext) =>
  `coalesce(last_seen_at >= ${quoted(visibleSince.toISOString())}::timestamptz, false)`;
const isUnassigned = ({ unassignedGroupIds }: SearchContext) =>
  `(group_id = any('{${unassignedGroupIds.map(number).join(',')}}'::int[]))`;

const text = (sql: string) => ({ type: 'text', sql }) as const;
const texts = (sql: string) => ({ type: 'texts', sql }) as const;
const time = (sql: string) => ({ type: 'time', sql }) as const;
const integer = (sql: string) => ({ type: 'number', sql }) as const;
const flag = (sql: string) => ({ type: 'boolean', sql }) as const;
/** What no device of ours has. No bare constants: an order by one would mean the place of a column. */
const NOTHING = integer('0 + 0');
const NO_TEXT = text(`''::text`);
const NEVER = flag('(1 = 0)');

/** Host attributes of the Open API as expressions over the device's columns. Sources: KSCAPI host attribute pages. */
const makers: Readonly<Record<string, Maker>> = {
  KLHST_WKS_HOSTNAME: text('id::text'),
  KLHST_WKS_DN: text('name'),
  KLHST_WKS_FQDN: text(`coalesce(nullif(fqdn, ''), hostname)`),
  KLHST_WKS_DNSNAME: text(`case when fqdn = '' then hostname else split_part(fqdn, '.', 1) end`),
  KLHST_WKS_WINHOSTNAME: text('hostname'),
  KLHST_WKS_DNSDOMAIN: text(
    `case when position('.' in fqdn) > 0 then substr(fqdn, position('.' in fqdn) + 1) else '' end`,
  ),
  KLHST_WKS_WINDOMAIN: text('windows_domain'),
  KLHST_WKS_WINDOMAIN_TYPE: NOTHING,
  KLHST_WKS_GROUPID: integer('group_id'),
  KLHST_WKS_GROUPID_GP: ({ withSubgroups }) => ({ type: 'member', sql: 'group_id', membersOf: withSubgroups }),
  name: ({ groupNames }) =>
    text(
      byKey(
        'group_id',
        [...groupNames].map(([id, name]) => [number(id), quoted(name)] as const),
        `''`,
      ),
    ),
  KLHST_WKS_ID: integer('number'),
  KLHST_WKS_LID: integer('number'),
  KLHST_INSTANCEID: text(`case when ${HAS_AGENT} then id::text else '' end`),
  KLHST_NAG_INSTID: text(`case when ${HAS_AGENT} then id::text else '' end`),
  KLHST_WKS_CREATED: time('created_at'),
  KLHST_WKS_LAST_VISIBLE: time('last_seen_at'),
  KLHST_WKS_LAST_NAGENT_CONNECTED: time('last_connected_at'),
  KLHST_WKS_LAST_INFOUDATE: time('facts_at'),
  KLHST_WKS_LAST_UPDATE: time('databases_released_at'),
  KLHST_WKS_LAST_FULLSCAN: time('last_scan_at'),
  KLHST_WKS_LAST_SYSTEM_START: time('last_boot_at'),
  KLHST_WKS_OS_NAME: text('os_name'),
  KLHST_WKS_OS_VER_MAJOR: integer(partOf(OS_VERSION, 1)),
  KLHST_WKS_OS_VER_MINOR: integer(partOf(OS_VERSION, 2)),
  KLHST_WKS_OS_BUILD_NUMBER: integer(partOf(OS_VERSION, 3)),
  KLHST_WKS_OS_RELEASE_ID: NOTHING,
  KLHST_WKS_OSSP_VER_MAJOR: NOTHING,
  KLHST_WKS_OSSP_VER_MINOR: NOTHING,
  KLHST_WKS_CPU_ARCH: integer(`case facts #>> '{os,arch}' when 'x64' then 2 else 0 end`),
  KLHST_WKS_CTYPE: integer(
    `case os_family when 'linux' then 2099200 when 'macos' then 2048 when 'windows' then 4099 + (case when os_is_server then 32768 else 0 end) else 0 end`,
  ),
  KLHST_WKS_PTYPE: integer(`case os_family when 'windows' then 2 when 'linux' then 6 else 0 end`),
  KLHST_WKS_IP: text('ip_address'),
  KLHST_WKS_IP_LONG: integer(IPV4_AS_NUMBER),
  KLHST_WKS_CONNECT_IP_LONG: integer(IPV4_AS_NUMBER),
  KLHST_WKS_MAC_ADDRESSES: text(
    `coalesce((select string_agg(mac, ';' order by place) from jsonb_array_elements_text(facts -> 'macAddresses') with ordinality as macs(mac, place)), '')`,
  ),
  KLHST_WKS_COMMENT: text('comment'),
  KLHST_WKS_STATUS: (context) =>
    integer(
      `(case when ${seen(context)} then 1 else 0 end) + (case when ${isUnassigned(context)} then 0 else 2 end) + (case when ${HAS_AGENT} then 4 + (case when ${seen(context)} then 8 else 0 end) else 0 end) + (case when ${HAS_PROTECTION} then 16 else 0 end)`,
    ),
  KLHST_WKS_STATUS_ID: integer(`case status when 'critical' then 1 when 'warning' then 2 else 0 end`),
  KLHST_WKS_STATUS_MASK: integer('status_mask'),
  ...Object.fromEntries(
    Array.from({ length: 20 }, (_, bit) => [`KLHST_WKS_STATUS_MASK_${bit}`, integer(`(status_mask >> ${bit}) & 1`)]),
  ),
  KLHST_WKS_STATUS_HSDP: text(
    `coalesce(case when condition_facts #>> '{applicationStatus,level}' <> 'ok' then condition_facts #>> '{applicationStatus,text}' end, '')`,
  ),
  KLHST_WKS_RTP_STATE: integer('rtp_state'),
  KLHST_WKS_RTP_ERROR_CODE: NOTHING,
  KLHST_WKS_RTP_AV_VERSION: text('security_version'),
  KLHST_WKS_RTP_AV_BASES_TIME: time('databases_released_at'),
  KLHST_WKS_AV_BASES_DATE: time('databases_released_at'),
  KLHST_WKS_AV_BASES_RECORDS: integer(`(facts #>> '{databases,records}')::bigint`),
  KLHST_WKS_AV_BASES_SEC: ({ now }) =>
    integer(`floor(extract(epoch from ${quoted(now.toISOString())}::timestamptz - databases_released_at))`),
  KLHST_WKS_NAG_VER_ID: integer(
    `((${partOf('agent_version', 1)} & 32767) << 16) | (${partOf('agent_version', 2)} & 65535)`,
  ),
  KLHST_WKS_NAG_VERSION: text(`coalesce(agent_version, '')`),
  KLHST_WKS_PRODUCT_NAME: texts(ofProducts('security_product', `'1103'`)),
  KLHST_WKS_PRODUCT_VERSION: texts(ofProducts('security_version', `'1.0.0.0'`)),
  KLHST_WKS_PRODUCT_ID: texts(ofProducts(`security_product || '/' || security_version`, `'1103/1.0.0.0'`)),
  KLHST_WKS_TAG_NAME: texts('tags'),
  // No device tells of hotfixes.
  KLHST_HF_DN: texts(`'{}'::text[]`),
  KLHST_HF_ID: texts(`'{}'::text[]`),
  KLHST_WKS_VIRUS_COUNT: integer('virus_count'),
  KLHST_WKS_UNCURED_COUNT: integer('active_threats'),
  KLHST_WKS_RBT_REQUIRED: flag('restart_required'),
  KLHST_WKS_RBT_REQUEST_REASON: NOTHING,
  KLHST_WKS_OWNER_ID: NOTHING,
  KLHST_WKS_CUSTOM_OWNER_ID: NOTHING,
  KLHST_WKS_OWNER_IS_CUSTOM: NEVER,
  KLHST_WKS_ANTI_SPAM_STATUS: NOTHING,
  KLHST_WKS_DLP_STATUS: NOTHING,
  KLHST_WKS_COLLAB_SRVS_STATUS: NOTHING,
  KLHST_WKS_EMAIL_AV_STATUS: NOTHING,
  KLHST_WKS_EDR_STATUS: NOTHING,
  KLHST_WKS_KEEP_CONNECTION: NEVER,
  KLHST_MANAGED_OTHER_SERVER: NO_TEXT,
  KLHST_WKS_FROM_UNASSIGNED: (context) => flag(isUnassigned(context)),
  KLVSRV_ID: ({ tenants }) =>
    integer(
      byKey(
        'tenant_id',
        [...tenants].map(([id, tenant]) => [id, number(tenant.number)] as const),
        '0',
      ),
    ),
  KLVSRV_DN: ({ tenants }) =>
    text(
      byKey(
        'tenant_id',
        [...tenants].map(([id, tenant]) => [id, quoted(tenant.name)] as const),
        `''`,
      ),
    ),
};

/** Whether devices can be searched and sorted by this. */
export const isDeviceAttribute = (name: string): boolean => Object.hasOwn(makers, name);

/** Those of these attributes that there are. Only they are made: an expression over all groups is a long one. */
export const searchAttributes = (names: Iterable<string>, context: SearchContext): SearchAttributes =>
  Object.fromEntries(
    [...names].flatMap((name) => {
      const maker = Object.hasOwn(makers, name) ? makers[name] : undefined;
      return maker ? [[name, typeof maker === 'function' ? maker(context) : maker]] : [];
    }),
  );
