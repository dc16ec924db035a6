import { PolicyContent, PolicyProfile, PolicySettingKey, settingsOfValues } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Conflict, NotFound } from '../platform/errors/index.ts';
import type { Doer } from '../platform/http/index.ts';
import { fullNames, type Group, groupStore } from './groups/index.ts';
import { recordSave } from './history.ts';
import {
  checkContent,
  inheritedBy,
  type PolicyPlace,
  policyStore,
  requireUnlocked,
  type SavedPolicy,
  stateOfPolicy,
} from './policies/index.ts';
import { type ObjectState, type Revision, revisionStore } from './revisions/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';

type Tx = Kysely<AdministrationTables>;

/** Who saves and when, and the revision that the save brings back, if it does. */
export interface PolicyHow {
  doer: Doer;
  at: Date;
  rolledBackTo?: number;
}

/** Saves in one place go one after the other: which policy is active there depends on all of them. */
const lockPlace = (tx: Tx, { groupId, application }: Pick<PolicyPlace, 'groupId' | 'application'>): Promise<void> =>
  revisionStore(administrationDb(tx).revisions, 'all').lock('policy', `of group ${groupId}: ${application}`);

const record = (
  tx: Tx,
  groups: Group[],
  { before, after }: { before: SavedPolicy | null; after: SavedPolicy | null },
  { doer, at, rolledBackTo }: PolicyHow,
): Promise<Revision | null> => {
  const policy = (after ?? before) as SavedPolicy;
  const state = (of: SavedPolicy | null) => of && (stateOfPolicy(of) as unknown as ObjectState);
  return recordSave(
    tx,
    {
      object: { kind: 'policy', id: String(policy.id), name: policy.name, tenantId: policy.tenantId },
      ...{ before: state(before), after: state(after), doer, at },
      ...(rolledBackTo === undefined ? {} : { rolledBackTo }),
    },
    { group: { id: policy.groupId, fullName: fullNames(groups).get(policy.groupId) ?? '' } },
  );
};

/** Groups below a group, with itself. */
const below = (groups: readonly Group[], groupId: number): number[] => {
  const path = groups.find(({ id }) => id === groupId)?.path;
  return path === undefined ? [] : groups.flatMap((group) => (group.path.startsWith(path) ? group.id : []));
};

/**
 * Adds a policy, changes it, or with null deletes it. One that becomes active makes inactive the one that was.
 *
 * @throws NotFound, InvalidInput, Conflict `policy.name-taken`, `policy.locked`
 */
const save = async (
  tx: Tx,
  place: PolicyPlace,
  before: SavedPolicy | null,
  content: PolicyContent | null,
  how: PolicyHow,
): Promise<{ after: SavedPolicy | null; revision: Revision | null }> => {
  const own = administrationDb(tx);
  const store = policyStore(own.policies, [place.tenantId]);
  const groups = await groupStore(own.groups, place.tenantId).list();
  if (!groups.some(({ id }) => id === place.groupId)) throw new NotFound('group', place.groupId);
  const by = { at: how.at, actor: how.doer.actor };
  const { rolledBackTo: _onlyThis, ...howOthers } = how;
  if (content) {
    checkContent(place.application, content);
    requireUnlocked(before, content, inheritedBy(place, await store.list(), groups));
    if (content.state !== 'inactive') {
      for (const other of await store.listIn(place)) {
        if (other.id === before?.id || other.state !== content.state) continue;
        const ended = await store.change(other.id, { ...other, state: 'inactive' }, by);
        await record(tx, groups, { before: other, after: ended }, howOthers);
      }
    }
  }
  let after: SavedPolicy | null = null;
  if (!content) await store.remove(before?.id ?? 0);
  else after = before ? await store.change(before.id, content, by) : await store.add(place, content, by);
  const isFelt = [before, content].some((policy) => policy !== null && policy.state !== 'inactive');
  if (isFelt) await store.touch(below(groups, place.groupId));
  return { after, revision: await record(tx, groups, { before, after }, how) };
};

export const addPolicyIn = async (tx: Tx, place: PolicyPlace, content: PolicyContent, how: PolicyHow) => {
  await lockPlace(tx, place);
  const { after } = await save(tx, place, null, content, how);
  return after as SavedPolicy;
};

/** Reads a policy and holds it until the transaction ends. */
const hold = async (tx: Tx, id: number): Promise<SavedPolicy> => {
  const store = policyStore(administrationDb(tx).policies, 'all');
  await lockPlace(tx, await store.get(id));
  return store.get(id);
};

export const changePolicyIn = async (
  tx: Tx,
  id: number,
  change: Partial<PolicyContent>,
  version: number,
  how: PolicyHow,
): Promise<SavedPolicy> => {
  const before = await hold(tx, id);
  if (before.version !== version) {
    throw new Conflict(
      'policy.changed-meanwhile',
      `“${before.name}” was changed meanwhile by ${before.changedBy}. Look at it, then change it again`,
    );
  }
  const { after } = await save(tx, before, before, { ...before, ...change }, how);
  return after as SavedPolicy;
};

export const removePolicyIn = async (tx: Tx, id: number, how: PolicyHow): Promise<void> => {
  const before = await hold(tx, id);
  await save(tx, before, before, null, how);
};

const SettingsState = z.partialRecord(PolicySettingKey, z.object({ value: z.unknown(), locked: z.boolean() }));
const PolicyState = z.object({
  ...PolicyContent.omit({ settings: true, locked: true, profiles: true }).shape,
  settings: SettingsState,
  profiles: z.array(
    z.object({ ...PolicyProfile.omit({ settings: true, locked: true }).shape, settings: SettingsState }),
  ),
});

const valuesOf = (settings: z.output<typeof SettingsState>) => {
  const entries = Object.entries(settings) as [PolicySettingKey, { value: unknown; locked: boolean }][];
  return {
    settings: settingsOfValues(entries.map(([key, { value }]) => [key, value] as const)),
    locked: entries.flatMap(([key, { locked }]) => (locked ? key : [])),
  };
};

/** Brings a policy back to a revision, with the state (active or not) that it had. */
export const restorePolicyIn = async (
  tx: Tx,
  { object }: Revision,
  state: ObjectState,
  how: PolicyHow,
): Promise<Revision | null> => {
  const before = await hold(tx, Number(object.id));
  const { settings, profiles, ...rest } = PolicyState.parse(state);
  const content = PolicyContent.parse({
    ...rest,
    ...valuesOf(settings),
    profiles: profiles.map(({ settings: own, ...profile }) => ({ ...profile, ...valuesOf(own) })),
  });
  const { revision } = await save(tx, before, before, content, how);
  return revision;
};

/** Policies of a group that is going. */
export const removePoliciesOfGroup = async (tx: Tx, group: Group, groups: Group[], how: PolicyHow): Promise<void> => {
  const store = policyStore(administrationDb(tx).policies, [group.tenantId]);
  for (const policy of await store.listOfGroup(group.id)) {
    await store.remove(policy.id);
    await record(tx, groups, { before: policy, after: null }, how);
  }
  await store.touch([]);
};
