import { toldMoment } from '../../devices/index.ts';
import { counted, DAY_MS, olderThan, on, statusCondition } from '../condition.ts';

/** No scan of the device for too long. One that was never scanned counts from when it became known. */
export const scanNotPerformed = statusCondition({
  key: 'scanNotPerformed',
  title: 'Virus scan has not been performed in a long time',
  maskBit: 6,
  requires: { visible: true, securityAppInstalled: true, minDaysInDatabase: 7 },
  value: { kind: 'number', comparison: 'above', unit: 'days', smallest: 1, largest: null },
  knownBy:
    'The end of the last scan in the facts of the agent, whoever started it. A device that says it was never scanned counts from the day on which it became known. Linux.',
  defaults: { critical: on(14), warning: on(7) },
  ...olderThan({
    from: ({ told, createdAt }) => (told.lastScanAt === undefined ? null : (toldMoment(told.lastScanAt) ?? createdAt)),
    words: (days, { told }) =>
      told.lastScanAt ? `Last scanned ${counted(days, 'day')} ago` : `Never scanned, known for ${counted(days, 'day')}`,
    unitMs: DAY_MS,
  }),
});
