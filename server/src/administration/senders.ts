import { NotFound } from '../platform/errors/index.ts';
import { createGatherer } from '../platform/gather/index.ts';
import type { ContactStore } from './devices/index.ts';
import type { EventSender } from './events/index.ts';
import { fullNames, type GroupStore } from './groups/index.ts';

/**
 * Who sends events, by the id of a device. It is asked for with each batch, so for many at once.
 * The answer throws NotFound for a device that was deleted meanwhile.
 */
export const createSenders = ({
  devices,
  groupsOf,
}: {
  devices: Pick<ContactStore, 'namedByIds'>;
  groupsOf: (tenantId: string) => Pick<GroupStore, 'list'>;
}): ((deviceId: string) => Promise<EventSender>) => {
  const named = createGatherer(devices.namedByIds);
  const groupNames = createGatherer<string, ReadonlyMap<number, string>>(async (tenantIds) => {
    const names = new Map<string, ReadonlyMap<number, string>>();
    for (const tenantId of tenantIds) names.set(tenantId, fullNames(await groupsOf(tenantId).list()));
    return names;
  });
  return async (deviceId) => {
    const device = await named(deviceId);
    if (!device) throw new NotFound('device', deviceId);
    const { tenantId, groupId, name, ipAddress } = device;
    const groupName = (await groupNames(tenantId))?.get(groupId) ?? '';
    return { tenantId, deviceId, deviceName: name, groupId, groupName, ipAddress };
  };
};
