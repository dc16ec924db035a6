import type { Kysely } from 'kysely';
import type { Clock } from '../platform/clock/index.ts';
import type { Doer, Http } from '../platform/http/index.ts';
import {
  createDeviceSearches,
  type DeviceSelection,
  type DeviceSelectionStore,
  deviceSearchRoutes,
  deviceSelectionRoutes,
  deviceSelectionStore,
} from './device-selections/index.ts';
import { deviceActRoutes, deviceLists, devicePlaces, deviceRows, searchPlaces } from './devices/index.ts';
import { eventStore, SERVER_PRODUCT } from './events/index.ts';
import { allGroups, groupPlaces, groupStore } from './groups/index.ts';
import { recordSave } from './history.ts';
import { createInactivity } from './inactivity.ts';
import { saveMovingRules } from './moving-rule-saves.ts';
import { createMoving, movingRuleRoutes, movingRuleStore } from './moving-rules/index.ts';
import { type ObjectState, revisionStore } from './revisions/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import { inScope, type TenantScope, tenantStore } from './tenants/index.ts';
import { createVisibility, visibilityRoutes, visibilityStore } from './visibility/index.ts';

type Tx = Kysely<AdministrationTables>;

export interface GroupWorkParts {
  /** The schema `administration`. */
  db: Tx;
  http: Http;
  clock: Clock;
  /** The start option, for a server on which nothing else was set. */
  visibleForMinutes: number;
  /** Devices are elsewhere or otherwise: for consoles that look, and for whoever decides statuses. */
  onDevicesChanged: () => void;
  /** After another time a device counts as out of sight. */
  onVisibilityChanged: () => Promise<void>;
  /** Removes a device and all that belongs to it. */
  removeDevice: (tx: Tx, deviceId: string) => Promise<void>;
  onError: (error: unknown) => void;
}

/** The device selections, with a revision of every save. In one transaction. */
const recordingSelections = (tx: Tx, { doer, clock }: { doer: Doer; clock: Clock }): DeviceSelectionStore => {
  const store = deviceSelectionStore(administrationDb(tx).deviceSelections);
  const lock = (id: string) => revisionStore(administrationDb(tx).revisions, 'all').lock('device-selection', id);
  const stateOf = ({ name, settings, access }: DeviceSelection) =>
    ({ name, settings, access }) as unknown as ObjectState;
  const record = (before: DeviceSelection | null, after: DeviceSelection | null) => {
    const { id = '', name = '', owner = null } = after ?? before ?? {};
    return recordSave(tx, {
      object: { kind: 'device-selection', id, name, tenantId: null, ownerId: owner?.id ?? null },
      before: before && stateOf(before),
      after: after && stateOf(after),
      ...{ doer, at: clock() },
    });
  };
  return {
    ...store,
    add: async (id, owner, saved) => {
      const added = await store.add(id, owner, saved);
      await record(null, added);
      return added;
    },
    change: async (id, saved) => {
      await lock(id);
      const before = await store.get(id);
      const after = await store.change(id, saved);
      await record(before, after);
      return after;
    },
    remove: async (ids) => {
      for (const id of ids) {
        await lock(id);
        await record(await store.get(id), null);
      }
      await store.remove(ids);
    },
  };
};

