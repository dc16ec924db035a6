import { counted, daysBetween, statusCondition } from '../condition.ts';

/** The protection databases were not updated for too long. The two limits are the vendor's own. */
export const databasesOutdated = statusCondition({
  key: 'databasesOutdated',
  title: 'Databases are outdated',
  maskBit: 7,
  requires: { visible: true, securityAppInstalled: true, minDaysInDatabase: 1 },
  value: { unit: 'days', smallest: 1, largest: null },
  defaults: { critical: { enabled: true, value: 7 }, warning: { enabled: true, value: 3 } },
  find: ({ databasesReleasedAt }, { now }) => {
    // No databases at all is not "outdated": that the application does not protect is for other conditions to say.
    if (databasesReleasedAt === null) return null;
    const amount = daysBetween(databasesReleasedAt, now);
    return amount > 0 ? { amount, detail: `Databases are ${counted(Math.floor(amount), 'day')} old` } : null;
  },
});
