import type { StatusLevel } from '@gatehouse/contract';
import { type RawBuilder, sql } from 'kysely';
import { RTP_RUNNING } from './device.ts';

/** When something was, in moments. */
export type TimeBounds =
  | { kind: 'since'; from: Date }
  /** Before this moment, or never. */
  | { kind: 'notSince'; from: Date }
  | { kind: 'never' }
  | { kind: 'between'; from: Date | null; to: Date | null };

/** Which devices, with its meaning fixed: relative times are moments, groups are counted with what lies below them. */
export interface DeviceFilter {
  tenantIds?: readonly string[] | undefined;
  groupIds?: readonly number[] | undefined;
  /** The groups of unassigned devices, and whether it must be one of them. */
  unassigned?: { yes: boolean; groupIds: readonly number[] } | undefined;
  status?: readonly StatusLevel[] | undefined;
  /** Keys of status conditions, any of which holds. */
  conditions?: readonly string[] | undefined;
  /** Seen at or after this moment is visible. */
  visible?: { yes: boolean; since: Date } | undefined;
  /** Any part of name, host name, address or operating system. */
  text?: string | undefined;
  /** Masks with `*` and `?`, any of which fits. */
  names?: readonly string[] | undefined;
  notNames?: readonly string[] | undefined;
  osNames?: readonly string[] | undefined;
  agentVersions?: readonly string[] | undefined;
  securityApplications?: readonly string[] | undefined;
  /** Addresses as text that the store reads. */
  addresses?: readonly { from: string; to: string }[] | undefined;
  osFamilies?: readonly string[] | undefined;
  isServer?: boolean | undefined;
  lastSeen?: TimeBounds | undefined;
  lastConnected?: TimeBounds | undefined;
  added?: TimeBounds | undefined;
  lastScan?: TimeBounds | undefined;
  databases?: TimeBounds | undefined;
  agentInstalled?: boolean | undefined;
  securityInstalled?: boolean | undefined;
  protectionRunning?: boolean | undefined;
  restartRequired?: boolean | undefined;
  activeThreats?: boolean | undefined;
  detections?: boolean | undefined;
  sameName?: boolean | undefined;
  tags?: readonly string[] | undefined;
  notTags?: readonly string[] | undefined;
  ids?: readonly string[] | undefined;
  /** A search of the filter language. */
  search?: RawBuilder<boolean> | undefined;
  /** Filters that must be met as well. */
  and?: readonly DeviceFilter[] | undefined;
}

const escapeLike = (text: string) => text.replace(/[\\%_]/g, (sign) => `\\${sign}`);
const likeOf = (mask: string) => escapeLike(mask).replaceAll('*', '%').replaceAll('?', '_');

const anyOf = (conditions: readonly RawBuilder<unknown>[]): RawBuilder<boolean> =>
  conditions.length > 0 ? sql<boolean>`(${sql.join(conditions, sql` or `)})` : sql<boolean>`false`;

/** Case is folded by the root locale, since the database's own may know ASCII only. */
const fits = (columns: readonly string[], masks: readonly string[]): RawBuilder<boolean> =>
  anyOf(
    columns.flatMap((column) =>
      masks.map((mask) => sql`coalesce(${sql.ref(column)}, '') collate "und-x-icu" ilike ${likeOf(mask)}`),
    ),
  );

const timeCondition = (column: string, bounds: TimeBounds): RawBuilder<boolean> => {
  const at = sql.ref(column);
  switch (bounds.kind) {
    case 'since':
      return sql<boolean>`coalesce(${at} >= ${bounds.from}, false)`;
    case 'notSince':
      return sql<boolean>`coalesce(${at} < ${bounds.from}, true)`;
    case 'never':
      return sql<boolean>`${at} is null`;
    case 'between':
      return sql<boolean>`(${at} is not null and (${bounds.from}::timestamptz is null or ${at} >= ${bounds.from}::timestamptz) and (${bounds.to}::timestamptz is null or ${at} < ${bounds.to}::timestamptz))`;
  }
};

const yesOrNo = (condition: RawBuilder<unknown>, yes: boolean): RawBuilder<boolean> =>
  yes ? sql<boolean>`${condition}` : sql<boolean>`not ${condition}`;

