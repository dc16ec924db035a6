import { z } from 'zod';
import { roleNames } from '../accounts/permissions.ts';
import { Done, Id, Moment, SeverityName } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { few, Mask } from '../filters.ts';
import { SecurityEvent } from './events.ts';

const tag = 'Event selections';

const IpAddress = z.union([z.ipv4(), z.ipv6()], 'Must be an IP address, as 192.0.2.10 or 2001:db8::1');

/** Which events, by their time: by one of two clocks, see `clock`. */
export const EventTime = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({
    kind: z.literal('last'),
    amount: z.int().min(1, 'At least 1').max(10_000, 'At most 10,000'),
    unit: z.enum(['minutes', 'hours', 'days']),
  }),
  z
    .object({ kind: z.literal('between'), from: Moment.nullable(), to: Moment.nullable() })
    .refine(({ from, to }) => from === null || to === null || Date.parse(from) < Date.parse(to), {
      message: 'The end must come after the beginning',
      path: ['to'],
    }),
]);
export type EventTime = z.output<typeof EventTime>;

/** What an event must be to be found; an empty list asks nothing. Several lists must all be met. */
export const EventFilter = z
  .object({
    severities: few(SeverityName, 4),
    /** Codes of event types; masks are allowed: `KLAUD_*`. */
    types: few(Mask),
    notTypes: few(Mask),
    /** Only types that the catalogue does not know. */
    unknownTypes: z.boolean().default(false),
    /** As the catalogue names them: `Network Agent`. */
    components: few(z.string().min(1).max(100)),
    /** Masks for the application's name on the wire: `1093`, `KES`. */
    applications: few(Mask),
    notApplications: few(Mask),
    /** Masks for the version. */
    applicationVersions: few(Mask),
    /**
     * Events by which tasks tell their state (`KLPRCI_TaskState`). `as-others`: found when types and components fit, like
     * all others. `also`: found besides the chosen types and components. `only`: nothing else is. `none`: never.
     */
    taskResults: z.enum(['as-others', 'also', 'only', 'none']).default('as-others'),
    /** 0 created, 1 running, 2 suspended, 3 failed, 4 completed, 5 failed by timeout, 6 reloading, 7 inactive. */
    taskStates: few(z.int().min(0).max(7), 8),
    taskNames: few(Mask),
    tenantIds: few(Id, 200),
    deviceIds: few(Id, 200),
    deviceNames: few(Mask),
    notDeviceNames: few(Mask),
    /** From and to, both included. */
    addresses: few(z.object({ from: IpAddress, to: IpAddress })),
    groups: few(z.object({ id: z.int(), withSubgroups: z.boolean().default(true) })),
    /** Masks for the full name, as `Managed devices/Branch`. */
    groupNames: few(Mask),
    time: EventTime.default({ kind: 'all' }),
    /** `happened`: the device's clock. `registered`: the server's. A device that was away tells late, so they differ. */
    clock: z.enum(['happened', 'registered']).default('happened'),
    /** Whole words, anywhere in name, description, parameters, device, group, address, task and application. */
    text: z
      .object({ words: z.string().trim().max(500), match: z.enum(['any', 'all']).default('any') })
      .nullable()
      .default(null),
    /** In the filter language of the KSC Open API, over event attributes, beside all else: programs ask in it. */
    expression: z.string().max(8000).optional(),
  })
  .meta({ id: 'EventFilter' });
export type EventFilter = z.output<typeof EventFilter>;
export type EventFilterInput = z.input<typeof EventFilter>;

export const eventSorts = [
  'registered',
  'happened',
  'severity',
  'event',
  'type',
  'device',
  'group',
  'application',
] as const;
export const EventSort = z.object({ by: z.enum(eventSorts), descending: z.boolean().default(true) });
export type EventSort = z.output<typeof EventSort>;

export const EventSelectionSettings = z
  .object({
    filter: EventFilter.prefault({ time: { kind: 'last', amount: 7, unit: 'days' } }),
    sort: EventSort.default({ by: 'registered', descending: true }),
    /** How many are shown at most; null: all. An export is not cut. */
    mostShown: z.int().min(1).max(10_000).nullable().default(500),
    /** Only so many of the newest records are looked at; null: all. */
    mostSearched: z.int().min(1).max(1_000_000_000).nullable().default(null),
  })
  .meta({ id: 'EventSelectionSettings' });
