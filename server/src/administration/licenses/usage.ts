import type { CategoryCounts } from '@gatehouse/contract';
import type { DeviceStanding, DeviceStandings } from '../devices/index.ts';
import type { DeviceCategory } from './store.ts';
import type { SeatStore } from './store-seats.ts';
import { categoryOf, count, noDevices } from './tally.ts';

const DEVICES_AT_ONCE = 4000;

/** One device that uses one key now. */
export interface ActiveUse {
  serialNumber: string;
  device: DeviceStanding;
  category: DeviceCategory;
}

/**
 * Who uses which key now, page by page in the order of the devices' ids. A page tells of which ids it speaks, so that
 * what is known of others can be kept apart: behind `after`, up to `upTo`; null: from the start, to the end.
 */
export const walkUses = async function* ({
  standings,
  seats,
}: {
  standings: DeviceStandings;
  seats: SeatStore;
}): AsyncGenerator<{ after: string | null; upTo: string | null; uses: ActiveUse[] }> {
  let after: string | null = null;
  for (;;) {
    const devices: DeviceStanding[] = await standings.page(after, DEVICES_AT_ONCE);
    const upTo = devices.length < DEVICES_AT_ONCE ? null : (devices.at(-1)?.id ?? null);
    const byId = new Map(devices.map((device) => [device.id, device]));
    const uses = (await seats.activeBetween(after, upTo)).flatMap(({ device_id, serial_number }) => {
      const device = byId.get(device_id);
      return device ? [{ serialNumber: serial_number, device, category: categoryOf(device) }] : [];
    });
    yield { after, upTo, uses };
    if (upTo === null) return;
    after = upTo;
  }
};

/** Uses counted by a key of the caller's choice. */
export const tally = <K extends string>() => {
  const byKey = new Map<K, CategoryCounts>();
  return {
    byKey,
    add: (key: K, category: DeviceCategory): void => {
      let counts = byKey.get(key);
      if (!counts) {
        counts = noDevices();
        byKey.set(key, counts);
      }
      count(counts, category);
    },
  };
};
