import { counted, DAY_MS, olderThan, on, statusCondition } from '../condition.ts';

/** The protection databases were not updated for too long. The two limits are the vendor's own. */
export const databasesOutdated = statusCondition({
  key: 'databasesOutdated',
  title: 'Databases are outdated',
  maskBit: 7,
  requires: { visible: true, securityAppInstalled: true, minDaysInDatabase: 1 },
  value: { kind: 'number', comparison: 'above', unit: 'days', smallest: 1, largest: null },
  knownBy:
    'The release date of the databases in the facts of the agent. No databases at all are not outdated ones: that is for other conditions. Linux.',
  defaults: { critical: on(7), warning: on(3) },
  ...olderThan({
    from: ({ databasesReleasedAt }) => databasesReleasedAt,
    words: (days) => `Databases are ${counted(days, 'day')} old`,
    unitMs: DAY_MS,
  }),
});
