import {
  ConditionSetting,
  type EventSetting,
  type EventTypeKey,
  GroupInactivity,
  type ObjectKind,
  type SiemTargetSettings,
} from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Clock } from '../platform/clock/index.ts';
import { Conflict } from '../platform/errors/index.ts';
import type { Doer } from '../platform/http/index.ts';
import { newId } from '../platform/ids/index.ts';
import { devicePlaces, deviceStore } from './devices/index.ts';
import { type EnrolmentTokenRow, enrolmentStore } from './enrolment/index.ts';
import { eventSettingStore } from './event-configuration/index.ts';
import { frequentEventStore } from './frequent-events/index.ts';
import { fullNames, type Group, groupStore } from './groups/index.ts';
import { byServer, recordSave } from './history.ts';
import { licenseStore } from './licenses/index.ts';
import { requireNoRuleInto, restoreMovingRules } from './moving-rule-saves.ts';
import { movingRuleStore } from './moving-rules/index.ts';
import { policyStore } from './policies/index.ts';
import { removePoliciesOfGroup, restorePolicyIn } from './policy-saves.ts';
import { type Json, type ObjectState, type Revision, type RollBackResult, revisionStore } from './revisions/index.ts';
import { siemTargetStore } from './siem-exports/index.ts';
import { checkSetting, conditionOf, type SettingChanges, settingState, statusStore } from './statuses/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import { removeTasksBy } from './task-saves.ts';
import { type Tenant, tenantStore } from './tenants/index.ts';

type Tx = Kysely<AdministrationTables>;

/** Who saves, and the revision that the save brings back, if it does. */
interface How {
  doer: Doer;
  rolledBackTo?: number;
}

/** A revision from before there were settings for inactive devices says nothing of them. */
const GroupState = z.object({
  name: z.string(),
  parentId: z.number().int().nullable(),
  inactivity: GroupInactivity.nullable().optional(),
});
interface GroupChange {
  name?: string | undefined;
  parentId?: number | undefined;
  inactivity?: GroupInactivity | null | undefined;
}
const TenantState = z.object({ name: z.string() });
const StatusState = z.record(z.string(), ConditionSetting);

/** The result of a trial, on its way out of a transaction that must not last. */
class TrialOver extends Error {
  readonly result: RollBackResult;
  constructor(result: RollBackResult) {
    super('a trial ends without effect');
    this.result = result;
  }
}

/**
 * Every save of an object that has a history: the save itself, what follows from it for other modules, its revision
 * and its audit event, in one transaction.
 */
