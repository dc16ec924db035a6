import {
  addPolicy,
  changePolicy,
  componentsOfApplication,
  copyPolicy,
  deletePolicy,
  exportPolicy,
  getPolicy,
  importPolicy,
  listPolicies,
  listPolicyDevices,
  type Policy,
  type PolicyContent,
  type PolicyProgress,
  type PolicyRow,
} from '@gatehouse/contract';
import { NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Doer, doerOf, type Http, route } from '../../platform/http/index.ts';
import type { PolicyDevices } from '../devices/index.ts';
import type { Group, GroupStore } from '../groups/index.ts';
import { inScope, type TenantScope } from '../tenants/index.ts';
import type { PolicyBook } from './book.ts';
import { type PolicyPlace, type SavedPolicy, settingsSet, stateOfPolicy, withoutSettings } from './policy.ts';
import type { PolicyStore } from './store.ts';
import type { DevicePolicyStore } from './store-devices.ts';
import { type Counts, idsOf, inheritedBy, namesOf, progressOf, reachOf } from './tree.ts';

/** Saves with all that follows from them. */
export interface PolicySaves {
  /** @throws NotFound for the group, Conflict `policy.name-taken`, `policy.locked`, InvalidInput */
  add: (place: PolicyPlace, content: PolicyContent, doer: Doer) => Promise<SavedPolicy>;
  /** @throws as `add`, Conflict `policy.changed-meanwhile` when the policy is not of this version */
  change: (id: number, change: Partial<PolicyContent>, version: number, doer: Doer) => Promise<SavedPolicy>;
  remove: (id: number, doer: Doer) => Promise<void>;
}

export interface PolicyParts {
  policiesOf: (scope: TenantScope) => Pick<PolicyStore, 'get' | 'list'>;
  groupsOf: (tenantId: string) => Pick<GroupStore, 'list'>;
  allGroups: () => Promise<Group[]>;
  tenantNames: () => Promise<ReadonlyMap<string, string>>;
  saves: PolicySaves;
  states: Pick<DevicePolicyStore, 'counts' | 'page'>;
  devices: Pick<PolicyDevices, 'names'>;
  book: PolicyBook;
}

const scopeOf = (actor: Actor): TenantScope => actor.tenantIds ?? 'all';
const contentOf = (policy: SavedPolicy): PolicyContent => {
  const { name, state, outOfOfficeAfterSyncs, settings, locked, profiles } = policy;
  return { name, state, outOfOfficeAfterSyncs, settings, locked, profiles };
};

