import { changeDeviceTags, deleteDevices, listDeviceTags, moveDevices } from '@gatehouse/contract';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import { type Actor, type Http, route } from '../../platform/http/index.ts';
import type { GroupStore } from '../groups/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import type { DevicePlaces } from './store-places.ts';

export interface DeviceActParts {
  placesOf: (scope: TenantScope) => DevicePlaces;
  /** Runs work on many devices in one transaction. */
  inTransaction: <T>(
    scope: TenantScope,
    work: (tx: {
      places: DevicePlaces;
      groupsOf: (tenantId: string) => Pick<GroupStore, 'get'>;
      remove: (deviceId: string) => Promise<void>;
    }) => Promise<T>,
  ) => Promise<T>;
  /** Devices were changed by hand. */
  onChange: () => void;
}

/** The tenant that an audit line about all of these belongs to; null for several. */
const oneTenant = (devices: readonly { tenantId: string }[]): string | null => {
  const [first, ...more] = new Set(devices.map(({ tenantId }) => tenantId));
  return more.length === 0 ? (first ?? null) : null;
};

/** What is done to many devices at once: to all that are named or to none. */
export const deviceActRoutes = (http: Http, parts: DeviceActParts): void => {
  const onAll = async <T>(
    actor: Actor,
    deviceIds: readonly string[],
    work: (
      devices: Awaited<ReturnType<DevicePlaces['lockAll']>>,
      tx: Parameters<Parameters<DeviceActParts['inTransaction']>[1]>[0],
    ) => Promise<T>,
  ): Promise<T> => {
    const result = await parts.inTransaction(actor.tenantIds ?? 'all', async (tx) => {
      const devices = await tx.places.lockAll(deviceIds);
      const found = new Set(devices.map(({ id }) => id));
      const missing = deviceIds.find((id) => !found.has(id));
      if (missing !== undefined) throw new NotFound('device', missing);
      return work(devices, tx);
    });
    parts.onChange();
    return result;
  };

  route(http, listDeviceTags, async ({ actor }) => ({
    items: await parts.placesOf(actor.tenantIds ?? 'all').tagCounts(),
  }));

  route(http, changeDeviceTags, ({ actor, body, audit }) =>
    onAll(actor, body.deviceIds, async (devices, { places }) => {
      await places.changeTags(body.deviceIds, body, { byRule: false });
      audit({ tenantId: oneTenant(devices) });
      return {};
    }),
  );

  route(http, moveDevices, ({ actor, body, audit }) =>
    onAll(actor, body.deviceIds, async (devices, { places, groupsOf }) => {
      const tenantId = oneTenant(devices);
      if (tenantId === null) {
        throw new Conflict(
          'devices.several-tenants',
          'Devices of several tenants share no group; move them separately',
        );
      }
      await groupsOf(tenantId).get(body.groupId);
      await places.moveTo(body.deviceIds, body.groupId, { byRule: false });
      audit({ tenantId, before: devices.map(({ id, name, groupId }) => ({ id, name, groupId })) });
      return {};
    }),
  );

  route(http, deleteDevices, ({ actor, body, audit }) =>
    onAll(actor, body.deviceIds, async (devices, { remove }) => {
      for (const { id } of devices) await remove(id);
      audit({
        tenantId: oneTenant(devices),
        before: devices.map(({ id, name, tenantId, groupId }) => ({ id, name, tenantId, groupId })),
      });
      return {};
    }),
  );
};
