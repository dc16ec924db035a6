import { type AttributeValue, dateTime, type Params, type ParamValue, Typed } from '@gatehouse/protocols/ksc-open-api';
import { effectiveInactivity, type Group, levelOfGroup } from '../groups/index.ts';
import type { Rule } from '../statuses/index.ts';
import { type GroupCounts, sumCounts, type TenantScope } from '../tenants/index.ts';
import { readContext, type ServerContext } from './context.ts';
import type { Call } from './method.ts';
import { statusContainer, statusContainerNames } from './status-containers.ts';

export interface GroupContext extends ServerContext {
  countsOf: ReadonlyMap<number, readonly GroupCounts[]>;
  childrenOf: ReadonlyMap<number | null, readonly Group[]>;
  inactivityOf: ReturnType<typeof effectiveInactivity>;
  rulesOf: (path: string) => readonly Rule[];
}

/** What attributes of groups ask for: groups are few beside devices, so that it is read once a call. */
export const readGroupContext = async (call: Call, scope: TenantScope): Promise<GroupContext> => {
  const [context, counts, rulesOf] = await Promise.all([
    readContext(call, scope),
    call.administration.countsOf(scope),
    call.administration.statusRules(),
  ]);
  const groups = [...context.groups.values()];
  return {
    ...context,
    countsOf: Map.groupBy(counts, ({ group_id }) => group_id),
    childrenOf: Map.groupBy(groups, ({ parentId }) => parentId),
    inactivityOf: effectiveInactivity(groups),
    rulesOf,
  };
};

type GroupAttribute = (group: Group, context: GroupContext) => ParamValue;

const devicesOf = (group: Group, { countsOf }: GroupContext) => sumCounts(countsOf.get(group.id) ?? []);
const childCount = (group: Group, { childrenOf }: GroupContext) => childrenOf.get(group.id)?.length ?? 0;

/** Group attributes that can be asked for (KSCAPI 15, group attributes). */
const groupAttributes: Readonly<Record<string, GroupAttribute>> = {
  id: (group) => group.id,
  name: (group) => group.name,
  parentId: (group) => group.parentId ?? -1,
  grp_full_name: (group, context) => context.fullNames.get(group.id) ?? `${group.name}/`,
  level: (group) => levelOfGroup(group),
  creationDate: (group) => dateTime(group.createdAt),
  lastUpdate: (group) => dateTime(group.createdAt),
  // Days; 0 is never.
  autoRemovePeriod: (group, { inactivityOf }) => inactivityOf(group).settings.removeAfterDays ?? 0,
  notifyPeriod: (group, { inactivityOf }) => inactivityOf(group).settings.notifyAfterDays ?? 0,
  KLGRP_HlfInherited: (group) => group.inactivity === null,
  KLGRP_HlfForceChildren: (group) => group.inactivity?.forced ?? false,
  KLGRP_HlfForced: (group, { inactivityOf }) => inactivityOf(group).forcedBy !== null,
  hostsNum: (group, context) => devicesOf(group, context).total,
  childGroupsNum: childCount,
  KLGRP_CHLDHST_CNT: (group, context) => devicesOf(group, context).total,
  KLGRP_CHLDGRP_CNT: childCount,
  KLGRP_CHLDHST_CNT_OK: (group, context) => devicesOf(group, context).ok,
  KLGRP_CHLDHST_CNT_CRT: (group, context) => devicesOf(group, context).critical,
  KLGRP_CHLDHST_CNT_WRN: (group, context) => devicesOf(group, context).warning,
  [statusContainerNames.critical]: (group, { rulesOf }) => statusContainer('critical', group, rulesOf(group.path)),
  [statusContainerNames.warning]: (group, { rulesOf }) => statusContainer('warning', group, rulesOf(group.path)),
  c_grp_autoInstallPackageId: () => 0,
  grp_from_unassigned: (group, context) => context.unassignedGroupIds.includes(group.id),
  // This server looks for devices on no network.
  grp_enable_fscan: () => false,
  KLSRVH_SRV_DN: () => '',
  KLVSRV_ID: (group, context) => context.tenants.get(group.tenantId)?.number ?? 0,
  KLVSRV_DN: (group, context) => context.tenants.get(group.tenantId)?.name ?? '',
};

export const isGroupAttribute = (name: string): boolean =>
  Object.hasOwn(groupAttributes, name) || name === 'KLGRP_GRP_GROUPID_GP';

/** A group's value as the filter language compares it. */
export const groupValue = (group: Group, name: string, context: GroupContext): AttributeValue => {
  const value = Object.hasOwn(groupAttributes, name) ? groupAttributes[name]?.(group, context) : undefined;
  if (value instanceof Typed) return value.type === 'datetime' ? new Date(String(value.value)) : undefined;
  return typeof value === 'object' ? undefined : value;
};

/** A group as a row: the wanted attributes that we know; unknown names are left out. No wish means all. */
export const groupRow = (group: Group, fields: readonly string[], context: GroupContext): Params => {
  // The documentation shows one name with a blank behind it; some programs ask for it so.
  const names = fields.length > 0 ? fields : Object.keys(groupAttributes);
  return Object.fromEntries(
    names.flatMap((asked) => {
      const name = asked.trimEnd();
      const attribute = Object.hasOwn(groupAttributes, name) ? groupAttributes[name] : undefined;
      return attribute ? [[name, attribute(group, context)]] : [];
    }),
  );
};
