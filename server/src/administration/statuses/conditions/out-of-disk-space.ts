import { isUnsynced, off, on, statusCondition, unsyncedTurnsAt } from '../condition.ts';

/** Too little free space, or the device is seen but does not synchronize, so that nothing is known of its space. */
export const outOfDiskSpace = statusCondition({
  key: 'outOfDiskSpace',
  title: 'Device is out of disk space',
  maskBit: 19,
  requires: {},
  value: { kind: 'number', comparison: 'below', unit: 'MB', smallest: 0, largest: null },
  knownBy:
    'Free space of the volume with the operating system in the facts of the agent, of the fullest volume where the agent does not say which that is. It also holds while the device is seen but does not synchronize, and ends with a synchronization that tells of enough space. Linux.',
  defaults: { critical: off(0), warning: on(1024) },
  why: (device, { value }, look) => {
    if (typeof value !== 'number') return null;
    const { disk } = device.told;
    if (disk && disk.freeMegabytes < value) return `${disk.freeMegabytes} MB free on ${disk.mount}`;
    return isUnsynced(device, look) ? 'The device is seen but does not synchronize' : null;
  },
  turnsAt: (device, _, look) => unsyncedTurnsAt(device, look),
});