export const policyRoutes = (http: Http, parts: PolicyParts): void => {
  const { saves, book, states } = parts;

  const countsOf = async (groupIds?: readonly number[]): Promise<Map<number, Counts>> =>
    Map.groupBy(await states.counts(groupIds), ({ group_id }) => group_id);

  const rowOf = (
    policy: SavedPolicy,
    known: { groups: Group[]; names: ReadonlyMap<number, string>; tenants: ReadonlyMap<string, string> },
    progress: PolicyProgress,
  ): PolicyRow => ({
    id: policy.id,
    tenantId: policy.tenantId,
    tenantName: known.tenants.get(policy.tenantId) ?? '',
    groupId: policy.groupId,
    groupName: known.names.get(policy.groupId) ?? '',
    application: policy.application,
    name: policy.name,
    state: policy.state,
    profiles: policy.profiles.length,
    version: policy.version,
    changedAt: policy.changedAt.toISOString(),
    changedBy: policy.changedBy,
    progress,
  });

  const shown = async (policy: SavedPolicy): Promise<Policy> => {
    const [groups, policies, tenants, open] = await Promise.all([
      parts.groupsOf(policy.tenantId).list(),
      parts.policiesOf([policy.tenantId]).list(),
      parts.tenantNames(),
      book.open(),
    ]);
    const under = reachOf(groups, open).get(policy.id) ?? [];
    const progress = progressOf(under, await countsOf(under));
    const { profiles: _count, ...row } = rowOf(policy, { groups, names: namesOf(groups), tenants }, progress);
    const { settings, locked, outOfOfficeAfterSyncs, profiles } = policy;
    return {
      ...row,
      ...{ outOfOfficeAfterSyncs, settings, locked, profiles },
      inherited: inheritedBy(policy, policies, groups),
      eventComponents: [...componentsOfApplication(policy.application)],
    };
  };

  const requireTenant = (actor: Actor, tenantId: string): void => {
    if (!inScope(scopeOf(actor), tenantId)) throw new NotFound('tenant', tenantId);
  };

  route(http, listPolicies, async ({ actor, query }) => {
    const scope = query.tenantId === undefined ? scopeOf(actor) : [query.tenantId];
    if (query.tenantId !== undefined) requireTenant(actor, query.tenantId);
    const [all, groups, tenants, counts, open] = await Promise.all([
      parts.policiesOf(scope).list(),
      parts.allGroups(),
      parts.tenantNames(),
      countsOf(),
      book.open(),
    ]);
    const place = groups.find(({ id, tenantId }) => id === query.groupId && inScope(scope, tenantId));
    if (query.groupId !== undefined && !place) throw new NotFound('group', query.groupId);
    const way = place && idsOf(place.path);
    const found = all.filter(
      (policy) =>
        (!way || way.includes(policy.groupId)) &&
        (query.application === undefined || policy.application === query.application) &&
        (query.state === undefined || query.state.includes(policy.state)),
    );
    const known = { groups, names: namesOf(groups), tenants };
    const reach = reachOf(groups, open);
    return {
      items: found.map((policy) => rowOf(policy, known, progressOf(reach.get(policy.id) ?? [], counts))),
    };
  });

  route(http, getPolicy, async ({ actor, params }) =>
    shown(await parts.policiesOf(scopeOf(actor)).get(params.policyId)),
  );

  route(http, addPolicy, async ({ actor, body, request, audit }) => {
    requireTenant(actor, body.tenantId);
    const { tenantId, groupId, application, ...content } = body;
    const policy = await saves.add({ tenantId, groupId, application }, content, doerOf({ actor, request }));
    audit({ tenantId, after: { id: policy.id, groupId, ...stateOfPolicy(policy) } });
    return shown(policy);
  });

  route(http, changePolicy, async ({ actor, params, body, request, audit }) => {
    const before = await parts.policiesOf(scopeOf(actor)).get(params.policyId);
    const { version, ...change } = body;
    const after = await saves.change(before.id, change, version, doerOf({ actor, request }));
    audit({ tenantId: before.tenantId, before: stateOfPolicy(before), after: stateOfPolicy(after) });
    return shown(after);
  });

  route(http, deletePolicy, async ({ actor, params, request, audit }) => {
    const before = await parts.policiesOf(scopeOf(actor)).get(params.policyId);
    await saves.remove(before.id, doerOf({ actor, request }));
    audit({ tenantId: before.tenantId, before: stateOfPolicy(before) });
    return {};
  });

  /** Another policy with this content; what is locked above its group is left out. */
  const make = async (place: PolicyPlace, wanted: PolicyContent, doer: Doer) => {
    const [groups, policies] = await Promise.all([
      parts.groupsOf(place.tenantId).list(),
      parts.policiesOf([place.tenantId]).list(),
    ]);
    if (!groups.some(({ id }) => id === place.groupId)) throw new NotFound('group', place.groupId);
    const locked = new Set(inheritedBy(place, policies, groups).flatMap((each) => (each.locked ? each.key : [])));
    const leftOut = settingsSet(wanted).filter((key) => locked.has(key));
    const content = { ...withoutSettings(wanted, locked), state: 'inactive' as const };
    return { policy: await saves.add(place, content, doer), leftOut };
  };

  route(http, copyPolicy, async ({ actor, params, body, request, audit }) => {
    const from = await parts.policiesOf(scopeOf(actor)).get(params.policyId);
    const { tenantId, groupId, name = from.name } = body;
    requireTenant(actor, tenantId);
    const place = { tenantId, groupId, application: from.application };
    const { policy, leftOut } = await make(place, { ...contentOf(from), name }, doerOf({ actor, request }));
    audit({ tenantId, after: { id: policy.id, copyOf: from.id, groupId, name, leftOut } });
    return { policy: await shown(policy), leftOut };
  });

  route(http, exportPolicy, async ({ actor, params }) => {
    const policy = await parts.policiesOf(scopeOf(actor)).get(params.policyId);
    const { state: _ofThisPlace, ...content } = contentOf(policy);
    return {
      format: 'gatehouse-policy' as const,
      formatVersion: 1 as const,
      application: policy.application,
      ...content,
    };
  });

  route(http, importPolicy, async ({ actor, body, request, audit }) => {
    const { tenantId, groupId, file } = body;
    requireTenant(actor, tenantId);
    const { format: _format, formatVersion: _version, application, ...content } = file;
    const name = body.name ?? file.name;
    const wanted = { ...content, name, state: 'inactive' as const };
    const { policy, leftOut } = await make({ tenantId, groupId, application }, wanted, doerOf({ actor, request }));
    audit({ tenantId, after: { id: policy.id, groupId, ...stateOfPolicy(policy), leftOut } });
    return { policy: await shown(policy), leftOut };
  });

  route(http, listPolicyDevices, async ({ actor, params, query }) => {
    const policy = await parts.policiesOf(scopeOf(actor)).get(params.policyId);
    const groups = await parts.groupsOf(policy.tenantId).list();
    const names = namesOf(groups);
    const rows = await states.page(reachOf(groups, await book.open()).get(policy.id) ?? [], {
      ...(query.state === undefined ? {} : { states: query.state }),
      afterId: query.after ?? null,
      limit: query.limit + 1,
    });
    const page = rows.slice(0, query.limit);
    const devices = await parts.devices.names(page.map(({ device_id }) => device_id));
    return {
      items: page.map((row) => ({
        deviceId: row.device_id,
        deviceName: devices.get(row.device_id)?.name ?? '',
        groupId: row.group_id,
        groupName: names.get(row.group_id) ?? '',
        state: row.state,
        toldAt: row.told_at?.toISOString() ?? null,
        lastSeenAt: devices.get(row.device_id)?.lastSeenAt?.toISOString() ?? null,
      })),
      next: rows.length > query.limit ? (page.at(-1)?.device_id ?? null) : null,
    };
  });
};
