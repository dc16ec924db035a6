import { DAY_MS } from '../../platform/clock/index.ts';
import { endOf, isGood, isOpenTo, type LicenseKey, SOON_DAYS } from './key.ts';
import type { Seat } from './seat.ts';

/** A device that speaks of licence keys, with all that it shall hold or holds. */
export interface ServedDevice {
  deviceId: string;
  tenantId: string;
  seats: readonly Pick<Seat, 'serialNumber' | 'assigned' | 'withheld' | 'held'>[];
}

export interface Offer {
  key: LicenseKey;
  /** Devices that shall hold it or hold it, each once. */
  taken: number;
}

export interface Distribution {
  grants: { deviceId: string; tenantId: string; serialNumber: string }[];
  /** What was given by itself and is of no use to its device any more. */
  returns: { deviceId: string; serialNumber: string }[];
}

/** Trials are for trying: any other key is better. */
const rank = ({ kind }: LicenseKey): number => (kind === 'trial' || kind === 'beta' || kind === 'test' ? 1 : 0);
const endMs = (key: LicenseKey): number => endOf(key)?.getTime() ?? Number.POSITIVE_INFINITY;

/**
 * In which order keys are given out: those of the device's own tenant first, then the best kind, then what lasts
 * longest. The serial number decides between equals, so that the same state always has the same outcome.
 */
const inOrder = (a: LicenseKey, b: LicenseKey): number =>
  Number(a.tenantId === null) - Number(b.tenantId === null) ||
  rank(a) - rank(b) ||
  (endMs(a) === endMs(b) ? 0 : endMs(b) - endMs(a)) ||
  (a.serialNumber < b.serialNumber ? -1 : 1);

/**
 * Which devices get which automatic keys, given what is true now. Decides only: no I/O, no clock.
 *
 * A device without a good key of a product gets one; a device whose last good key ends soon gets another for later.
 * Devices come in the order of their ids, which is that of their enrolment. No key goes over its limit unless it is
 * allowed to, and then only when no other has room.
 */
export const distribute = ({
  devices,
  offers,
  mainTenantId,
  now,
}: {
  devices: readonly ServedDevice[];
  /** Every key, automatic or not. */
  offers: readonly Offer[];
  mainTenantId: string;
  now: Date;
}): Distribution => {
  const keys = new Map(offers.map(({ key }) => [key.serialNumber, key]));
  const taken = new Map(offers.map((offer) => [offer.key.serialNumber, offer.taken]));
  const automatic = offers
    .map(({ key }) => key)
    .filter((key) => key.automatic && isGood(key, now))
    .sort(inOrder);
  const products = [...new Set(automatic.map(({ productName }) => productName))].sort();
  const soonMs = now.getTime() + SOON_DAYS * DAY_MS;
  const hasRoom = ({ serialNumber, deviceLimit }: LicenseKey) =>
    deviceLimit === null || (taken.get(serialNumber) ?? 0) < deviceLimit;

  const grants: Distribution['grants'] = [];
  const returns: Distribution['returns'] = [];
  for (const device of [...devices].sort((a, b) => (a.deviceId < b.deviceId ? -1 : 1))) {
    const has = new Map(device.seats.map((seat) => [seat.serialNumber, seat]));
    for (const product of products) {
      const open = automatic.filter(
        (key) =>
          key.productName === product && isOpenTo(key, device.tenantId, mainTenantId) && !has.has(key.serialNumber),
      );
      /** Until when the device has a good key; null: it has none. */
      let lastMs: number | null = null;
      for (const { serialNumber, assigned, held, withheld } of device.seats) {
        const key = keys.get(serialNumber);
        if (!key || key.productName !== product || withheld || !(assigned || held) || !isGood(key, now)) continue;
        lastMs = Math.max(lastMs ?? 0, endMs(key));
      }
      while (lastMs === null || lastMs <= soonMs) {
        const better = open.filter((key) => lastMs === null || endMs(key) > lastMs);
        const next = better.find(hasRoom) ?? better.find(({ overLimitAllowed }) => overLimitAllowed);
        if (!next) break;
        open.splice(open.indexOf(next), 1);
        taken.set(next.serialNumber, (taken.get(next.serialNumber) ?? 0) + 1);
        grants.push({ deviceId: device.deviceId, tenantId: device.tenantId, serialNumber: next.serialNumber });
        lastMs = endMs(next);
      }
    }
    returns.push(...returnsOf(device, keys, mainTenantId, now));
  }
  return { grants, returns };
};

/** A key that ended stays until the device says that it uses another: it may be all that the device knows. */
const returnsOf = (
  { deviceId, tenantId, seats }: ServedDevice,
  keys: ReadonlyMap<string, LicenseKey>,
  mainTenantId: string,
  now: Date,
): Distribution['returns'] =>
  seats.flatMap(({ serialNumber, assigned }) => {
    const key = keys.get(serialNumber);
    if (assigned !== 'automatic' || !key) return [];
    const isReplaced =
      !isGood(key, now) &&
      seats.some((other) => {
        const active = other.held === 'active' ? keys.get(other.serialNumber) : undefined;
        return active?.productName === key.productName && isGood(active, now);
      });
    return isReplaced || !isOpenTo(key, tenantId, mainTenantId) ? [{ deviceId, serialNumber }] : [];
  });
