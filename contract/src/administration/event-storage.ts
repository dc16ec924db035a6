import { z } from 'zod';
import { Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';

const tag = 'Event storage';

export const SMALLEST_EVENT_LIMIT = 1000;
export const LARGEST_EVENT_LIMIT = 100_000_000;
export const DEFAULT_EVENT_LIMIT = 400_000;

export const EventStorage = z
  .object({
    /** Beyond this the oldest events are deleted. */
    maximumEvents: z.number().int(),
    /** Deleting starts when there are so many more than the maximum, and ends at the maximum. */
    marginEvents: z.number().int(),
    /** Listed events that have not expired. */
    storedEvents: z.number().int(),
    /** Kept for export and notifications only; they go after a day. */
    unlistedEvents: z.number().int(),
    /** Registration time of the oldest listed event; null in an empty store. */
    oldestAt: Moment.nullable(),
    /** What the events take on the disk now, with those that are deleted but not merged away yet. */
    bytesOnDisk: z.number().int(),
    bytesPerEvent: z.number(),
    /** False: too few events to measure, so `bytesPerEvent` is a guess from experience. */
    isMeasured: z.boolean(),
    /** Under way now. */
    trimmingSince: Moment.nullable(),
    lastTrim: z
      .object({
        startedAt: Moment,
        finishedAt: Moment,
        removedEvents: z.number().int(),
      })
      .nullable(),
  })
  .meta({ id: 'EventStorage' });
export type EventStorage = z.output<typeof EventStorage>;

export const getEventStorage = endpoint({
  method: 'GET',
  path: '/api/event-storage',
  tag,
  summary: 'How many events are stored, how many may be, and what they take on the disk',
  needs: 'server:read',
  audit: { notAudited: 'reads only' },
  reply: EventStorage,
});

export const changeEventStorage = endpoint({
  method: 'PUT',
  path: '/api/event-storage',
  tag,
  summary: 'Set the maximum number of events; beyond it the oldest are deleted',
  needs: 'server:write',
  audit: 'event-storage.changed',
  body: z.object({ maximumEvents: z.number().int().min(SMALLEST_EVENT_LIMIT).max(LARGEST_EVENT_LIMIT) }),
  reply: EventStorage,
});
