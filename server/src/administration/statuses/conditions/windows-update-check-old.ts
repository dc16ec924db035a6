import { toldMoment } from '../../devices/index.ts';
import { counted, DAY_MS, off, olderThan, on, statusCondition } from '../condition.ts';

/** Nobody looked for updates of the operating system for too long; a device that never did counts from when it became known. */
export const windowsUpdateCheckOld = statusCondition({
  key: 'windowsUpdateCheckOld',
  title: 'Check for Windows Update updates has not been performed in a long time',
  maskBit: 14,
  requires: { visible: true },
  value: { kind: 'number', comparison: 'above', unit: 'days', smallest: 1, largest: null },
  knownBy:
    'When the device last looked for updates of its operating system, in the facts of the agent. Linux: the package manager’s lists; the name is the one that administrators know.',
  defaults: { critical: off(30), warning: on(14) },
  ...olderThan({
    from: ({ told, createdAt }) =>
      told.updatesSearchedAt === undefined ? null : (toldMoment(told.updatesSearchedAt) ?? createdAt),
    words: (days, { told }) =>
      told.updatesSearchedAt
        ? `Updates of the operating system were last looked for ${counted(days, 'day')} ago`
        : `Updates of the operating system were never looked for, known for ${counted(days, 'day')}`,
    unitMs: DAY_MS,
  }),
});
