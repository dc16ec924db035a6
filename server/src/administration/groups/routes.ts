import { addGroup, changeGroup, deleteGroup, type Group as GroupReply, listGroups } from '@gatehouse/contract';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import { type GroupCounts, inScope, sumCounts } from '../tenants/index.ts';
import { fullNames, type Group } from './group.ts';
import type { GroupStore } from './store.ts';

export interface GroupParts {
  groupsOf: (tenantId: string) => GroupStore;
  countsOf: (tenantId: string) => Promise<GroupCounts[]>;
  /** Runs a change of the tree in one transaction; devices below a moved group get their statuses decided anew. */
  change: (
    tenantId: string,
    groupId: number,
    change: { name?: string; parentId?: number },
    doer: Doer,
  ) => Promise<unknown>;
  add: (tenantId: string, group: { name: string; parentId: number }, doer: Doer) => Promise<Group>;
  remove: (tenantId: string, groupId: number, doer: Doer) => Promise<void>;
  changed: () => void;
}

/** Another tenant's id and one that never was look alike. */
const requireTenant = (actor: Actor, tenantId: string): void => {
  if (!inScope(actor.tenantIds ?? 'all', tenantId)) throw new NotFound('tenant', tenantId);
};

export const groupRoutes = (http: Http, parts: GroupParts): void => {
  const listAll = async (tenantId: string): Promise<GroupReply[]> => {
    const [groups, counts] = await Promise.all([parts.groupsOf(tenantId).list(), parts.countsOf(tenantId)]);
    if (groups.length === 0) throw new NotFound('tenant', tenantId);
    const names = fullNames(groups);
    return groups.map((group) => ({
      id: group.id,
      tenantId: group.tenantId,
      parentId: group.parentId,
      name: group.name,
      kind: group.kind,
      fullName: names.get(group.id) ?? group.name,
      devices: sumCounts(counts.filter((row) => row.group_id === group.id)),
    }));
  };
  const one = async (tenantId: string, groupId: number): Promise<GroupReply> => {
    const found = (await listAll(tenantId)).find((group) => group.id === groupId);
    if (!found) throw new NotFound('group', groupId);
    return found;
  };

  route(http, listGroups, async ({ actor, params }) => {
    requireTenant(actor, params.tenantId);
    return { items: await listAll(params.tenantId) };
  });

  route(http, addGroup, async ({ actor, params, body, request }) => {
    requireTenant(actor, params.tenantId);
    const group = await parts.add(params.tenantId, body, doerOf({ actor, request }));
    parts.changed();
    return one(params.tenantId, group.id);
  });

  route(http, changeGroup, async ({ actor, params, body, request, audit }) => {
    requireTenant(actor, params.tenantId);
    const before = await one(params.tenantId, params.groupId);
    await parts.change(params.tenantId, params.groupId, body, doerOf({ actor, request }));
    audit({ before: { name: before.name, parentId: before.parentId } });
    parts.changed();
    return one(params.tenantId, params.groupId);
  });

  route(http, deleteGroup, async ({ actor, params, request, audit }) => {
    requireTenant(actor, params.tenantId);
    const before = await one(params.tenantId, params.groupId);
    if (before.devices.total > 0) {
      throw new Conflict(
        'group.not-empty',
        `“${before.name}” has ${before.devices.total} devices in it; move those first`,
      );
    }
    await parts.remove(params.tenantId, params.groupId, doerOf({ actor, request }));
    audit({ before: { name: before.name, parentId: before.parentId } });
    parts.changed();
    return {};
  });
};
