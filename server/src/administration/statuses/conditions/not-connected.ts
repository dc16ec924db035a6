import { counted, daysBetween, statusCondition } from '../condition.ts';

/** The agent has not connected for too long: the device is off, away, or its agent is broken. */
export const notConnected = statusCondition({
  key: 'notConnected',
  title: 'Not connected in a long time',
  maskBit: 8,
  requires: { agentInstalled: true },
  value: { unit: 'days', smallest: 1, largest: null },
  defaults: { critical: { enabled: true, value: 30 }, warning: { enabled: true, value: 14 } },
  find: ({ lastConnectedAt }, { now }) => {
    if (lastConnectedAt === null) return null;
    const amount = daysBetween(lastConnectedAt, now);
    return amount > 0 ? { amount, detail: `Not connected for ${counted(Math.floor(amount), 'day')}` } : null;
  },
});
