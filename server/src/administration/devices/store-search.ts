import type { Filter } from '@gatehouse/protocols/ksc-open-api';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { checkOrder, compileSearch, type Piece, postgresqlSearch, type SearchAttributes } from '../search/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import type { DeviceRecord, DeviceTables } from './store.ts';

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

const casts = { text: 'text', number: 'float8', integer: 'bigint', integers: 'int[]' } as const;
const render = (pieces: readonly Piece[]): RawBuilder<boolean> =>
  sql<boolean>`${sql.join(
    pieces.map((piece) =>
      typeof piece === 'string' ? sql.raw(piece) : sql`${piece.value}::${sql.raw(casts[piece.type])}`,
    ),
    sql.raw(''),
  )}`;

/** A text of ours inside SQL text; only ids and flags of this server ever get here. */
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
const versionPart = (part: number) =>
  `coalesce(substring(split_part(agent_version, '.', ${part}) from '^[0-9]{1,9}')::bigint, 0)`;

/** Host attributes of the Open API as expressions over the device's columns. Sources: KSCAPI host attribute pages. */
const searchAttributes = (context: SearchContext): SearchAttributes => {
  const seen = `coalesce(last_seen_at >= ${quoted(context.visibleSince.toISOString())}::timestamptz, false)`;
  const hasAgent = '(enrolled_at is not null and key_revoked_at is null)';
  const isUnassigned = `(group_id = any('{${context.unassignedGroupIds.map(number).join(',')}}'::int[]))`;
  const text = (column: string) => ({ type: 'text', sql: column }) as const;
  const time = (column: string) => ({ type: 'time', sql: column }) as const;
  const integer = (column: string) => ({ type: 'number', sql: column }) as const;
  const flag = (column: string) => ({ type: 'boolean', sql: column }) as const;
  return {
    KLHST_WKS_HOSTNAME: text('id::text'),
    KLHST_WKS_DN: text('name'),
    KLHST_WKS_FQDN: text(`coalesce(nullif(fqdn, ''), hostname)`),
    KLHST_WKS_DNSNAME: text('hostname'),
    KLHST_WKS_WINHOSTNAME: text('hostname'),
    KLHST_WKS_DNSDOMAIN: text(
      `case when position('.' in fqdn) > 0 then substr(fqdn, position('.' in fqdn) + 1) else '' end`,
    ),
    KLHST_WKS_WINDOMAIN: text(`''::text`),
    KLHST_WKS_GROUPID: integer('group_id'),
    KLHST_WKS_GROUPID_GP: { type: 'member', sql: 'group_id', membersOf: context.withSubgroups },
    name: text(
      byKey(
        'group_id',
        [...context.groupNames].map(([id, name]) => [number(id), quoted(name)] as const),
        `''`,
      ),
    ),
    KLHST_WKS_ID: integer('number'),
    KLHST_INSTANCEID: text(`case when ${hasAgent} then id::text else '' end`),
    KLHST_WKS_CREATED: time('created_at'),
    KLHST_WKS_LAST_VISIBLE: time('last_seen_at'),
    KLHST_WKS_LAST_NAGENT_CONNECTED: time('last_connected_at'),
    KLHST_WKS_LAST_INFOUDATE: time('facts_at'),
    KLHST_WKS_LAST_UPDATE: time('databases_released_at'),
    KLHST_WKS_LAST_FULLSCAN: time('last_scan_at'),
    KLHST_WKS_LAST_SYSTEM_START: time('last_boot_at'),
    KLHST_WKS_OS_NAME: text('os_name'),
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
    KLHST_WKS_COMMENT: text(`''::text`),
    KLHST_WKS_STATUS: integer(
      `(case when ${seen} then 1 else 0 end) + (case when ${isUnassigned} then 0 else 2 end) + (case when ${hasAgent} then 4 + (case when ${seen} then 8 else 0 end) else 0 end) + (case when security_product <> '' then 16 else 0 end)`,
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
    KLHST_WKS_RTP_AV_VERSION: text('security_version'),
    KLHST_WKS_RTP_AV_BASES_TIME: time('databases_released_at'),
    KLHST_WKS_AV_BASES_DATE: time('databases_released_at'),
    KLHST_WKS_NAG_VER_ID: integer(`((${versionPart(1)} & 32767) << 16) | (${versionPart(2)} & 65535)`),
    KLHST_WKS_NAG_VERSION: text(`coalesce(agent_version, '')`),
    KLHST_WKS_PRODUCT_NAME: text('security_product'),
    KLHST_WKS_PRODUCT_VERSION: text('security_version'),
    KLHST_WKS_VIRUS_COUNT: integer('virus_count'),
    KLHST_WKS_UNCURED_COUNT: integer('active_threats'),
    KLHST_WKS_RBT_REQUIRED: flag('restart_required'),
    KLHST_WKS_FROM_UNASSIGNED: flag(isUnassigned),
    KLVSRV_ID: integer(
      byKey(
        'tenant_id',
        [...context.tenants].map(([id, tenant]) => [id, number(tenant.number)] as const),
        '0',
      ),
    ),
    KLVSRV_DN: text(
      byKey(
        'tenant_id',
        [...context.tenants].map(([id, tenant]) => [id, quoted(tenant.name)] as const),
        `''`,
      ),
    ),
  };
};

/** More devices than one server manages. */
const MOST_IDS = 1_000_000;

/** Devices by the Open API's filter language. */
export const deviceSearch = (db: Kysely<DeviceTables>, scope: TenantScope) => ({
  /**
   * Ids of the devices that match, in the wanted order: a snapshot that later pages read from.
   * @throws UnknownAttribute for a filter or an order by something that no device has
   */
  find: async (
    filter: Filter,
    order: readonly { name: string; ascending: boolean }[],
    context: SearchContext,
  ): Promise<string[]> => {
    const attributes = searchAttributes(context);
    checkOrder(order, (name) => Object.hasOwn(attributes, name));
    const condition = render(compileSearch(filter, attributes, postgresqlSearch, context.now));
    const ordering = order.flatMap(({ name, ascending }) => {
      const attribute = attributes[name];
      return attribute ? [`${attribute.sql} ${ascending ? 'asc' : 'desc'} nulls last`] : [];
    });
    const rows = await db
      .selectFrom('device')
      .select('id')
      .where(condition)
      .$if(scope !== 'all', (q) => q.where(sql<boolean>`tenant_id = any(${[...(scope as string[])]}::uuid[])`))
      .orderBy(sql.raw([...ordering, 'number'].join(', ')))
      .limit(MOST_IDS)
      .execute();
    return rows.map((row) => row.id);
  },

  /** The devices with these ids, in that order; those that are gone meanwhile are left out. */
  byIds: async (ids: readonly string[]): Promise<DeviceRecord[]> => {
    if (ids.length === 0) return [];
    const rows = await db
      .selectFrom('device')
      .selectAll()
      .where(sql<boolean>`id = any(${[...ids]}::uuid[])`)
      .$if(scope !== 'all', (q) => q.where(sql<boolean>`tenant_id = any(${[...(scope as string[])]}::uuid[])`))
      .execute();
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  },
});
export type DeviceSearch = ReturnType<typeof deviceSearch>;
