import { isUnsynced, off, on, statusCondition, unsyncedTurnsAt } from '../condition.ts';

/** The device is seen, but its agent does not do its work. */
export const unmanaged = statusCondition({
  key: 'unmanaged',
  title: 'Device has become unmanaged',
  maskBit: 0,
  requires: { visible: true },
  value: { kind: 'switch' },
  knownBy:
    'The device is seen (its agent calls for commands or sends events) although more than three synchronizations in a row are missing. Any system.',
  defaults: { critical: on(), warning: off() },
  why: (device, _, look) =>
    isUnsynced(device, look) ? 'Seen on the network, but more than 3 synchronizations in a row failed' : null,
  turnsAt: (device, _, look) => unsyncedTurnsAt(device, look),
});
