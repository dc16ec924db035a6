import { sql } from 'kysely';
import { SILENCE_MS } from './device.ts';

/** What is written down of a device whose agent spoke without telling facts. */
export const seenNow = (now: Date) => ({
  last_connected_at: now,
  last_seen_at: now,
  heard_since: sql<Date>`case when last_seen_at >= ${new Date(now.getTime() - SILENCE_MS)}
    then coalesce(heard_since, ${now}::timestamptz) else ${now}::timestamptz end`,
  // A device that comes back into sight may change status, so it is decided anew.
  status_due: sql<boolean>`status_due or not status_visible`,
});
