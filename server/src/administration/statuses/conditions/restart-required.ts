import type { DeviceState } from '../../devices/index.ts';
import { MINUTE_MS, off, olderThan, on, statusCondition } from '../condition.ts';

/** Packages of the kernel and of what the machine's own parts run, as the distributions name them. */
const KERNEL = /^(linux-(image|base|modules|firmware)|kernel|amd64-microcode|intel-microcode|microcode|firmware-)/;
const options = [
  { key: 'kernel', title: 'Kernel or firmware was updated' },
  { key: 'other', title: 'Any other reason, or none named' },
] as const;

const reasonsOf = ({ told }: DeviceState): readonly string[] => told.restartReasons ?? [];
const isAmong = (device: DeviceState, chosen: readonly string[]): boolean => {
  const reasons = reasonsOf(device);
  return (
    (chosen.includes('kernel') && reasons.some((reason) => KERNEL.test(reason))) ||
    (chosen.includes('other') && (reasons.length === 0 || reasons.some((reason) => !KERNEL.test(reason))))
  );
};

const aged = olderThan({
  from: ({ restartSince }) => restartSince,
  words: (_, device) => {
    const reasons = reasonsOf(device);
    const named = reasons.slice(0, 3).join(', ');
    return `A restart is required${named && `: ${named}`}${reasons.length > 3 ? ' and others' : ''}`;
  },
  unitMs: MINUTE_MS,
  saysUnits: false,
});

/** A restart has been required for longer than the set time, for one of the chosen reasons. */
export const restartRequired = statusCondition({
  key: 'restartRequired',
  title: 'Restart is required',
  maskBit: 11,
  requires: { visible: true },
  value: {
    kind: 'number',
    comparison: 'above',
    unit: 'minutes',
    smallest: 0,
    largest: null,
    choices: { label: 'Reasons', options, fewest: 1 },
  },
  knownBy:
    'The agent says that a restart is required, since when, and for which packages; where it names no time, the time runs from the first report of it. Linux.',
  defaults: { critical: off(1440, ['kernel', 'other']), warning: on(1440, ['kernel', 'other']) },
  ...aged,
  why: (device, setting, look, level) =>
    isAmong(device, setting.choices) ? aged.why(device, setting, look, level) : null,
});
