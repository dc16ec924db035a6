import {
  addGroup,
  changeGroup,
  deleteGroup,
  type GroupInactivity,
  type Group as GroupReply,
  type GroupSettings,
  getGroup,
  listGroups,
  putGroupInactivity,
} from '@gatehouse/contract';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import { type GroupCounts, inScope } from '../tenants/index.ts';
import { countsOfGroups } from './counts.ts';
import { fullNames, type Group } from './group.ts';
import { effectiveInactivity } from './inactivity.ts';
import type { GroupStore } from './store.ts';

export interface GroupChange {
  name?: string | undefined;
  parentId?: number | undefined;
  /** Null: nothing of its own. */
  inactivity?: GroupInactivity | null | undefined;
}

export interface GroupParts {
  groupsOf: (tenantId: string) => GroupStore;
  countsOf: (tenantId: string) => Promise<GroupCounts[]>;
  /** Runs a change of the tree in one transaction; devices below a moved group get their statuses decided anew. */
  change: (tenantId: string, groupId: number, change: GroupChange, doer: Doer) => Promise<unknown>;
  add: (tenantId: string, group: { name: string; parentId: number }, doer: Doer) => Promise<Group>;
  remove: (
    tenantId: string,
    groupId: number,
    how: { withSubgroups: boolean; moveDevicesTo: number | null },
    doer: Doer,
  ) => Promise<void>;
  changed: () => void;
}

/** Another tenant's id and one that never was look alike. */
const requireTenant = (actor: Actor, tenantId: string): void => {
  if (!inScope(actor.tenantIds ?? 'all', tenantId)) throw new NotFound('tenant', tenantId);
};

export const groupRoutes = (http: Http, parts: GroupParts): void => {
  const read = async (tenantId: string) => {
    const [groups, counts] = await Promise.all([parts.groupsOf(tenantId).list(), parts.countsOf(tenantId)]);
    if (groups.length === 0) throw new NotFound('tenant', tenantId);
    const names = fullNames(groups);
    const countsOf = countsOfGroups(groups, counts);
    const shown = (group: Group): GroupReply => ({
      id: group.id,
      tenantId: group.tenantId,
      parentId: group.parentId,
      name: group.name,
      kind: group.kind,
      fullName: names.get(group.id) ?? group.name,
      ...countsOf(group.id),
    });
    return { groups, shown };
  };

  const settingsOf = async (tenantId: string, groupId: number): Promise<GroupSettings> => {
    const { groups, shown } = await read(tenantId);
    const group = groups.find(({ id }) => id === groupId);
    if (!group) throw new NotFound('group', groupId);
    const { settings, from, forcedBy } = effectiveInactivity(groups)(group);
    const placeOf = (id: number | null) => {
      const place = groups.find((each) => each.id === id);
      return place ? { groupId: place.id, name: place.name } : null;
    };
    return {
      group: shown(group),
      inactivity: {
        own: group.inactivity,
        effective: settings,
        inheritedFrom: from === group.id ? null : placeOf(from),
        forcedBy: placeOf(forcedBy),
      },
    };
  };
  const one = async (tenantId: string, groupId: number): Promise<GroupReply> =>
    (await settingsOf(tenantId, groupId)).group;

  route(http, listGroups, async ({ actor, params }) => {
    requireTenant(actor, params.tenantId);
    const { groups, shown } = await read(params.tenantId);
    return { items: groups.map(shown) };
  });

  route(http, getGroup, ({ actor, params }) => {
    requireTenant(actor, params.tenantId);
    return settingsOf(params.tenantId, params.groupId);
  });

  route(http, addGroup, async ({ actor, params, body, request }) => {
    requireTenant(actor, params.tenantId);
    const group = await parts.add(params.tenantId, body, doerOf({ actor, request }));
    parts.changed();
    return one(params.tenantId, group.id);
  });

  route(http, changeGroup, async ({ actor, params, body, request, audit }) => {
    requireTenant(actor, params.tenantId);
    const before = await parts.groupsOf(params.tenantId).get(params.groupId);
    await parts.change(params.tenantId, params.groupId, body, doerOf({ actor, request }));
    audit({ before: { name: before.name, parentId: before.parentId } });
    parts.changed();
    return one(params.tenantId, params.groupId);
  });

  route(http, putGroupInactivity, async ({ actor, params, body, request, audit }) => {
    requireTenant(actor, params.tenantId);
    const { group, inactivity } = await settingsOf(params.tenantId, params.groupId);
    if (inactivity.forcedBy) {
      throw new Conflict(
        'group.inactivity-forced',
        `“${inactivity.forcedBy.name}” forces its settings on “${group.name}”: change them there`,
      );
    }
    if (group.kind === 'unassigned' || group.kind === 'super') {
      throw new Conflict('group.fixed', `“${group.name}” has no such settings: devices are not taken out of it`);
    }
    await parts.change(params.tenantId, group.id, { inactivity: body.settings }, doerOf({ actor, request }));
    audit({ before: inactivity.own });
    parts.changed();
    return settingsOf(params.tenantId, group.id);
  });

  route(http, deleteGroup, async ({ actor, params, query, request, audit }) => {
    requireTenant(actor, params.tenantId);
    const before = await parts.groupsOf(params.tenantId).get(params.groupId);
    const how = { withSubgroups: query.withSubgroups, moveDevicesTo: query.moveDevicesTo ?? null };
    await parts.remove(params.tenantId, params.groupId, how, doerOf({ actor, request }));
    audit({ before: { name: before.name, parentId: before.parentId }, after: how });
    parts.changed();
    return {};
  });
};
