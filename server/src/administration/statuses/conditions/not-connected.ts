import { counted, DAY_MS, olderThan, on, statusCondition } from '../condition.ts';

/** The agent has not connected for too long: the device is off, away, or its agent is broken. */
export const notConnected = statusCondition({
  key: 'notConnected',
  title: 'Not connected in a long time',
  maskBit: 8,
  requires: { agentInstalled: true },
  value: { kind: 'number', comparison: 'above', unit: 'days', smallest: 1, largest: null },
  knownBy: 'The time of the last call of the device’s agent at this server. Any system.',
  defaults: { critical: on(30), warning: on(14) },
  ...olderThan({
    from: ({ lastConnectedAt }) => lastConnectedAt,
    words: (days) => `Not connected for ${counted(days, 'day')}`,
    unitMs: DAY_MS,
  }),
});