export type EventSelectionSettings = z.output<typeof EventSelectionSettings>;

const Sharing = z.object({ roles: few(z.enum(roleNames), roleNames.length), userIds: few(Id, 200) });
/** Who besides the owner may use a selection, and who may change it too. */
export const SelectionAccess = z.object({ read: Sharing.prefault({}), change: Sharing.prefault({}) });
export type SelectionAccess = z.output<typeof SelectionAccess>;

const SelectionName = z.string().trim().min(1, 'Type a name').max(100);

export const EventSelection = z
  .object({
    id: Id,
    name: z.string(),
    /** Of a predefined selection only period, sorting, limits and access rights can be changed. */
    predefined: z.boolean(),
    /** Null for predefined ones. */
    ownerName: z.string().nullable(),
    isOwn: z.boolean(),
    mayChange: z.boolean(),
    settings: EventSelectionSettings,
    access: SelectionAccess,
    changedAt: Moment,
    changedBy: z.string(),
  })
  .meta({ id: 'EventSelection' });
export type EventSelection = z.output<typeof EventSelection>;

const SelectionBody = z.object({
  name: SelectionName,
  settings: EventSelectionSettings.prefault({}),
  access: SelectionAccess.prefault({}),
});
const selectionParams = z.object({ selectionId: Id });

export const listEventSelections = endpoint({
  method: 'GET',
  path: '/api/event-selections',
  tag,
  summary: 'Event selections that the caller may use: predefined ones first, then by name',
  needs: 'events:read',
  audit: { notAudited: 'reads only' },
  reply: z.object({ items: z.array(EventSelection) }),
});

export const getEventSelection = endpoint({
  method: 'GET',
  path: '/api/event-selections/:selectionId',
  tag,
  summary: 'One event selection',
  needs: 'events:read',
  audit: { notAudited: 'reads only' },
  params: selectionParams,
  reply: EventSelection,
});

export const addEventSelection = endpoint({
  method: 'POST',
  path: '/api/event-selections',
  tag,
  summary: "Add an event selection of one's own",
  needs: 'events:read',
  audit: 'event-selection.added',
  body: SelectionBody,
  reply: EventSelection,
});

export const changeEventSelection = endpoint({
  method: 'PUT',
  path: '/api/event-selections/:selectionId',
  tag,
  summary: 'Change an event selection',
  needs: 'events:read',
  audit: 'event-selection.changed',
  params: selectionParams,
  body: SelectionBody,
  reply: EventSelection,
});

export const deleteEventSelections = endpoint({
  method: 'POST',
  path: '/api/event-selections/delete',
  tag,
  summary: 'Delete user-defined event selections, all of those named or none',
  needs: 'events:read',
  audit: 'event-selection.deleted',
  body: z.object({ ids: z.array(Id).min(1).max(200) }),
  reply: Done,
});

export const duplicateEventSelection = endpoint({
  method: 'POST',
  path: '/api/event-selections/:selectionId/duplicate',
  tag,
  summary: "Copy an event selection into one of one's own, shared with nobody",
  needs: 'events:read',
  audit: 'event-selection.added',
  params: selectionParams,
  reply: EventSelection,
});

/** An event selection as a file: without owner and access rights, so that it can go to another server. */
export const EventSelectionFile = z.object({
  kind: z.literal('gatehouse-event-selection'),
  version: z.literal(1),
  name: SelectionName,
  settings: EventSelectionSettings,
});
export type EventSelectionFile = z.output<typeof EventSelectionFile>;

export const exportEventSelection = endpoint({
  method: 'GET',
  path: '/api/event-selections/:selectionId/file',
  tag,
  summary: 'An event selection as a JSON file, to be imported elsewhere',
  needs: 'events:read',
  audit: { notAudited: 'reads only' },
  params: selectionParams,
  reply: EventSelectionFile,
});

export const importEventSelection = endpoint({
  method: 'POST',
  path: '/api/event-selections/import',
  tag,
  summary: "Add an event selection of one's own from a JSON file",
  needs: 'events:read',
  audit: 'event-selection.added',
  body: EventSelectionFile,
  reply: EventSelection,
});

const notWriting = { notAudited: 'changes nothing: a question too long for an address' };

const EventId = z.string().regex(/^\d{1,16}$/, 'A decimal number');

