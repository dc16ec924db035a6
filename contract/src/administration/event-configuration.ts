import { z } from 'zod';
import { Id, SeverityName } from '../common.ts';
import { endpoint } from '../endpoint.ts';

const tag = 'Event configuration';

/** The longest storage term that can be set. */
export const LONGEST_STORAGE_TERM_DAYS = 3650;
/** Most event types that one call can change. */
const MOST_TYPES_AT_ONCE = 500;

/** Names an event type: a code alone can stand for several. */
export const EventTypeKey = z.object({
  component: z.string().min(1).max(100),
  code: z.string().min(1).max(100),
  typeId: z.number().int().nullable(),
});
export type EventTypeKey = z.output<typeof EventTypeKey>;

export const EventSetting = z.object({
  /** 0: detected and passed on to notifications and export, but not stored. */
  storageTermDays: z.number().int().min(0).max(LONGEST_STORAGE_TERM_DAYS),
  /** Events of this type go to the SIEM systems that are set up. */
  exportToSiem: z.boolean(),
  /** Events of this type are also written to the operating system's log on the server. */
  osLog: z.boolean(),
  /** Events of this type are told by mail, to the recipients of notifications. */
  notifyByMail: z.boolean(),
  /** The same by SMS. */
  notifyBySms: z.boolean(),
  /** Groups below must take it as it is. */
  locked: z.boolean(),
});
export type EventSetting = z.output<typeof EventSetting>;

/** Where a setting was made: the Administration Server's properties, or the policy of a group. */
const SettingPlace = z.object({
  /** Null: the Administration Server. */
  groupId: z.number().int().nullable(),
  name: z.string(),
});

export const ConfiguredEventType = EventTypeKey.extend({
  displayName: z.string(),
  severity: SeverityName,
  /** False for a type that no catalogue names, but of which events have come. */
  known: z.boolean(),
  /** What holds where nobody set anything. */
  defaultTermDays: z.number().int(),
  /** What holds here. */
  setting: EventSetting,
  /** It was set here, and not above. */
  own: z.boolean(),
  /** Null: set here, or by nobody. */
  inheritedFrom: SettingPlace.nullable(),
  /** Set above and locked there: nothing can be changed here. */
  lockedBy: SettingPlace.nullable(),
}).meta({ id: 'ConfiguredEventType' });
export type ConfiguredEventType = z.output<typeof ConfiguredEventType>;

const reply = z.object({ items: z.array(ConfiguredEventType) });

/** All of the chosen types get the named values and keep the others; null takes the settings made here away. */
const EventSettingChange = z.object({
  types: z.array(EventTypeKey).min(1).max(MOST_TYPES_AT_ONCE),
  change: EventSetting.partial().nullable(),
});
export type EventSettingChange = z.output<typeof EventSettingChange>;

export const listEventSettings = endpoint({
  method: 'GET',
  path: '/api/event-settings',
  tag,
  summary:
    'Every event type with what holds for it on this Administration Server: storage term, export, system log, notifications',
  needs: 'events:read',
  audit: { notAudited: 'reads only' },
  reply,
});

export const changeEventSettings = endpoint({
  method: 'PUT',
  path: '/api/event-settings',
  tag,
  summary: 'Change the settings of event types on this Administration Server; events that are stored keep their term',
  needs: 'server:write',
  audit: 'event-settings.changed',
  body: EventSettingChange,
  reply,
});

const params = z.object({ tenantId: Id, groupId: z.coerce.number().int() });

export const listGroupEventSettings = endpoint({
  method: 'GET',
  path: '/api/tenants/:tenantId/groups/:groupId/event-settings',
  tag,
  summary: 'Every event type with what holds for it in a group: its own setting, or the nearest one above',
  needs: 'events:read',
  audit: { notAudited: 'reads only' },
  params,
  reply,
});

export const changeGroupEventSettings = endpoint({
  method: 'PUT',
  path: '/api/tenants/:tenantId/groups/:groupId/event-settings',
  tag,
  summary: 'Change the settings of event types for a group and the groups below it',
  needs: 'tenants:write',
  audit: 'group-event-settings.changed',
  params,
  body: EventSettingChange,
  reply,
});
