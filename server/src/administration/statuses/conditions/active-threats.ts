import { counted, isAbove, off, on, statusCondition } from '../condition.ts';

/** Malicious objects that were found and neither deleted nor cured yet. */
export const activeThreats = statusCondition({
  key: 'activeThreats',
  title: 'Active threats are detected',
  maskBit: 10,
  requires: {},
  value: { kind: 'number', comparison: 'above', unit: 'objects', smallest: 0, largest: null },
  knownBy:
    'Detections that the device reported as events and that no later event reports as deleted, cured or quarantined. Any system.',
  // The vendor's own default is not public. Ours is Critical: malware that lies on a device can wait for no report.
  defaults: { critical: on(0), warning: off(0) },
  why: ({ activeThreats: amount }, setting) => (isAbove(amount, setting) ? counted(amount, 'active threat') : null),
});