/** What to look for: a saved selection, a filter, chosen events, or several of them at once, which must all be met. */
export const EventQuery = z.object({
  selectionId: Id.optional(),
  filter: EventFilter.optional(),
  ids: z.array(EventId).min(1).max(10_000).optional(),
  /** Left out: as the selection says, or the newest registered first. */
  sort: EventSort.optional(),
});
export type EventQuery = z.output<typeof EventQuery>;

export const searchEvents = endpoint({
  method: 'POST',
  path: '/api/events/search',
  tag: 'Events',
  summary: 'Events that a selection or a filter finds, page by page; page 10,000 costs what page 1 costs',
  needs: 'events:read',
  audit: notWriting,
  body: EventQuery.extend({
    limit: z.int().min(1).max(500).default(50),
    /** The `next` of the page before. */
    after: z.string().max(2000).optional(),
  }),
  reply: z.object({
    items: z.array(SecurityEvent),
    next: z.string().nullable(),
    /** The selection shows no more than this many; null: no limit was met. */
    cutAt: z.number().int().nullable(),
  }),
});

export const countEvents = endpoint({
  method: 'POST',
  path: '/api/events/count',
  tag: 'Events',
  summary: 'How many events a selection or a filter finds now',
  needs: 'events:read',
  audit: notWriting,
  body: EventQuery,
  reply: z.object({
    count: z.number().int(),
    /** Stands for exactly these events: later ones do not belong to it. For a deletion. */
    asOf: z.string(),
  }),
});

export const getEventNeighbours = endpoint({
  method: 'POST',
  path: '/api/events/:eventId/neighbours',
  tag: 'Events',
  summary: 'An event with the one before and the one after it in a result',
  needs: 'events:read',
  audit: notWriting,
  params: z.object({ eventId: EventId }),
  body: EventQuery,
  reply: z.object({ event: SecurityEvent, previousId: z.string().nullable(), nextId: z.string().nullable() }),
});

export const exportFormats = ['csv', 'xlsx', 'json', 'xml'] as const;
export const ExportFormat = z.enum(exportFormats);
export type ExportFormat = z.output<typeof ExportFormat>;

export const exportEvents = endpoint({
  method: 'POST',
  path: '/api/event-exports',
  tag: 'Events',
  summary: 'Prepare a file with events; read it at once under the address in the reply',
  needs: 'events:read',
  audit: 'events.exported',
  body: EventQuery.extend({ format: ExportFormat }),
  reply: z.object({ exportId: Id, path: z.string(), fileName: z.string(), expiresAt: Moment }),
});

export const readEventExport = endpoint({
  method: 'GET',
  path: '/api/event-exports/:exportId/file',
  tag: 'Events',
  summary: 'The file of an export, made while it is read; times are in UTC',
  needs: 'events:read',
  audit: { notAudited: 'the export left its line when it was asked for' },
  params: z.object({ exportId: Id }),
  replyType: 'application/octet-stream',
  reply: z.string(),
});

export const EventDeletion = z
  .object({
    id: Id,
    askedBy: z.string(),
    askedAt: Moment,
    /** The number that was confirmed. */
    events: z.number().int(),
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    /** Of the parts of the store that hold such events; null until it has begun. */
    partsDone: z.number().int(),
    parts: z.number().int().nullable(),
    deleted: z.number().int(),
    finishedAt: Moment.nullable(),
  })
  .meta({ id: 'EventDeletion' });
export type EventDeletion = z.output<typeof EventDeletion>;

export const deleteEvents = endpoint({
  method: 'POST',
  path: '/api/event-deletions',
  tag: 'Events',
  summary: 'Delete events for good: chosen ones, or all that a selection or a filter finds',
  needs: 'events:delete',
  audit: 'events.deleted',
  body: EventQuery.extend({
    /** `count` and `asOf` of the count that was confirmed. */
    confirmed: z.int().min(1),
    asOf: z.string().max(500),
  }),
  reply: EventDeletion,
});

export const listEventDeletions = endpoint({
  method: 'GET',
  path: '/api/event-deletions',
  tag: 'Events',
  summary: 'Deletions of events that run, and the last ones that ended',
  needs: 'events:delete',
  audit: { notAudited: 'reads only' },
  reply: z.object({ items: z.array(EventDeletion) }),
});
