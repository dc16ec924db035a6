import { GroupInactivity, GroupName } from '@gatehouse/contract';
import { type Params, pxgError, readArguments, required } from '@gatehouse/protocols/ksc-open-api';
import { Conflict } from '../../../platform/errors/index.ts';
import type { Group } from '../../groups/index.ts';
import { startAction } from '../actions.ts';
import { readContext } from '../context.ts';
import { checkedBy, refuseOthers, requireGroup, unassignedGroupOf } from '../given.ts';
import { type GroupContext, groupRow, readGroupContext } from '../group-attributes.ts';
import type { Call, Method, MethodClass } from '../method.ts';
import { statusChanges, statusContainerNames } from '../status-containers.ts';
import { doerOfLogin } from '../writes.ts';
import { actionReply } from './hosts.ts';

const read = (run: Method['run']): Method => ({ needs: 'devices:read', run });
const write = (audit: string, run: Method['run']): Method => ({ needs: 'groups:write', audit, run });

const fixedGroup = (kind: 'managed' | 'unassigned' | 'super'): Method =>
  read(async ({ administration, login }) => ({
    PxgRetVal: (await administration.groupsOf(login.server.id).fixed(kind)).id,
  }));

const groupById = async (call: Call, id: number): Promise<{ group: Group; context: GroupContext }> => {
  const context = await readGroupContext(call, call.login.scope());
  return { group: requireGroup(context, id), context };
};

const nameOf = (text: string): string => checkedBy(GroupName, text, 'pInfo.name');
const childNamed = (groups: Iterable<Group>, parentId: number, name: string): Group | undefined => {
  const folded = name.trim().toLowerCase();
  return [...groups].find((group) => group.parentId === parentId && group.name.toLowerCase() === folded);
};

/** The group that has the name there already is as good as a new one. */
const addGroup = write('group.added', async (call) => {
  const { administration, login } = call;
  const given = required(call.args.params('pInfo'), 'pInfo');
  const info = readArguments(given);
  refuseOthers(given, ['name', 'parentId'], {}, 'pInfo');
  const name = nameOf(required(info.string('name'), 'pInfo.name'));
  const context = await readContext(call, login.scope());
  const parentId = info.long('parentId') ?? (await administration.groupsOf(login.server.id).fixed('managed')).id;
  const parent = requireGroup(context, parentId);
  const known = childNamed(context.groups.values(), parentId, name);
  if (known) return { PxgRetVal: known.id };
  try {
    const added = await administration.writes.groups.add(parent.tenantId, { name, parentId }, doerOfLogin(login));
    call.audit({ tenantId: parent.tenantId, after: { id: added, name, parentId } });
    return { PxgRetVal: added };
  } catch (error) {
    // Somebody else was faster.
    if (!(error instanceof Conflict) || error.code !== 'group.name-taken') throw error;
    const there = childNamed(await administration.groupsOf(parent.tenantId).list(), parentId, name);
    if (!there) throw error;
    return { PxgRetVal: there.id };
  }
});

const INACTIVITY = ['autoRemovePeriod', 'notifyPeriod', 'KLGRP_HlfInherited', 'KLGRP_HlfForceChildren'] as const;

/** Undefined: nothing of it is another. @throws PxgError 1192, 1193 */
const inactivityOf = (info: Params, group: Group, context: GroupContext): GroupInactivity | null | undefined => {
  if (!INACTIVITY.some((name) => Object.hasOwn(info, name))) return undefined;
  const { settings, forcedBy } = context.inactivityOf(group);
  const reader = readArguments(info);
  const days = (name: string, now: number | null): number | null => {
    const given = reader.int(name);
    return given === undefined ? now : given === 0 ? null : given;
  };
  const isInherited = reader.boolean('KLGRP_HlfInherited');
  const wanted =
    isInherited === true
      ? null
      : {
          notifyAfterDays: days('notifyPeriod', settings.notifyAfterDays),
          removeAfterDays: days('autoRemovePeriod', settings.removeAfterDays),
          forced: reader.boolean('KLGRP_HlfForceChildren') ?? group.inactivity?.forced ?? false,
        };
  const held =
    isInherited === undefined && group.inactivity === null ? { ...settings, forced: false } : group.inactivity;
  const parsed = wanted && checkedBy(GroupInactivity, wanted, 'pInfo.autoRemovePeriod, pInfo.notifyPeriod');
  if (JSON.stringify(order(parsed)) === JSON.stringify(order(held))) return undefined;
  if (forcedBy !== null) throw pxgError('notPermitted', 'A group above forces its settings for inactive devices');
  if (group.kind === 'unassigned' || group.kind === 'super') {
    throw pxgError('notPermitted', `“${group.name}” has no settings for inactive devices`);
  }
  return parsed;
};
const order = (settings: GroupInactivity | null) =>
  settings && [settings.notifyAfterDays, settings.removeAfterDays, settings.forced];

