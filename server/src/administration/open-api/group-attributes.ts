import { type AttributeValue, dateTime, type Params, type ParamValue, Typed } from '@gatehouse/protocols/ksc-open-api';
import { type Group, levelOfGroup } from '../groups/index.ts';
import { type GroupCounts, sumCounts } from '../tenants/index.ts';
import type { ServerContext } from './context.ts';

export interface GroupContext extends ServerContext {
  counts: readonly GroupCounts[];
}

type GroupAttribute = (group: Group, context: GroupContext) => ParamValue;

const devicesOf = (group: Group, { counts }: GroupContext) =>
  sumCounts(counts.filter((row) => row.group_id === group.id));
const childrenOf = (group: Group, { groups }: GroupContext) =>
  [...groups.values()].filter(({ parentId }) => parentId === group.id).length;

/** Group attributes that can be asked for (KSCAPI 15, group attributes). */
const groupAttributes: Readonly<Record<string, GroupAttribute>> = {
  id: (group) => group.id,
  name: (group) => group.name,
  parentId: (group) => group.parentId ?? -1,
  grp_full_name: (group, context) => context.fullNames.get(group.id) ?? `${group.name}/`,
  level: (group) => levelOfGroup(group),
  creationDate: (group) => dateTime(group.createdAt),
  lastUpdate: (group) => dateTime(group.createdAt),
  hostsNum: (group, context) => devicesOf(group, context).total,
  childGroupsNum: childrenOf,
  KLGRP_CHLDHST_CNT: (group, context) => devicesOf(group, context).total,
  KLGRP_CHLDGRP_CNT: childrenOf,
  KLGRP_CHLDHST_CNT_OK: (group, context) => devicesOf(group, context).ok,
  KLGRP_CHLDHST_CNT_CRT: (group, context) => devicesOf(group, context).critical,
  KLGRP_CHLDHST_CNT_WRN: (group, context) => devicesOf(group, context).warning,
  grp_from_unassigned: (group, context) => context.unassignedGroupIds.includes(group.id),
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

export const groupRow = (group: Group, fields: readonly string[], context: GroupContext): Params => {
  const names = fields.length > 0 ? fields : Object.keys(groupAttributes);
  return Object.fromEntries(
    names.flatMap((name) => {
      const attribute = Object.hasOwn(groupAttributes, name) ? groupAttributes[name] : undefined;
      return attribute ? [[name, attribute(group, context)]] : [];
    }),
  );
};
