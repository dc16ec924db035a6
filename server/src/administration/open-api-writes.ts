import type { ConditionSetting, GroupInactivity } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import type { Clock } from '../platform/clock/index.ts';
import { Conflict, NotFound } from '../platform/errors/index.ts';
import type { Doer } from '../platform/http/index.ts';
import { newId } from '../platform/ids/index.ts';
import { type DevicePlaces, devicePlaces, deviceStore, type NotedDevice, notedDevices } from './devices/index.ts';
import { groupStore } from './groups/index.ts';
import type { ObjectSaves } from './object-saves.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import type { Tenant, TenantScope } from './tenants/index.ts';

type Tx = Kysely<AdministrationTables>;
type LockedDevice = Awaited<ReturnType<DevicePlaces['lockAll']>>[number];

export interface OpenApiWriteParts {
  /** The schema `administration`. */
  db: Tx;
  saves: ObjectSaves;
  clock: Clock;
  removeDevice: (tx: Tx, deviceId: string) => Promise<void>;
  /** Devices are elsewhere or otherwise. */
  onDevicesChanged: () => void;
  /** The tree of a tenant, or what is set in it, is another. */
  onGroupsChanged: () => Promise<unknown>;
  onTenantsChanged: () => void;
}

const fixedGroup = (name: string) =>
  new Conflict('group.not-here', `“${name}” takes no devices by hand; choose another group`);

/**
 * What programs change through the Open API: by the same saves as the console, with the same that follows from them.
 * Whoever calls has looked at the rights.
 */