const isSecured = sql`(security_product <> '')`;
const isProtecting = sql`(rtp_state = any(${sql.lit(`{${RTP_RUNNING.join(',')}}`)}::int[]))`;
const hasAgent = sql`(enrolled_at is not null and key_revoked_at is null)`;
const namesakes = sql`exists (
  select 1 from administration.device as other
  where other.tenant_id = device.tenant_id and lower(other.name) = lower(device.name) and other.id <> device.id)`;

/** The conditions of a filter on the table `device`, all of which must be met. */
export const filterConditions = (filter: DeviceFilter): RawBuilder<boolean>[] => {
  const where: RawBuilder<boolean>[] = [];
  const when = <T>(value: T | undefined, condition: (value: T) => RawBuilder<boolean>) => {
    if (value !== undefined) where.push(condition(value));
  };
  when(filter.ids, (ids) => sql`id = any(${[...ids]}::uuid[])`);
  when(filter.tenantIds, (ids) => sql`tenant_id = any(${[...ids]}::uuid[])`);
  when(filter.groupIds, (ids) => sql`group_id = any(${[...ids]}::int[])`);
  when(filter.unassigned, ({ yes, groupIds }) => yesOrNo(sql`group_id = any(${[...groupIds]}::int[])`, yes));
  when(filter.status, (levels) => sql`status = any(${[...levels]}::text[])`);
  when(filter.conditions, (keys) =>
    anyOf(keys.map((condition) => sql`status_reasons @> ${JSON.stringify([{ condition }])}::jsonb`)),
  );
  when(filter.visible, ({ yes, since }) => yesOrNo(sql`coalesce(last_seen_at >= ${since}, false)`, yes));
  when(
    filter.text,
    (text) => sql`search_text collate "C" like lower(${`%${escapeLike(text)}%`} collate "und-x-icu") collate "C"`,
  );
  when(filter.names, (masks) => fits(['name', 'hostname'], masks));
  when(filter.notNames, (masks) => sql`not ${fits(['name', 'hostname'], masks)}`);
  when(filter.osNames, (masks) => fits(['os_name'], masks));
  when(filter.agentVersions, (masks) => fits(['agent_version'], masks));
  when(filter.securityApplications, (masks) => fits(['security_name'], masks));
  when(
    filter.addresses,
    (ranges) =>
      sql`exists (select 1 from unnest(addresses) as address where ${anyOf(
        ranges.map(({ from, to }) => sql`address::inet between ${from}::inet and ${to}::inet`),
      )})`,
  );
  when(filter.osFamilies, (families) => sql`os_family = any(${[...families]}::text[])`);
  // Of a device that never told its system nothing is known.
  when(filter.isServer, (yes) => sql`(os_family <> '' and os_is_server = ${yes})`);
  when(filter.lastSeen, (bounds) => timeCondition('last_seen_at', bounds));
  when(filter.lastConnected, (bounds) => timeCondition('last_connected_at', bounds));
  when(filter.added, (bounds) => timeCondition('created_at', bounds));
  when(filter.lastScan, (bounds) => timeCondition('last_scan_at', bounds));
  when(filter.databases, (bounds) => timeCondition('databases_released_at', bounds));
  when(filter.agentInstalled, (yes) => yesOrNo(hasAgent, yes));
  when(filter.securityInstalled, (yes) => (yes ? sql`${isSecured}` : sql`(security_known and security_product = '')`));
  when(filter.protectionRunning, (yes) => sql`(${isSecured} and ${yesOrNo(isProtecting, yes)})`);
  when(filter.restartRequired, (yes) => sql`restart_required = ${yes}`);
  when(filter.activeThreats, (yes) => yesOrNo(sql`(active_threats > 0)`, yes));
  when(filter.detections, (yes) => yesOrNo(sql`(virus_count > 0)`, yes));
  when(filter.sameName, (yes) => yesOrNo(namesakes, yes));
  when(filter.tags, (tags) => sql`tags && ${[...tags]}::text[]`);
  when(filter.notTags, (tags) => sql`not (tags && ${[...tags]}::text[])`);
  when(filter.search, (condition) => condition);
  return [...where, ...(filter.and ?? []).flatMap(filterConditions)];
};