/** Where devices belong and how they are found: visibility, selections, tags, moving rules, inactive devices. */
export const createGroupWork = async (parts: GroupWorkParts) => {
  const { db: schema, http, clock } = parts;
  const db = administrationDb(schema);
  const inTransaction = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => schema.transaction().execute(work);

  const visibility = await createVisibility({
    load: visibilityStore(db.visibility).read,
    standardMinutes: parts.visibleForMinutes,
    onError: parts.onError,
  });
  const visibleSince = () => new Date(clock().getTime() - visibility.minutes() * 60_000);
  const listsOf = (scope: TenantScope) => deviceLists(db.devices, scope);
  const tenantsOf = (scope: TenantScope) => tenantStore(db.tenants, scope);
  const filterGroupsOf = (scope: TenantScope) => ({
    ...groupPlaces(db.groups, scope),
    searchPlaces: async () => {
      const tenants = await tenantsOf(scope).list();
      const groups = (await allGroups(db.groups)).filter(({ tenantId }) => inScope(scope, tenantId));
      return searchPlaces(tenants, groups);
    },
  });
  const rows = deviceRows({ tenantsOf, groupNames: groupPlaces(db.groups, 'all').fullNames, visibleSince });
  const selections = deviceSelectionStore(db.deviceSelections);
  const searches = createDeviceSearches({ store: selections, listsOf, filterGroupsOf, clock, visibleSince });

  const saved = {
    store: selections,
    inTransaction: <T>(doer: Doer, work: (store: DeviceSelectionStore) => Promise<T>): Promise<T> =>
      inTransaction((tx) => work(recordingSelections(tx, { doer, clock }))),
  };

  const publishOf =
    (tx: Tx) =>
    (
      device: { id: string; tenantId: string; name: string; ipAddress: string; groupId: number; groupName: string },
      event: Parameters<ReturnType<typeof eventStore>['publish']>[1],
    ) =>
      eventStore(administrationDb(tx).events).publish(
        {
          tenantId: device.tenantId,
          deviceId: device.id,
          deviceName: device.name,
          groupId: device.groupId,
          groupName: device.groupName,
          ipAddress: device.ipAddress,
        },
        { ...event, product: SERVER_PRODUCT },
      );

  const moving = createMoving({
    inTransaction: (tenantId, work) =>
      inTransaction((tx) => {
        const own = administrationDb(tx);
        const scope = tenantId === null ? 'all' : [tenantId];
        return work({
          places: devicePlaces(own.devices, scope),
          rules: movingRuleStore(own.movingRules, tenantId),
          groups: groupPlaces(own.groups, scope),
          publish: publishOf(tx),
        });
      }),
    clock,
    changed: parts.onDevicesChanged,
  });

  const inactivity = createInactivity({
    groups: () => allGroups(db.groups),
    inTransaction: (work) =>
      inTransaction((tx) => {
        const own = administrationDb(tx);
        return work({
          places: devicePlaces(own.devices, 'all'),
          fullNames: groupPlaces(own.groups, 'all').fullNames,
          publish: publishOf(tx),
        });
      }),
    clock,
    changed: parts.onDevicesChanged,
  });

  const saveVisibility = (minutes: number | null, doer: Doer) =>
    inTransaction(async (tx) => {
      const own = administrationDb(tx);
      await revisionStore(own.revisions, 'all').lock('network-visibility', 'server');
      const store = visibilityStore(own.visibility);
      const before = await store.read();
      await store.save(minutes);
      const object = {
        kind: 'network-visibility',
        id: 'server',
        name: 'Administration Server',
        tenantId: null,
      } as const;
      await recordSave(tx, { object, before: { minutes: before }, after: { minutes }, doer, at: clock() });
    });
  const onVisibilityChanged = async (): Promise<void> => {
    await parts.onVisibilityChanged();
    parts.onDevicesChanged();
  };

  return {
    visibility,
    /** With its revision, and with what follows from it. */
    setVisibility: async (minutes: number | null, doer: Doer): Promise<void> => {
      await saveVisibility(minutes, doer);
      visibility.changed(minutes);
      await onVisibilityChanged();
    },
    visibleSince,
    filterGroupsOf,
    rows,
    searches,
    /** Selections of everybody, and saves of them that become history. Who may use which is for the caller to know. */
    selections: saved,
    /** Asks moving rules about devices that have changed. @returns how many were moved */
    moveDevices: moving.run,
    /** What time alone does to devices that are not seen. */
    sweep: inactivity.sweep,

    serve: (): void => {
      deviceSelectionRoutes(http, { ...saved, clock });
      deviceSearchRoutes(http, {
        searches,
        listsOf,
        rows,
        tenantOrder: async () => (await tenantsOf('all').list()).map(({ id }) => id),
        clock,
      });
      deviceActRoutes(http, {
        placesOf: (scope) => devicePlaces(db.devices, scope),
        inTransaction: (scope, work) =>
          inTransaction((tx) =>
            work({
              places: devicePlaces(administrationDb(tx).devices, scope),
              groupsOf: (tenantId) => groupStore(administrationDb(tx).groups, tenantId),
              remove: (deviceId) => parts.removeDevice(tx, deviceId),
            }),
          ),
        onChange: parts.onDevicesChanged,
      });
      movingRuleRoutes(http, {
        rulesOf: (tenantId) => movingRuleStore(db.movingRules, tenantId),
        groupsOf: (tenantId) => groupStore(db.groups, tenantId),
        groupNames: groupPlaces(db.groups, 'all').fullNames,
        moving,
        change: (tenantId, change, doer) =>
          inTransaction((tx) => saveMovingRules(tx, tenantId, change, { doer, at: clock() })),
        clock,
        onChange: parts.onDevicesChanged,
      });
      visibilityRoutes(http, { visibility, save: saveVisibility, onChange: onVisibilityChanged });
    },
  };
};
