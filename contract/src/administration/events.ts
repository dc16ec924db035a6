import { z } from 'zod';
import { Id, Moment, oneOrMore, pageOf, paging, SeverityName, StatusLevel } from '../common.ts';
import { endpoint } from '../endpoint.ts';

const tag = 'Events';

export const SecurityEvent = z
  .object({
    /** Grows in the order in which events were stored; a decimal number in words, since it is 64 bits wide. */
    id: z.string(),
    type: z.string(),
    typeId: z.number().int().nullable(),
    displayName: z.string(),
    severity: SeverityName,
    /** Known in the catalogue of event types. */
    known: z.boolean(),
    description: z.string(),
    /** GNRL_EA_PARAM_1 to 9, by number; empty ones left out. */
    params: z.record(z.string(), z.string()),
    riseTime: Moment,
    registrationTime: Moment,
    tenantId: Id,
    tenantName: z.string(),
    /** Null for events of the server itself. */
    deviceId: Id.nullable(),
    deviceName: z.string(),
    groupId: z.number().int().nullable(),
    groupName: z.string(),
    product: z.string(),
    productVersion: z.string(),
    taskId: z.string().nullable(),
    taskName: z.string(),
    taskOldState: z.number().int().nullable(),
    taskNewState: z.number().int().nullable(),
  })
  .meta({ id: 'SecurityEvent' });
export type SecurityEvent = z.output<typeof SecurityEvent>;

export const listEvents = endpoint({
  method: 'GET',
  path: '/api/events',
  tag,
  summary: 'Events, newest first, filtered, page by page',
  needs: 'events:read',
  audit: { notAudited: 'reads only' },
  query: z.object({
    ...paging(),
    tenantId: oneOrMore(Id).optional(),
    deviceId: Id.optional(),
    severity: oneOrMore(SeverityName).optional(),
    type: oneOrMore(z.string().max(100)).optional(),
    /** Whole words, any order, in name, description, parameters, device, group and task. */
    text: z.string().max(200).optional(),
    /** Rise time, from and to. */
    from: Moment.optional(),
    to: Moment.optional(),
  }),
  reply: pageOf(SecurityEvent),
});

export const getEvent = endpoint({
  method: 'GET',
  path: '/api/events/:eventId',
  tag,
  summary: 'One event',
  needs: 'events:read',
  audit: { notAudited: 'reads only' },
  params: z.object({ eventId: z.string().regex(/^\d{1,20}$/, 'A decimal number') }),
  reply: SecurityEvent,
});

export const listEventTypes = endpoint({
  method: 'GET',
  path: '/api/event-types',
  tag,
  summary: 'The catalogue of event types',
  needs: 'events:read',
  audit: { notAudited: 'reads only' },
  reply: z.object({
    items: z.array(
      z.object({
        component: z.string(),
        code: z.string(),
        typeId: z.number().int().nullable(),
        displayName: z.string(),
        severity: SeverityName,
        /** Zero: detected and passed on, but not stored. */
        storageTermDays: z.number().int(),
      }),
    ),
  }),
});

export const getAdministrationOverview = endpoint({
  method: 'GET',
  path: '/api/administration/overview',
  tag: 'Overview',
  summary: 'Devices by status, the conditions behind it, and events by severity and hour of the last day',
  needs: 'overview:read',
  audit: { notAudited: 'reads only' },
  query: z.object({ tenantId: oneOrMore(Id).optional() }),
  reply: z.object({
    devices: z.object({
      ok: z.number().int(),
      warning: z.number().int(),
      critical: z.number().int(),
      notVisible: z.number().int(),
      total: z.number().int(),
    }),
    conditions: z.array(
      z.object({ condition: z.string(), title: z.string(), level: StatusLevel, devices: z.number().int() }),
    ),
    eventHours: z.array(
      z.object({
        hour: Moment,
        info: z.number().int(),
        warning: z.number().int(),
        functionalFailure: z.number().int(),
        critical: z.number().int(),
      }),
    ),
    tenantsWithProblems: z.array(
      z.object({ tenantId: Id, name: z.string(), critical: z.number().int(), warning: z.number().int() }),
    ),
  }),
});
