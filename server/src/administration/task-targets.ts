import type { TaskTarget } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import { InvalidInput } from '../platform/errors/index.ts';
import { type DeviceFilter, targetDevices } from './devices/index.ts';
import { fullNames, groupStore } from './groups/index.ts';
import { type AdministrationTables, administrationDb } from './tables.ts';
import type { TenantScope } from './tenants/index.ts';

type Db = Kysely<AdministrationTables>;

/** A device selection as of now. @throws NotFound when it is gone */
export type SelectionOf = (selectionId: string, scope: TenantScope) => Promise<{ name: string; filter: DeviceFilter }>;

/** Devices of a run: its target, or some of it. */
export interface Whom {
  tenantId: string;
  target: TaskTarget;
  deviceIds: readonly string[] | null;
}

const orGone = async <T>(asked: Promise<T>): Promise<T | null> => {
  try {
    return await asked;
  } catch (error) {
    if ((error as { httpStatus?: number }).httpStatus === 404) return null;
    throw error;
  }
};

/** Whom tasks are for: targets as filters of devices, and in words. Not to be used inside a transaction. */
export const createTaskTargets = ({ db, selectionOf }: { db: Db; selectionOf: SelectionOf }) => {
  const devicesOf = (tenantId: string) => targetDevices(administrationDb(db).devices, tenantId);
  const groupsOf = (tenantId: string) => groupStore(administrationDb(db).groups, tenantId);

  /** @throws NotFound when the group or the selection is gone */
  const filterOf = async (tenantId: string, target: TaskTarget): Promise<DeviceFilter> => {
    switch (target.kind) {
      case 'device':
        return { ids: [target.deviceId] };
      case 'devices':
        return { ids: target.deviceIds };
      case 'group': {
        const group = await groupsOf(tenantId).get(target.groupId);
        if (!target.withSubgroups) return { groupIds: [group.id] };
        const groups = await groupsOf(tenantId).list();
        return { groupIds: groups.filter(({ path }) => path.startsWith(group.path)).map(({ id }) => id) };
      }
      case 'selection':
        return (await selectionOf(target.selectionId, [tenantId])).filter;
    }
  };

  return {
    /** Null: the group or the selection is gone, and with it all devices. */
    filterOf: async ({ tenantId, target, deviceIds }: Whom): Promise<DeviceFilter | null> => {
      const filter = await orGone(filterOf(tenantId, target));
      return filter && deviceIds !== null ? { ids: deviceIds, and: [filter] } : filter;
    },

    /** @throws NotFound when the group or the selection is gone */
    count: async (tenantId: string, target: TaskTarget): Promise<number> =>
      devicesOf(tenantId).count(await filterOf(tenantId, target)),

    /** @throws NotFound, InvalidInput when something of it is not the tenant's */
    check: async (tenantId: string, target: TaskTarget): Promise<void> => {
      if (target.kind === 'group' || target.kind === 'selection') {
        await filterOf(tenantId, target);
        return;
      }
      const ids = target.kind === 'device' ? [target.deviceId] : target.deviceIds;
      const names = await devicesOf(tenantId).names(ids);
      const missing = ids.find((id) => !names.has(id));
      if (missing === undefined) return;
      throw new InvalidInput(
        'A chosen device is not there (any more); choose again',
        [{ where: 'body.settings.target', what: `has no device ${missing} of this client` }],
        'task.unknown-device',
      );
    },

    /** What people read; something that is gone is said to be. */
    inWords: async (tenantId: string, target: TaskTarget): Promise<string> => {
      switch (target.kind) {
        case 'device':
          return (await devicesOf(tenantId).names([target.deviceId])).get(target.deviceId) ?? 'a deleted device';
        case 'devices': {
          const names = await devicesOf(tenantId).names(target.deviceIds);
          const shown = target.deviceIds.flatMap((id) => names.get(id) ?? []).slice(0, 3);
          const more = target.deviceIds.length - shown.length;
          return more > 0 ? [shown.join(', '), `${more} more`].filter(Boolean).join(' and ') : shown.join(', ');
        }
        case 'group': {
          const name = fullNames(await groupsOf(tenantId).list())
            .get(target.groupId)
            ?.replace(/\/$/, '');
          if (name === undefined) return 'a deleted group';
          return target.withSubgroups ? name : `${name}, without subgroups`;
        }
        case 'selection':
          return (await orGone(selectionOf(target.selectionId, [tenantId])))?.name ?? 'a deleted device selection';
      }
    },
  };
};
export type TaskTargets = ReturnType<typeof createTaskTargets>;
