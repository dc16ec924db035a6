import type { DeviceState } from '../../devices/index.ts';
import { counted, DAY_MS, off, on, statusCondition } from '../condition.ts';

const endOf = ({ licenseKnown, licenseExpiresAt }: DeviceState, now: Date): number | null =>
  licenseKnown && licenseExpiresAt !== null && licenseExpiresAt > now ? licenseExpiresAt.getTime() : null;

/** The licence that the device counts on ends in fewer days than are set; one that has ended is for licenseExpired. */
export const licenseExpiresSoon = statusCondition({
  key: 'licenseExpiresSoon',
  title: 'License expires soon',
  maskBit: 9,
  requires: { visible: true },
  value: { kind: 'number', comparison: 'below', unit: 'days', smallest: 0, largest: null },
  knownBy:
    'The end of the licence key that is active on the device, as the list of keys of this server has it. Any system.',
  defaults: { critical: off(0), warning: on(14) },
  why: (device, { value }, { now }) => {
    const end = endOf(device, now);
    if (end === null || typeof value !== 'number') return null;
    const left = end - now.getTime();
    return left < value * DAY_MS ? `The license ends in ${counted(Math.floor(left / DAY_MS), 'day')}` : null;
  },
  turnsAt: (device, { value }, { now }) => {
    const end = endOf(device, now);
    if (end === null || typeof value !== 'number') return Number.POSITIVE_INFINITY;
    const begins = end - Math.ceil(value * DAY_MS) + 1;
    if (begins > now.getTime()) return begins;
    // The words change with each day that is left no more, and the condition ends with the licence.
    const wholeDays = Math.floor((end - now.getTime()) / DAY_MS);
    return Math.min(end, end - wholeDays * DAY_MS + 1);
  },
});
