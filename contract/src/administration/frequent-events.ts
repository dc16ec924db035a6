import { z } from 'zod';
import { Done, Id, Moment, oneOrMore, pageOf, paging, SeverityName } from '../common.ts';
import { endpoint } from '../endpoint.ts';

const tag = 'Frequent events';

/**
 * `blocked`: the server takes no events of this kind. `excluded`: an administrator wants them whatever their number.
 * `ended`: calm came back by itself. `removed`: an administrator took it from the list. The last two are history.
 */
export const FrequentEventState = z.enum(['blocked', 'excluded', 'ended', 'removed']);
export type FrequentEventState = z.output<typeof FrequentEventState>;

/** What is kept of an event that was not stored. */
export const SuppressedEvent = z.object({
  deviceId: Id.nullable(),
  deviceName: z.string(),
  /** By the device's clock. */
  riseTime: z.string(),
  /** By the server's. */
  registrationTime: Moment,
  description: z.string(),
});
export type SuppressedEvent = z.output<typeof SuppressedEvent>;

/** A kind of events of one client that became frequent: type, severity, application, version and task together. */
export const FrequentEvent = z
  .object({
    id: Id,
    tenantId: Id,
    tenantName: z.string(),
    state: FrequentEventState,
    type: z.string(),
    displayName: z.string(),
    severity: SeverityName,
    product: z.string(),
    productVersion: z.string(),
    /** The lowest and the highest display version among the events that were not stored. */
    displayVersionMin: z.string(),
    displayVersionMax: z.string(),
    taskId: z.string().nullable(),
    taskName: z.string(),
    blockedAt: Moment,
    /** When the state changed last. */
    changedAt: Moment,
    /** Who changed it last; null: the server by itself. */
    changedBy: z.string().nullable(),
    /** Events of this kind in the window, and their share of all events of the client, when it was blocked. */
    eventsInWindow: z.number().int(),
    sharePercent: z.number(),
    /** Events acknowledged and counted, but not stored. */
    suppressed: z.number().int(),
    firstSuppressed: SuppressedEvent.nullable(),
    lastSuppressed: SuppressedEvent.nullable(),
  })
  .meta({ id: 'FrequentEvent' });
export type FrequentEvent = z.output<typeof FrequentEvent>;

/** Every number of the rule. */
export const FrequentEventSettings = z
  .object({
    enabled: z.boolean(),
    windowMinutes: z.number().int().min(1).max(60),
    /** A kind is frequent when it brings more than this share of the client's events in the window … */
    sharePercent: z.number().int().min(1).max(100),
    /** … and more events than this in the window. */
    minimumEvents: z.number().int().min(10).max(100_000_000),
    /** A client may bring so many events in 24 hours before anything is blocked. Null: derived from the database's limit. */
    budgetPerDay: z.number().int().min(10).max(1_000_000_000).nullable(),
    /** The derived budget is the database's limit divided by so many days. */
    roomForDays: z.number().int().min(1).max(3650),
    /** Blocking ends by itself after so many windows in which the kind was not frequent. */
    calmWindows: z.number().int().min(1).max(1000),
    /** The same kind of the same client is announced by an event at most once in so many hours. */
    noticeHours: z.number().int().min(1).max(8760),
    /** How long history is kept. */
    historyDays: z.number().int().min(1).max(3650),
  })
  .meta({ id: 'FrequentEventSettings' });
export type FrequentEventSettings = z.output<typeof FrequentEventSettings>;

export const listFrequentEvents = endpoint({
  method: 'GET',
  path: '/api/frequent-events',
  tag,
  summary: 'Frequent events, newest first: those blocked or excluded now, or the history',
  needs: 'events:read',
  audit: { notAudited: 'reads only' },
  query: z.object({
    ...paging(),
    tenantId: oneOrMore(Id).optional(),
    /** Left out: blocked and excluded. */
    state: oneOrMore(FrequentEventState).optional(),
  }),
  reply: pageOf(FrequentEvent),
});

export const getFrequentEvent = endpoint({
  method: 'GET',
  path: '/api/frequent-events/:frequentEventId',
  tag,
  summary: 'One frequent event, with the devices that sent most of what was not stored',
  needs: 'events:read',
  audit: { notAudited: 'reads only' },
  params: z.object({ frequentEventId: Id }),
  reply: z.object({
    frequentEvent: FrequentEvent,
    /** Most first; at most 100. */
    devices: z.array(z.object({ deviceId: Id, deviceName: z.string(), suppressed: z.number().int() })),
    /** Of all devices that are not listed. */
    suppressedOfOthers: z.number().int(),
  }),
});

export const getFrequentEventSummary = endpoint({
  method: 'GET',
  path: '/api/frequent-events-summary',
  tag,
  summary: 'How much is being suppressed now',
  needs: 'events:read',
  audit: { notAudited: 'reads only' },
  query: z.object({ tenantId: oneOrMore(Id).optional() }),
  reply: z.object({
    blocked: z.number().int(),
    suppressed: z.number().int(),
    /** When the oldest of these blocks began; null when nothing is blocked. */
    since: Moment.nullable(),
  }),
});

const Chosen = z.object({ ids: z.array(Id).min(1).max(200) });

export const excludeFrequentEvents = endpoint({
  method: 'POST',
  path: '/api/frequent-events/exclude',
  tag,
  summary: 'Receive blocked events again, whatever their number; they stay in the list, marked as excluded',
  needs: 'server:write',
  audit: 'frequent-event.excluded',
  body: Chosen,
  reply: Done,
});

export const blockFrequentEvents = endpoint({
  method: 'POST',
  path: '/api/frequent-events/block',
  tag,
  summary: 'Block excluded events again',
  needs: 'server:write',
  audit: 'frequent-event.blocked',
  body: Chosen,
  reply: Done,
});

export const removeFrequentEvents = endpoint({
  method: 'POST',
  path: '/api/frequent-events/remove',
  tag,
  summary: 'Remove from blocking: received again and counted anew, until they become frequent again',
  needs: 'server:write',
  audit: 'frequent-event.removed',
  body: Chosen,
  reply: Done,
});

const SettingsReply = z.object({
  settings: FrequentEventSettings,
  /** The limit of the event database, of which the budget is derived. */
  maximumEvents: z.number().int(),
  /** The budget that holds now. */
  effectiveBudgetPerDay: z.number().int(),
});

export const getFrequentEventSettings = endpoint({
  method: 'GET',
  path: '/api/frequent-events-settings',
  tag,
  summary: 'The rule by which events are blocked',
  needs: 'events:read',
  audit: { notAudited: 'reads only' },
  reply: SettingsReply,
});

export const putFrequentEventSettings = endpoint({
  method: 'PUT',
  path: '/api/frequent-events-settings',
  tag,
  summary: 'Change the rule by which events are blocked',
  needs: 'server:write',
  audit: 'frequent-event-settings.changed',
  body: FrequentEventSettings,
  reply: SettingsReply,
});
