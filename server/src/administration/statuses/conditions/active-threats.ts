import { counted, statusCondition } from '../condition.ts';

/** Malicious objects that were found and neither deleted nor cured yet. */
export const activeThreats = statusCondition({
  key: 'activeThreats',
  title: 'Active threats are detected',
  maskBit: 10,
  requires: {},
  value: { unit: 'objects', smallest: 0, largest: null },
  // The vendor's own default is not public. Ours is Critical: malware that lies on a device can wait for no report.
  defaults: { critical: { enabled: true, value: 0 }, warning: { enabled: false, value: 0 } },
  find: ({ activeThreats: amount }) => (amount > 0 ? { amount, detail: counted(amount, 'active threat') } : null),
});
