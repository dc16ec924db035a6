import type { BillingCategory } from '@gatehouse/contract';
import type { LicenseKeyUse } from '../sources/index.ts';
import { applicationOf, isPerUser } from './applications.ts';

/** A device that is billed for an application, with the key that proves it. */
export interface BilledDevice {
  deviceId: string;
  deviceName: string;
  serialNumber: string;
  /** Null: the device never told its system. */
  category: BillingCategory | null;
}

/** How one tenant uses one application. */
export interface ApplicationUse {
  application: string;
  perUser: boolean;
  /** Each device once, by name. */
  devices: BilledDevice[];
  /** Devices that hold only keys which are not billed: trial, expired, stopped. */
  otherDevices: number;
  /** Why there may be more devices than these, in words; null when the count is certain. */
  uncertain: string | null;
}

interface Tally {
  perUser: boolean;
  billed: Map<string, BilledDevice>;
  other: Set<string>;
  /** Serial numbers of keys of an unknown kind. */
  unknown: string[];
}

const isOver = (at: Date | null, now: Date): boolean => at !== null && at <= now;

/** Only unexpired, active commercial keys and subscriptions are billed. */
export const isBillable = (key: Pick<LicenseKeyUse, 'kind' | 'expiresAt' | 'isStopped'>, now: Date): boolean =>
  (key.kind === 'commercial' || key.kind === 'subscription') && !key.isStopped && !isOver(key.expiresAt, now);

const byName = (a: BilledDevice, b: BilledDevice): number =>
  a.deviceName < b.deviceName ? -1 : a.deviceName > b.deviceName ? 1 : a.deviceId < b.deviceId ? -1 : 1;

/**
 * Who is billed for which application, from the keys of one tenant. A device counts once for an application, however
 * many of its keys it uses; the key with the longest time left stands for it.
 */
export const countUses = (keys: readonly LicenseKeyUse[], now: Date): ApplicationUse[] => {
  const inOrder = [...keys].sort((a, b) => {
    const left = a.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    const right = b.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    return left === right ? (a.serialNumber < b.serialNumber ? -1 : 1) : right - left;
  });
  const uses = new Map<string, Tally>();
  for (const key of inOrder) {
    const application = applicationOf(key.productName);
    const use: Tally = uses.get(application) ?? { perUser: false, billed: new Map(), other: new Set(), unknown: [] };
    uses.set(application, use);
    use.perUser ||= isPerUser(key.productName);
    if (key.kind === 'unknown' && !key.isStopped && !isOver(key.expiresAt, now)) use.unknown.push(key.serialNumber);
    for (const holder of key.holders) {
      if (!isBillable(key, now) || isOver(holder.expiresAt, now)) {
        use.other.add(holder.deviceId);
      } else if (!use.billed.has(holder.deviceId)) {
        const { deviceId, deviceName, category } = holder;
        use.billed.set(deviceId, { deviceId, deviceName, serialNumber: key.serialNumber, category });
      }
    }
  }
  return [...uses]
    .map(([application, { perUser, billed, other, unknown }]) => ({
      application,
      perUser,
      devices: [...billed.values()].sort(byName),
      otherDevices: [...other].filter((id) => !billed.has(id)).length,
      uncertain:
        unknown.length > 0
          ? `The server does not tell whether ${unknown.join(', ')} was bought or is a trial, so its devices are not counted`
          : null,
    }))
    .sort((a, b) => (a.application < b.application ? -1 : 1));
};
