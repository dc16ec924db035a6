/** KSC begins 10,000 beyond its default maximum of 400,000; so much of any maximum. */
const MARGIN_SHARE = 0.025;

/** Deleting in small pieces would never end, so it begins only when there are so many too many. */
export const marginOf = (maximumEvents: number): number => Math.round(maximumEvents * MARGIN_SHARE);

export const isOverLimit = (storedEvents: number, maximumEvents: number): boolean =>
  storedEvents >= maximumEvents + marginOf(maximumEvents);

/** A consumer that has not moved for so long while events wait for it has stopped. */
export const STOPPED_AFTER_MS = 10 * 60_000;

/**
 * The newest event that may be deleted. Consumers that lag behind are waited for, so that export and statuses miss
 * nothing; one that has stopped cannot make the store grow for ever.
 *
 * @param newestBeyond the newest event beyond the maximum
 * @param consumersAt how far the slowest consumer has come
 * @param heldMs for how long that consumer has been there
 */
export const deletableUpTo = (newestBeyond: number, consumersAt: number, heldMs: number): number =>
  heldMs >= STOPPED_AFTER_MS ? newestBeyond : Math.min(newestBeyond, consumersAt);
