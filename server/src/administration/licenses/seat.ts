import type { AssignedLicense, SeatDifference } from '@gatehouse/contract';
import { DAY_MS } from '../../platform/clock/index.ts';
import { endOf, isGood, type LicenseKey } from './key.ts';

/** One device and one key: what was decided, and what the device said. A seat with neither is gone. */
export interface Seat {
  serialNumber: string;
  deviceId: string;
  tenantId: string;
  assigned: 'manual' | 'automatic' | null;
  assignedAt: Date | null;
  assignedBy: string | null;
  withheld: boolean;
  held: 'active' | 'reserve' | null;
  installedAt: Date | null;
}

export const differenceOf = ({ assigned, held }: Pick<Seat, 'assigned' | 'held'>): SeatDifference =>
  assigned && !held ? 'not-held' : held && !assigned ? 'not-assigned' : 'agrees';

/** A reserve key takes over so long before the end of the active one, so that a device that is away for a night has it. */
const SWITCH_DAYS = 1;

const order = (a: LicenseKey, b: LicenseKey, now: Date): number => {
  const switchMs = now.getTime() + SWITCH_DAYS * DAY_MS;
  const rank = (key: LicenseKey) => {
    const end = endOf(key);
    // What ends within the day is last; a trial comes after what was bought.
    return (end !== null && end.getTime() <= switchMs ? 2 : 0) + Number(key.kind === 'trial');
  };
  const endMs = (key: LicenseKey) => endOf(key)?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return rank(a) - rank(b) || endMs(a) - endMs(b) || (a.serialNumber < b.serialNumber ? -1 : 1);
};

/**
 * What a sync tells a device to hold, each product's keys in the order of their use. Blocked keys are left out, and
 * ended ones where there is a good one of their product.
 *
 * @param keys those of the device's seats that are known here
 * @returns undefined when nothing here is about the device's keys: they are its own affair
 */
export const keysToHold = (
  seats: readonly Pick<Seat, 'serialNumber' | 'assigned' | 'withheld'>[],
  keys: ReadonlyMap<string, LicenseKey>,
  now: Date,
): AssignedLicense[] | undefined => {
  // A key that was deleted here is known no more, but its devices shall give it up.
  if (!seats.some(({ serialNumber, withheld }) => withheld || keys.has(serialNumber))) return undefined;
  const wanted = seats
    .flatMap(({ assigned, serialNumber }) => (assigned ? (keys.get(serialNumber) ?? []) : []))
    .filter(({ blockedAt }) => !blockedAt);
  const served = new Set(wanted.filter((key) => isGood(key, now)).map(({ productName }) => productName));
  return wanted
    .filter((key) => isGood(key, now) || !served.has(key.productName))
    .sort((a, b) => (a.productName < b.productName ? -1 : a.productName > b.productName ? 1 : order(a, b, now)))
    .slice(0, 20)
    .map(({ serialNumber, productName, expiresAt }) => ({
      serialNumber,
      productName,
      expiresAt: expiresAt?.toISOString() ?? null,
    }));
};

/**
 * Until when a device is licensed, by the keys that it uses: the first end of them counts.
 * @returns null when it uses no key that is known here
 */
export const licenseEndOf = (
  seats: readonly Pick<Seat, 'serialNumber' | 'held'>[],
  keys: ReadonlyMap<string, LicenseKey>,
): { expiresAt: Date | null } | null => {
  const active = seats.flatMap(({ held, serialNumber }) => (held === 'active' ? (keys.get(serialNumber) ?? []) : []));
  if (active.length === 0) return null;
  const ends = active.flatMap((key) => endOf(key) ?? []);
  return { expiresAt: ends.length === 0 ? null : new Date(Math.min(...ends.map((end) => end.getTime()))) };
};