/** All of it or nothing is refused first; then each part is saved as the console saves it. */
const updateGroup = write('group.changed', async (call) => {
  const { administration, login } = call;
  const { group, context } = await groupById(call, required(call.args.long(['nGroup', 'nGroupId']), 'nGroup'));
  // The documentation writes one name with a blank behind it.
  const given: Params = Object.fromEntries(
    Object.entries(required(call.args.params('pInfo'), 'pInfo')).map(([name, value]) => [name.trimEnd(), value]),
  );
  const info = readArguments(given);
  const { critical, warning } = statusContainerNames;
  refuseOthers(given, ['name', 'parentId', critical, warning, ...INACTIVITY], groupRow(group, [], context), 'pInfo');
  const [name, parentId] = [info.string('name'), info.long('parentId')];
  const inactivity = inactivityOf(given, group, context);
  const [ofCritical, ofWarning] = [info.params(critical), info.params(warning)];
  const containers = { ...(ofCritical && { critical: ofCritical }), ...(ofWarning && { warning: ofWarning }) };
  const settings = statusChanges(containers, group, context.rulesOf(group.path));
  if (settings.length > 0 && !login.user.permissions.has('statuses:write')) {
    throw pxgError('noAccess', `Access denied: ${login.user.name} does not have the right statuses:write`);
  }
  const change = {
    ...(name !== undefined && name !== group.name && { name: nameOf(name) }),
    ...(parentId !== undefined && parentId !== (group.parentId ?? -1) && { parentId }),
    ...(inactivity !== undefined && { inactivity }),
  };
  const doer = doerOfLogin(login);
  call.audit({
    tenantId: group.tenantId,
    before: { id: group.id, name: group.name, parentId: group.parentId, inactivity: group.inactivity },
    after: { ...change, ...(settings.length > 0 && { statuses: settings }) },
  });
  if (Object.keys(change).length > 0) {
    await administration.writes.groups.change(group.tenantId, group.id, change, doer);
  }
  if (settings.length > 0) {
    await administration.writes.groups.saveStatusSettings(group.tenantId, group.id, settings, doer);
  }
  return {};
});

const ONLY_IF_EMPTY = 1;
const WITH_HOSTS = 3;

/** A group without groups, hosts, policies and tasks. @throws PxgError 1193 */
const requireEmpty = async (call: Call, group: Group): Promise<void> => {
  const { administration } = call;
  const policies = (await administration.policies.of([group.tenantId]).list()).filter(
    ({ groupId }) => groupId === group.id,
  );
  const tasks = await administration.tasks.tasksOf([group.tenantId]).listBy({ groupId: group.id });
  const first = policies[0]?.name ?? tasks[0]?.settings.name;
  if (first !== undefined) throw pxgError('notPermitted', `“${group.name}” is not empty: it has “${first}”`);
};

/** Hosts are not lost with their group: they go to Unassigned. */
const removeGroup = write('group.deleted', async (call) => {
  const { args, administration, login } = call;
  const { group, context } = await groupById(call, required(args.long(['nGroup', 'nGroupId']), 'nGroup'));
  const flags = args.int('nFlags') ?? ONLY_IF_EMPTY;
  if (flags < ONLY_IF_EMPTY || flags > WITH_HOSTS) throw pxgError('badFormat', 'nFlags: 1, 2 or 3 is needed');
  if (group.kind !== 'group') throw pxgError('notPermitted', `“${group.name}” is one of the fixed groups and stays`);
  call.audit({ tenantId: group.tenantId, before: { id: group.id, name: group.name }, after: { nFlags: flags } });
  const moveDevicesTo = flags === WITH_HOSTS ? (unassignedGroupOf(context, group.tenantId)?.id ?? null) : null;
  return actionReply(
    await startAction(call, async () => {
      if (flags === ONLY_IF_EMPTY) await requireEmpty(call, group);
      const how = { withSubgroups: flags !== ONLY_IF_EMPTY, moveDevicesTo };
      await administration.writes.groups.remove(group.tenantId, group.id, how, doerOfLogin(login));
      return {};
    }),
  );
});

interface SubgroupNode {
  id: number;
  name: string;
  groups?: Params[];
}

/** HostGroup: administration groups (KSCAPI 13 to 16). */
export const groupMethods: MethodClass = {
  GroupIdGroups: fixedGroup('managed'),
  GroupIdUnassigned: fixedGroup('unassigned'),
  GroupIdSuper: fixedGroup('super'),

  GetGroupInfo: read(async (call) => {
    const { group, context } = await groupById(call, required(call.args.long('nGroupId'), 'nGroupId'));
    return { PxgRetVal: groupRow(group, [], context) };
  }),

  GetGroupInfoEx: read(async (call) => {
    const { group, context } = await groupById(call, required(call.args.long('nGroupId'), 'nGroupId'));
    return { PxgRetVal: groupRow(group, call.args.strings('pArrAttributes') ?? [], context) };
  }),

  GetSubgroups: read(async (call) => {
    const { group, context } = await groupById(call, required(call.args.long(['nGroupId', 'nParent']), 'nGroupId'));
    const depth = call.args.int('nDepth') ?? 0;
    const below = (parent: number, left: number): Params[] =>
      (context.childrenOf.get(parent) ?? []).map(({ id, name }) => {
        const children = left === 1 ? [] : below(id, left - 1);
        const node: SubgroupNode = { id, name, ...(children.length > 0 && { groups: children }) };
        return node as unknown as Params;
      });
    return { PxgRetVal: below(group.id, depth) };
  }),

  GetGroupId: read(async (call) => {
    const parent = required(call.args.long('nParent'), 'nParent');
    const name = required(call.args.string('strName'), 'strName');
    const context = await readContext(call, call.login.scope());
    requireGroup(context, parent);
    return { PxgRetVal: childNamed(context.groups.values(), parent, name)?.id ?? -1 };
  }),

  AddGroup: addGroup,
  UpdateGroup: {
    ...updateGroup,
    note: 'Name, place, inactive devices and device statuses; what else is given must be as it is, else 1193',
  },
  RemoveGroup: { ...removeGroup, note: 'With 3 the hosts go to Unassigned devices' },
};