export const createObjectSaves = (parts: {
  inTransaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  clock: Clock;
  /** Something was saved; its event waits to be carried. */
  onSaved: () => void;
  restoreLicense: (tx: Tx, revision: Revision, state: ObjectState, how: How) => Promise<Revision | null>;
  restoreTask: (tx: Tx, revision: Revision, state: ObjectState, how: How) => Promise<Revision | null>;
}) => {
  const { clock } = parts;
  const inTransaction = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
    const result = await parts.inTransaction(work);
    parts.onSaved();
    return result;
  };
  const lock = (tx: Tx, kind: ObjectKind, id: string): Promise<void> =>
    revisionStore(administrationDb(tx).revisions, 'all').lock(kind, id);
  const placeOf = (groups: Group[], id: number) => ({ id, fullName: fullNames(groups).get(id) ?? '' });
  const groupState = (group: Group, groups: Group[]): ObjectState => ({
    name: group.name,
    parentId: group.parentId,
    parentName: groups.find(({ id }) => id === group.parentId)?.name ?? null,
    inactivity: group.inactivity as unknown as Json,
  });

  const saveGroup = async (
    tx: Tx,
    tenantId: string,
    groupId: number,
    change: GroupChange,
    { doer, rolledBackTo }: How,
  ): Promise<Revision | null> => {
    const own = administrationDb(tx);
    const store = groupStore(own.groups, tenantId);
    // First, as everybody does who changes the tree.
    await store.lockTree();
    await lock(tx, 'group', String(groupId));
    const groupsBefore = await store.list();
    const before = groupState(await store.get(groupId), groupsBefore);
    const { inactivity, ...place } = change;
    if (inactivity !== undefined) await store.setInactivity(groupId, inactivity);
    const isPlaced = place.name !== undefined || place.parentId !== undefined;
    const moved = isPlaced ? await store.change(groupId, place) : await store.get(groupId);
    const groups = await store.list();
    if (isPlaced) {
      // Another name changes no status, but the events about statuses say it.
      const below = place.parentId === undefined ? [] : groups.filter(({ path }) => path.startsWith(moved.path));
      await statusStore(own.statuses).rulesChanged(below.map(({ id }) => id));
      // Below another group other policies are inherited.
      if (below.length > 0) await policyStore(own.policies, 'all').touch(below.map(({ id }) => id));
    }
    return recordSave(
      tx,
      {
        object: { kind: 'group', id: String(groupId), name: moved.name, tenantId },
        ...{ before, after: groupState(moved, groups), doer, at: clock(), rolledBackTo },
      },
      { group: placeOf(groups, groupId) },
    );
  };

  const statusState = async (tx: Tx, groupId: number): Promise<ObjectState> =>
    Object.fromEntries(
      (await statusStore(administrationDb(tx).statuses).all())
        .filter((own) => own.groupId === groupId)
        .map(({ condition, setting }) => [condition, settingState(setting)]),
    );

  /** Null takes the group's own setting away. */
  const saveStatusSettings = async (
    tx: Tx,
    tenantId: string,
    groupId: number,
    settings: SettingChanges,
    { doer, rolledBackTo }: How,
  ): Promise<Revision | null> => {
    await lock(tx, 'device-status-settings', String(groupId));
    const own = administrationDb(tx);
    const groups = await groupStore(own.groups, tenantId).list();
    const group = await groupStore(own.groups, tenantId).get(groupId);
    const before = await statusState(tx, groupId);
    await statusStore(own.statuses).save(groupId, settings);
    const below = groups.filter(({ path }) => path.startsWith(group.path));
    await statusStore(own.statuses).rulesChanged(below.map(({ id }) => id));
    return recordSave(
      tx,
      {
        object: { kind: 'device-status-settings', id: String(groupId), name: group.name, tenantId },
        ...{ before, after: await statusState(tx, groupId), doer, at: clock(), rolledBackTo },
      },
      { group: placeOf(groups, groupId) },
    );
  };

  const eventState = async (tx: Tx, groupId: number | null): Promise<ObjectState> =>
    Object.fromEntries(
      (await eventSettingStore(administrationDb(tx).eventSettings).all())
        .filter((own) => own.groupId === groupId)
        .map(({ component, code, typeId, setting }) => [
          [component, code, ...(typeId === null ? [] : [typeId])].join(', '),
          setting as unknown as Json,
        ]),
    );

  /** Settings of a group that is going: they have a history of their own, which ends here. */
  const removeSettings = async (tx: Tx, tenantId: string, group: Group, groups: Group[], doer: Doer): Promise<void> => {
    const own = administrationDb(tx);
    const history = revisionStore(own.revisions, 'all');
    const ending = [
      { kind: 'device-status-settings', before: await statusState(tx, group.id) },
      { kind: 'event-configuration', before: await eventState(tx, group.id) },
    ] as const;
    await statusStore(own.statuses).removeOfGroup(group.id);
    await eventSettingStore(own.eventSettings).removeOfGroup(group.id);
    await removePoliciesOfGroup(tx, group, groups, { doer, at: clock() });
    for (const { kind, before } of ending) {
      const hasHistory = (await history.lastNumber(kind, String(group.id))) > 0;
      if (!hasHistory && Object.keys(before).length === 0) continue;
      const object = { kind, id: String(group.id), name: group.name, tenantId };
      await recordSave(tx, { object, before, after: null, doer, at: clock() }, { group: placeOf(groups, group.id) });
    }
  };

  const addTenant = async (tx: Tx, name: string, isMain: boolean): Promise<Tenant> => {
    const now = clock();
    const own = administrationDb(tx);
    const tenant = await tenantStore(own.tenants, 'all').add({ id: newId(now), name, createdAt: now, main: isMain });
    await groupStore(own.groups, tenant.id).addFixed(now, isMain);
    return tenant;
  };

  const saveTenant = async (tx: Tx, tenantId: string, name: string, { doer, rolledBackTo }: How) => {
    await lock(tx, 'tenant', tenantId);
    const store = tenantStore(administrationDb(tx).tenants, 'all');
    const before = await store.get(tenantId);
    await store.rename(tenantId, name);
    return recordSave(tx, {
      object: { kind: 'tenant', id: tenantId, name, tenantId },
      ...{ before: { name: before.name }, after: { name }, doer, at: clock(), rolledBackTo },
    });
  };

  const tokenState = (
    token: Omit<EnrolmentTokenRow, 'secret_hash' | 'last_used_at'>,
    groups: Group[],
  ): ObjectState => ({
    name: token.name,
    groupId: token.group_id,
    groupName: groups.find(({ id }) => id === token.group_id)?.name ?? null,
    createdBy: token.created_by,
    expiresAt: token.expires_at?.toISOString() ?? null,
    usesLeft: token.uses_left,
  });

  const targetState = (settings: SiemTargetSettings): ObjectState => settings as unknown as ObjectState;

  /** How objects are brought back, by kind. Each finds out by itself what differs from the state that is wanted. */
  const restorers: Partial<
    Record<ObjectKind, (tx: Tx, revision: Revision, state: ObjectState, how: How) => Promise<Revision | null>>
  > = {
    group: (tx, { object }, state, how) => {
      const { name, parentId, inactivity } = GroupState.parse(state);
      // A fixed group has neither another name nor another place.
      const place = parentId === null ? {} : { name, parentId };
      return saveGroup(tx, object.tenantId ?? '', Number(object.id), { ...place, inactivity }, how);
    },

    'moving-rules': (tx, { object }, state, how) =>
      restoreMovingRules(tx, object.tenantId ?? '', state, { ...how, at: clock() }),

    'device-status-settings': async (tx, { object }, state, how) => {
      const groupId = Number(object.id);
      const wanted = StatusState.parse(state);
      const conditions = new Set([...Object.keys(await statusState(tx, groupId)), ...Object.keys(wanted)]);
      const settings = [...conditions].flatMap((key) => {
        const condition = conditionOf(key);
        // A condition of another version of this server: nothing of ours has such a setting.
        if (!condition) return [];
        return [{ condition: key, setting: wanted[key] ? checkSetting(condition, wanted[key]) : null }];
      });
      return saveStatusSettings(tx, object.tenantId ?? '', groupId, settings, how);
    },

    policy: (tx, revision, state, how) => restorePolicyIn(tx, revision, state, { ...how, at: clock() }),

    task: parts.restoreTask,

    'license-key': parts.restoreLicense,

    tenant: (tx, { object }, state, how) => saveTenant(tx, object.id, TenantState.parse(state).name, how),
  };

  return {
    /** The main server's own tenant, on the first start. Nobody added it: its history begins with its first change. */
    addMainServer: (name: string): Promise<Tenant> => parts.inTransaction((tx) => addTenant(tx, name, true)),

    addTenant: (name: string, doer: Doer = byServer): Promise<Tenant> =>
      inTransaction(async (tx) => {
        const tenant = await addTenant(tx, name, false);
        const object = { kind: 'tenant', id: tenant.id, name, tenantId: tenant.id } as const;
        await recordSave(tx, { object, before: null, after: { name }, doer, at: tenant.createdAt });
        return tenant;
      }),

    renameTenant: (tenantId: string, name: string, doer: Doer) =>
      inTransaction((tx) => saveTenant(tx, tenantId, name, { doer })),

    removeTenant: (tenantId: string, doer: Doer): Promise<void> =>
      inTransaction(async (tx) => {
        const own = administrationDb(tx);
        const tenant = await tenantStore(own.tenants, 'all').get(tenantId);
        await enrolmentStore(own.enrolment, tenantId).removeAll();
        for (const group of await groupStore(own.groups, tenantId).list()) {
          await statusStore(own.statuses).removeOfGroup(group.id);
          await eventSettingStore(own.eventSettings).removeOfGroup(group.id);
        }
        await policyStore(own.policies, [tenantId]).removeAll(tenantId);
        await movingRuleStore(own.movingRules, tenantId).removeAll();
        await groupStore(own.groups, tenantId).removeAll();
        await removeTasksBy(tx, { tenantId }, doer, clock());
        await frequentEventStore(own.frequentEvents, 'all').removeAll(tenantId);
        // Only now: a device that enrolled meanwhile had its token locked until the tokens were removed.
        const devices = await deviceStore(own.devices, [tenantId]).count();
        if (devices > 0) {
          throw new Conflict('tenant.not-empty', `The tenant still has ${devices} devices; delete them first`);
        }
        await tenantStore(own.tenants, 'all').remove(tenantId);
        const licenses = await licenseStore(own.licenses).countOfTenant(tenantId);
        if (licenses > 0) {
          throw new Conflict(
            'tenant.has-licenses',
            `The tenant owns ${licenses} licence keys; delete them or give them to the main server first`,
          );
        }
        const object = { kind: 'tenant', id: tenantId, name: tenant.name, tenantId } as const;
        await recordSave(tx, { object, before: { name: tenant.name }, after: null, doer, at: clock() });
        await revisionStore(own.revisions, 'all').closeTenant(tenantId, clock());
      }),

    addGroup: (tenantId: string, given: { name: string; parentId: number }, doer: Doer): Promise<Group> =>
      inTransaction(async (tx) => {
        const store = groupStore(administrationDb(tx).groups, tenantId);
        await store.lockTree();
        const now = clock();
        const group = await store.add({ ...given, createdAt: now });
        const groups = await store.list();
        const object = { kind: 'group', id: String(group.id), name: group.name, tenantId } as const;
        const after = groupState(group, groups);
        await recordSave(tx, { object, before: null, after, doer, at: now }, { group: placeOf(groups, group.id) });
        return group;
      }),

    changeGroup: (tenantId: string, groupId: number, change: GroupChange, doer: Doer) =>
      inTransaction((tx) => saveGroup(tx, tenantId, groupId, change, { doer })),

    /**
     * Removes a group, and when it is said those below it, with all that belongs to them.
     * @throws NotFound, Conflict `group.fixed`, `group.not-empty`, `group.in-use`
     */
    removeGroup: (
      tenantId: string,
      groupId: number,
      { withSubgroups, moveDevicesTo }: { withSubgroups: boolean; moveDevicesTo: number | null },
      doer: Doer,
    ): Promise<void> =>
      inTransaction(async (tx) => {
        const own = administrationDb(tx);
        const store = groupStore(own.groups, tenantId);
        await store.lockTree();
        const groups = await store.list();
        const root = await store.get(groupId);
        const going = groups.filter(({ path }) => path.startsWith(root.path));
        const ids = going.map(({ id }) => id);
        if (moveDevicesTo !== null) {
          const target = await store.get(moveDevicesTo);
          if (ids.includes(target.id) || target.kind === 'super') {
            throw new Conflict('group.not-here', `“${target.name}” cannot take the devices; choose another group`);
          }
        }
        await requireNoRuleInto(tx, tenantId, ids);
        // Tokens go on working: their devices come to where those of the group go.
        const heir = moveDevicesTo ?? root.parentId;
        for (const id of ids) if (heir !== null) await enrolmentStore(own.enrolment, tenantId).moveTo(id, heir);
        if (moveDevicesTo !== null) await devicePlaces(own.devices, [tenantId]).empty(ids, moveDevicesTo);
        // Those that lie deepest go first, since nobody may lose its parent.
        for (const group of withSubgroups ? going.toReversed() : [root]) {
          await store.remove(group.id);
          await removeSettings(tx, tenantId, group, groups, doer);
          await removeTasksBy(tx, { groupId: group.id }, doer, clock());
          const devices = await deviceStore(own.devices, [tenantId]).countInGroup(group.id);
          if (devices > 0) {
            throw new Conflict(
              'group.not-empty',
              `“${group.name}” has ${devices} devices in it; say to which group they shall go`,
            );
          }
          const object = { kind: 'group', id: String(group.id), name: group.name, tenantId } as const;
          const before = groupState(group, groups);
          const place = { group: placeOf(groups, group.id) };
          await recordSave(tx, { object, before, after: null, doer, at: clock() }, place);
        }
      }),

    saveStatusSettings: (tenantId: string, groupId: number, settings: SettingChanges, doer: Doer) =>
      inTransaction((tx) => saveStatusSettings(tx, tenantId, groupId, settings, { doer })),

    /** @param group null: the server's own configuration */
    saveEventSettings: (
      group: { id: number; tenantId: string } | null,
      settings: readonly (EventTypeKey & { setting: EventSetting | null })[],
      doer: Doer,
    ) =>
      inTransaction(async (tx) => {
        await lock(tx, 'event-configuration', group ? String(group.id) : 'server');
        const own = administrationDb(tx);
        const groups = group ? await groupStore(own.groups, group.tenantId).list() : [];
        const before = await eventState(tx, group?.id ?? null);
        await eventSettingStore(own.eventSettings).save(group?.id ?? null, settings);
        const after = await eventState(tx, group?.id ?? null);
        const object = {
          kind: 'event-configuration',
          id: group ? String(group.id) : 'server',
          name: groups.find(({ id }) => id === group?.id)?.name ?? 'Administration Server',
          tenantId: group?.tenantId ?? null,
        } as const;
        await recordSave(
          tx,
          { object, before, after, doer, at: clock() },
          group ? { group: placeOf(groups, group.id) } : {},
        );
      }),

    addEnrolmentToken: (token: EnrolmentTokenRow, doer: Doer): Promise<void> =>
      inTransaction(async (tx) => {
        const own = administrationDb(tx);
        await enrolmentStore(own.enrolment, token.tenant_id).add(token);
        const after = tokenState(token, await groupStore(own.groups, token.tenant_id).list());
        const object = { kind: 'enrolment-token', id: token.id, name: token.name, tenantId: token.tenant_id } as const;
        await recordSave(tx, { object, before: null, after, doer, at: clock() });
      }),

    /** @throws NotFound */
    revokeEnrolmentToken: (tenantId: string, tokenId: string, doer: Doer): Promise<void> =>
      inTransaction(async (tx) => {
        const own = administrationDb(tx);
        const token = await enrolmentStore(own.enrolment, tenantId).revoke(tokenId);
        const before = tokenState(token, await groupStore(own.groups, tenantId).list());
        const object = { kind: 'enrolment-token', id: tokenId, name: token.name, tenantId } as const;
        await recordSave(tx, { object, before, after: null, doer, at: clock() });
      }),

    /** Adds an export, changes it, or with null deletes it. @throws NotFound, Conflict when the name is taken */
    saveSiemTarget: (id: string, after: SiemTargetSettings | null, doer: Doer): Promise<void> =>
      inTransaction(async (tx) => {
        await lock(tx, 'siem-target', id);
        const store = siemTargetStore(administrationDb(tx).siemExports);
        const now = clock();
        const before = (await store.list()).find((target) => target.id === id)?.settings ?? null;
        if (after === null) await store.remove(id);
        else if (before === null) await store.add(id, after, now);
        else await store.change(id, after);
        const object = { kind: 'siem-target', id, name: (after ?? before)?.name ?? '', tenantId: null } as const;
        await recordSave(tx, {
          object,
          before: before && targetState(before),
          after: after && targetState(after),
          ...{ doer, at: now },
        });
      }),

    canRollBack: (kind: ObjectKind): boolean => restorers[kind] !== undefined,

    /**
     * Brings an object back to a revision, as if somebody saved it so. A trial does the same and takes it back.
     *
     * @param lastNumber the newest revision that the caller knows of; null: any
     * @throws NotFound when the object is gone, Conflict `revision.outdated` and whatever the save itself refuses
     */
    rollBack: async (
      revision: Revision,
      doer: Doer,
      { isTrial, lastNumber }: { isTrial: boolean; lastNumber: number | null },
    ): Promise<RollBackResult> => {
      const { object, number, state } = revision;
      const restore = restorers[object.kind];
      if (!restore || state === null) throw new Error(`revision ${revision.id} cannot be brought back`);
      try {
        return await inTransaction(async (tx) => {
          const history = revisionStore(administrationDb(tx).revisions, 'all');
          const made = await restore(tx, revision, state, { doer, rolledBackTo: number });
          const found = (await history.lastNumber(object.kind, object.id)) - (made ? 1 : 0);
          if (lastNumber !== null && found !== lastNumber) {
            throw new Conflict(
              'revision.outdated',
              `“${object.name}” was changed meanwhile: its newest revision is ${found}. Look at it, then try again`,
            );
          }
          const after = made?.state ?? state;
          const before = made ? ((await history.stateBefore(made)) ?? {}) : after;
          const result = { lastNumber: found, before, after, revisionId: made?.id ?? null };
          if (isTrial) throw new TrialOver(result);
          return result;
        });
      } catch (error) {
        if (error instanceof TrialOver) return error.result;
        throw error;
      }
    },
  };
};
export type ObjectSaves = ReturnType<typeof createObjectSaves>;
