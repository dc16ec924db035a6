import type { Database } from './database.ts';

/** The virtual clock: the real one plus what the database remembers as its lead. It keeps running. */
export const virtualClock = (db: Database, realNow: () => Date) => ({
  now: (): Date => new Date(realNow().getTime() + db.clockAheadMs),
  /** Moves the clock so that it shows this moment now. */
  set: (moment: Date): void => {
    db.clockAheadMs = moment.getTime() - realNow().getTime();
  },
  advance: (milliseconds: number): void => {
    db.clockAheadMs += milliseconds;
  },
});
export type VirtualClock = ReturnType<typeof virtualClock>;
