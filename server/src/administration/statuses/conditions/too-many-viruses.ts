import { counted, isAbove, off, statusCondition } from '../condition.ts';

/** Malicious objects found since the counter was last set to zero, dealt with or not. */
export const tooManyViruses = statusCondition({
  key: 'tooManyViruses',
  title: 'Too many viruses detected',
  maskBit: 3,
  requires: {},
  value: { kind: 'number', comparison: 'above', unit: 'objects', smallest: 0, largest: 32_767 },
  knownBy:
    'Detections that the device reported as events, counted until somebody sets the counter of the device to zero. Any system.',
  defaults: { critical: off(0), warning: off(0) },
  why: ({ virusCount: amount }, setting) =>
    isAbove(amount, setting) ? `${counted(amount, 'malicious object')} detected` : null,
});