export const createOpenApiWrites = (parts: OpenApiWriteParts) => {
  const { db: schema, saves, clock } = parts;

  /**
   * Work on all of these devices or on none.
   * @returns the devices as they were
   * @throws NotFound for the first that is not there
   */
  const onAll = async (
    scope: TenantScope,
    ids: readonly string[],
    work: (devices: LockedDevice[], tx: Tx) => Promise<void>,
  ): Promise<LockedDevice[]> => {
    const before = await schema.transaction().execute(async (tx) => {
      const devices = await devicePlaces(administrationDb(tx).devices, scope).lockAll(ids);
      const found = new Set(devices.map(({ id }) => id));
      const missing = ids.find((id) => !found.has(id.toLowerCase()));
      if (missing !== undefined) throw new NotFound('host', missing);
      await work(devices, tx);
      return devices;
    });
    parts.onDevicesChanged();
    return before;
  };

  /** @throws NotFound, Conflict `group.not-here` */
  const requirePlace = async (tx: Tx, tenantId: string, groupId: number): Promise<void> => {
    const group = await groupStore(administrationDb(tx).groups, tenantId).get(groupId);
    if (group.kind === 'super') throw fixedGroup(group.name);
  };

  const moveAll = async (tx: Tx, devices: readonly LockedDevice[], groupId: number): Promise<void> => {
    for (const tenantId of new Set(devices.map((device) => device.tenantId))) await requirePlace(tx, tenantId, groupId);
    const ids = devices.filter((device) => device.groupId !== groupId).map(({ id }) => id);
    await devicePlaces(administrationDb(tx).devices, 'all').moveTo(ids, groupId, { byRule: false });
  };

  return {
    devices: {
      /** A record of a device of which no agent tells. @throws NotFound, Conflict `group.not-here` */
      add: async (device: Omit<NotedDevice, 'id' | 'now'>): Promise<string> => {
        const now = clock();
        const id = newId(now);
        await schema.transaction().execute(async (tx) => {
          await requirePlace(tx, device.tenantId, device.groupId);
          await notedDevices(administrationDb(tx).devices, [device.tenantId]).add({ ...device, id, now });
        });
        parts.onDevicesChanged();
        return id;
      },

      /** @throws NotFound, also for a group of another tenant; Conflict `group.not-here` */
      change: (
        scope: TenantScope,
        deviceId: string,
        change: { name?: string | undefined; comment?: string | undefined; groupId?: number | undefined },
      ): Promise<LockedDevice[]> =>
        onAll(scope, [deviceId], async (devices, tx) => {
          const own = administrationDb(tx).devices;
          if (change.name !== undefined) await deviceStore(own, scope).change(deviceId, { name: change.name });
          if (change.comment !== undefined) await notedDevices(own, scope).setComment(deviceId, change.comment);
          if (change.groupId !== undefined) await moveAll(tx, devices, change.groupId);
        }),

      /** @throws NotFound, also for a group of another tenant than a device's; Conflict `group.not-here` */
      move: (scope: TenantScope, ids: readonly string[], groupId: number): Promise<LockedDevice[]> =>
        onAll(scope, ids, (devices, tx) => moveAll(tx, devices, groupId)),

      /** All that lie in a group itself, not below it. @throws NotFound, Conflict `group.not-here` */
      empty: async (tenantId: string, groupId: number, into: number): Promise<number> => {
        const moved = await schema.transaction().execute(async (tx) => {
          await requirePlace(tx, tenantId, into);
          return groupId === into ? 0 : devicePlaces(administrationDb(tx).devices, [tenantId]).empty([groupId], into);
        });
        parts.onDevicesChanged();
        return moved;
      },

      /**
       * @param keep says of a device whether it is kept, and to which group it goes instead; null: it is removed
       * @throws NotFound
       */
      remove: (
        scope: TenantScope,
        ids: readonly string[],
        keep: (device: { tenantId: string; groupId: number }) => number | null,
      ): Promise<LockedDevice[]> =>
        onAll(scope, ids, async (devices, tx) => {
          const places = devicePlaces(administrationDb(tx).devices, scope);
          for (const [groupId, kept] of Map.groupBy(devices, keep)) {
            if (groupId === null) for (const { id } of kept) await parts.removeDevice(tx, id);
            else
              await places.moveTo(
                kept.map(({ id }) => id),
                groupId,
                { byRule: false },
              );
          }
        }),

      resetVirusCounts: async (
        scope: TenantScope,
        of: { ids: readonly string[] } | { groupIds: readonly number[] },
      ): Promise<void> => {
        await schema
          .transaction()
          .execute((tx) => notedDevices(administrationDb(tx).devices, scope).resetVirusCounts(of));
        parts.onDevicesChanged();
      },
    },

    groups: {
      add: async (tenantId: string, group: { name: string; parentId: number }, doer: Doer): Promise<number> => {
        const { id } = await saves.addGroup(tenantId, group, doer);
        await parts.onGroupsChanged();
        return id;
      },

      change: async (
        tenantId: string,
        groupId: number,
        change: { name?: string; parentId?: number; inactivity?: GroupInactivity | null },
        doer: Doer,
      ): Promise<void> => {
        await saves.changeGroup(tenantId, groupId, change, doer);
        await parts.onGroupsChanged();
      },

      remove: async (
        tenantId: string,
        groupId: number,
        how: { withSubgroups: boolean; moveDevicesTo: number | null },
        doer: Doer,
      ): Promise<void> => {
        await saves.removeGroup(tenantId, groupId, how, doer);
        await parts.onGroupsChanged();
      },

      /** Settings of status conditions, as they are checked by whoever calls. */
      saveStatusSettings: async (
        tenantId: string,
        groupId: number,
        settings: { condition: string; setting: ConditionSetting | null }[],
        doer: Doer,
      ): Promise<void> => {
        await saves.saveStatusSettings(tenantId, groupId, settings, doer);
        parts.onDevicesChanged();
      },
    },

    tenants: {
      add: async (name: string, doer: Doer): Promise<Tenant> => {
        const tenant = await saves.addTenant(name, doer);
        parts.onTenantsChanged();
        return tenant;
      },
      rename: async (tenantId: string, name: string, doer: Doer): Promise<void> => {
        await saves.renameTenant(tenantId, name, doer);
        parts.onTenantsChanged();
      },
      remove: async (tenantId: string, doer: Doer): Promise<void> => {
        await saves.removeTenant(tenantId, doer);
        parts.onTenantsChanged();
      },
    },
  };
};
export type OpenApiWrites = ReturnType<typeof createOpenApiWrites>;
