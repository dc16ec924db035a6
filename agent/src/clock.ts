/** A difference below this is the way of an answer through the net, and no reason to tell other times. */
const TOLERATED_MS = 60_000;

/**
 * Time as the server has it. A device whose clock is hours wrong would else tell of things that happened in the
 * future, or long ago, and conditions that count days would be wrong by as much. What lies on this device's own disk
 * (change times of files) and what people plan by its clock (schedules) goes by its own clock.
 */
export const serverClock = (own: () => Date, firstAheadMs: number) => {
  let aheadMs = firstAheadMs;
  return {
    /** @param measuredMs how much the server's clock was ahead of this device's at the last sync */
    learn(measuredMs: number): void {
      aheadMs = Math.abs(measuredMs) < TOLERATED_MS ? 0 : Math.round(measuredMs);
    },
    aheadMs: (): number => aheadMs,
    now: (): Date => new Date(own().getTime() + aheadMs),
  };
};
