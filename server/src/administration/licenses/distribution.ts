import type { AssignedLicense, HeldLicense } from '@gatehouse/contract';
import { DAY_MS } from '../../platform/clock/index.ts';
import { NotFound } from '../../platform/errors/index.ts';
import { createGatherer } from '../../platform/gather/index.ts';
import { distribute } from './distribute.ts';
import { endOf, isGood, type LicenseKey, SOON_DAYS } from './key.ts';
import { keysToHold, licenseEndOf, type Seat } from './seat.ts';
import type { LicenseStore } from './store.ts';
import type { SeatStore } from './store-seats.ts';

const DEVICES_AT_ONCE = 2000;

/** The stores of one transaction. */
export interface LicenseTx {
  keys: LicenseStore;
  /** Of all tenants. */
  seats: SeatStore;
  /** Says until when devices are licensed; null: without an end, or by no key that is known. */
  saveEnds: (ends: readonly { deviceId: string; expiresAt: Date | null }[]) => Promise<void>;
}

export interface DistributionParts {
  /** Outside of a transaction, for what only reads. */
  reading: Pick<LicenseTx, 'keys' | 'seats'>;
  inTransaction: <T>(work: (tx: LicenseTx) => Promise<T>) => Promise<T>;
  mainTenantId: () => Promise<string>;
  clock: () => Date;
  /** Some device shall hold other keys, or says that it does. */
  changed: () => void;
  onError: (error: unknown) => void;
}

const FOREIGN_KEY_VIOLATION = '23503';
/** The device is there no more. */
const isGone = (error: unknown): boolean => (error as { code?: string }).code === FOREIGN_KEY_VIOLATION;

/** Small and large letters are the same; of a key that was told twice the last word counts. */
const eachOnce = (told: readonly HeldLicense[]): HeldLicense[] => [
  ...new Map(
    told.map((license) => {
      const serialNumber = license.serialNumber.trim().toUpperCase();
      return [serialNumber, { ...license, serialNumber }] as const;
    }),
  ).values(),
];

const isNews = (told: readonly HeldLicense[], seats: readonly Seat[]): boolean => {
  const held = new Map(seats.flatMap((seat) => (seat.held ? [[seat.serialNumber, seat.held] as const] : [])));
  return (
    held.size !== told.length ||
    told.some(({ serialNumber, isActive }) => held.get(serialNumber) !== (isActive ? 'active' : 'reserve'))
  );
};

/** Until when a device is licensed, by what it holds now. */
export const saveEndsOf = async (
  tx: LicenseTx,
  seatsByDevice: ReadonlyMap<string, readonly Seat[]>,
  keys: ReadonlyMap<string, LicenseKey>,
): Promise<void> =>
  tx.saveEnds(
    [...seatsByDevice].map(([deviceId, seats]) => ({
      deviceId,
      expiresAt: licenseEndOf(seats, keys)?.expiresAt ?? null,
    })),
  );

/** Tenants that one of the keys is open to; null: all. */
const tenantsOf = (keys: readonly LicenseKey[], mainTenantId: string): string[] | null => {
  if (keys.some(({ sharing }) => sharing.with === 'all')) return null;
  return keys.flatMap(({ tenantId, sharing }) => [
    tenantId ?? mainTenantId,
    ...(sharing.with === 'some' ? sharing.tenantIds : []),
  ]);
};

/**
 * Brings automatic keys to devices: a sync says what a device holds and hears what it shall hold; a round decides for
 * all devices of which something changed, in one transaction for each page, so that no limit is passed by two at once.
 */
