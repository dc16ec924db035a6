import { counted, statusCondition } from '../condition.ts';

/** Malicious objects found since the counter was last set to zero, dealt with or not. */
export const tooManyViruses = statusCondition({
  key: 'tooManyViruses',
  title: 'Too many viruses detected',
  maskBit: 3,
  requires: {},
  value: { unit: 'objects', smallest: 0, largest: 32_767 },
  defaults: { critical: { enabled: false, value: 0 }, warning: { enabled: false, value: 0 } },
  find: ({ virusCount: amount }) =>
    amount > 0 ? { amount, detail: `${counted(amount, 'malicious object')} detected` } : null,
});