export const createDistribution = (parts: DistributionParts) => {
  const { reading, inTransaction, clock } = parts;
  let running: Promise<void> | null = null;
  let again = false;

  const roundOnce = async (): Promise<void> => {
    const mainTenantId = await parts.mainTenantId();
    for (;;) {
      const now = clock();
      const { taken, changed } = await inTransaction(async ({ keys, seats }) => {
        // The keys come first: whoever locks devices before them would wait for us while we wait for him.
        const all = await keys.lockAll();
        const devices = await seats.takeDue(DEVICES_AT_ONCE);
        if (devices.length === 0 || all.length === 0) return { taken: devices.length, changed: false };
        // Only where there is an end to it does it matter how many have a key.
        const limited = all.filter(({ automatic, deviceLimit }) => automatic && deviceLimit !== null);
        const counts = await seats.taken(limited.map(({ serialNumber }) => serialNumber));
        const offers = all.map((key) => ({ key, taken: counts.get(key.serialNumber) ?? 0 }));
        const { grants, returns } = distribute({ devices, offers, mainTenantId, now });
        await seats.assign(grants, { how: 'automatic', by: '', now });
        for (const [serialNumber, some] of Map.groupBy(returns, (each) => each.serialNumber)) {
          const ids = some.map(({ deviceId }) => deviceId);
          await seats.withdraw(serialNumber, ids, { withhold: false });
        }
        return { taken: devices.length, changed: grants.length + returns.length > 0 };
      });
      if (changed) parts.changed();
      if (taken < DEVICES_AT_ONCE) return;
    }
  };

  /** What is known of devices that just spoke, for many at once: thousands of agents speak in the same minute. */
  const look = createGatherer<string, { isNew: boolean; seats: Seat[]; keys: Map<string, LicenseKey> }>(
    async (places) => {
      const devices = places.map((place) => {
        const [deviceId = '', tenantId = ''] = place.split(' ');
        return { place, deviceId, tenantId };
      });
      const { there, fresh } = await greetAll(devices);
      const seats = await reading.seats.ofDevices(there.map(({ deviceId }) => deviceId));
      const keys = await reading.keys.bySerials([...seats.values()].flat().map(({ serialNumber }) => serialNumber));
      return new Map(
        there.map(({ place, deviceId }) => [
          place,
          { isNew: fresh.has(deviceId), seats: seats.get(deviceId) ?? [], keys },
        ]),
      );
    },
  );
  const greetAll = async <T extends { deviceId: string; tenantId: string }>(devices: T[]) => {
    const now = clock();
    try {
      return { there: devices, fresh: await reading.seats.greet(devices, now) };
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    // One of them was deleted since it was let in; the others shall not suffer from it.
    const there: T[] = [];
    const fresh = new Set<string>();
    for (const device of devices) {
      try {
        for (const id of await reading.seats.greet([device], now)) fresh.add(id);
        there.push(device);
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    }
    return { there, fresh };
  };

  const loop = async (): Promise<void> => {
    try {
      while (again) {
        again = false;
        await roundOnce();
      }
    } finally {
      running = null;
    }
  };

  /** Decides for every device of which something changed; a call during a round makes it look once more. */
  const round = (): Promise<void> => {
    again = true;
    running ??= loop();
    return running;
  };
  const poke = (): void => void round().catch(parts.onError);

  return {
    round,
    poke,

    /** Decides for devices to which time alone may bring a key, besides those of which something changed. */
    roundByTime: async (): Promise<void> => {
      const now = clock();
      const all = await reading.keys.all();
      const lastsLong = (key: LicenseKey) => {
        const end = endOf(key);
        return end === null || end.getTime() > now.getTime() + SOON_DAYS * DAY_MS;
      };
      for (const [, keys] of Map.groupBy(all, ({ productName }) => productName)) {
        const automatic = keys.filter((key) => key.automatic && isGood(key, now));
        if (automatic.length > 0) {
          const lasting = keys.filter(lastsLong).map(({ serialNumber }) => serialNumber);
          await reading.seats.markDueWithout(lasting, tenantsOf(automatic, await parts.mainTenantId()));
        }
      }
      await round();
    },

    /**
     * A device spoke of its keys.
     * @param said undefined: its agent knows nothing of keys
     * @returns what it shall hold; undefined when nothing here is about its keys
     */
    sync: async (
      device: { deviceId: string; tenantId: string },
      said: readonly HeldLicense[] | undefined,
    ): Promise<AssignedLicense[] | undefined> => {
      if (said === undefined) return undefined;
      const told = eachOnce(said);
      const now = clock();
      const looked = await look(`${device.deviceId} ${device.tenantId}`);
      if (!looked) throw new NotFound('device', device.deviceId);
      const { isNew } = looked;
      let { seats, keys } = looked;
      if (isNews(told, seats)) {
        const changed = await inTransaction(async (tx) => {
          await tx.seats.lockDevice(device.deviceId);
          // As they are now: what was read before is older than the lock.
          const before = await tx.seats.ofDevice(device.deviceId);
          const after = await tx.seats.tell(device, told, before, new Set(keys.keys()), now);
          if (!after) return null;
          keys = await tx.keys.bySerials(after.map(({ serialNumber }) => serialNumber));
          await saveEndsOf(tx, new Map([[device.deviceId, after]]), keys);
          await tx.seats.markDue([device.deviceId]);
          return after;
        });
        if (changed) {
          seats = changed;
          parts.changed();
          poke();
        }
      }
      if (isNew) poke();
      return keysToHold(seats, keys, now);
    },

    /** Ends after what is under way. */
    stop: async (): Promise<void> => {
      await running?.catch(parts.onError);
    },
  };
};
