import { z } from 'zod';
import { Id, Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { integrationParams, reads, tag } from './common.ts';

/** What can hold a ticket back or keep it from being made again. */
export const GuardName = z.enum(['delay', 'flap', 'storm', 'maintenance', 'muting', 'worked-on']);
export type GuardName = z.output<typeof GuardName>;

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const tenant = { sourceId: Id, sourceTenantId: z.string().min(1).max(100) };

/** Which devices a maintenance window is for. */
export const MaintenanceScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('everything') }),
  z.object({ kind: z.literal('tenant'), ...tenant }),
  /** A group and the groups below it, by the names on the way to it, as `Servers/Mail`. */
  z.object({ kind: z.literal('group'), ...tenant, groupPath: z.string().trim().min(1).max(500) }),
  /** By the name, in any case; `*` stands for any characters. */
  z.object({ kind: z.literal('device'), ...tenant, deviceName: z.string().trim().min(1).max(200) }),
]);
export type MaintenanceScope = z.output<typeof MaintenanceScope>;

export const Weekday = z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']);
export type Weekday = z.output<typeof Weekday>;

export const MaintenanceSchedule = z.discriminatedUnion('kind', [
  z
    .object({ kind: z.literal('once'), from: Moment, until: Moment })
    .refine(({ from, until }) => new Date(from) < new Date(until), {
      path: ['until'],
      message: 'ends before it begins',
    }),
  z.object({
    kind: z.literal('weekly'),
    days: z.array(Weekday).min(1, 'choose at least one day').max(7),
    /** By the clock on the wall, `22:30`. */
    startsAt: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'as 22:30'),
    durationMinutes: z.number().int().min(5).max(10_080),
    /** As `Europe/Vienna`. */
    timeZone: z.string().max(100).refine(isTimeZone, 'is no time zone that is known here, as Europe/Vienna'),
  }),
]);
export type MaintenanceSchedule = z.output<typeof MaintenanceSchedule>;

export const MaintenanceWindow = z
  .object({
    id: Id,
    name: z.string().trim().min(1, 'give it a name').max(100),
    scope: MaintenanceScope,
    schedule: MaintenanceSchedule,
    /** What becomes of events that happen in it: their ticket comes after it, or there is none. */
    events: z.enum(['later', 'never']).default('later'),
  })
  .meta({ id: 'MaintenanceWindow' });
export type MaintenanceWindow = z.output<typeof MaintenanceWindow>;

const minutes = (most: number) => z.number().int().min(0).max(most);

/** What keeps tickets from being noise. 0 and null switch a guard off; all of them are off until somebody wants them. */
export const TicketGuards = z
  .object({
    /** A condition has to last this long before it becomes a ticket. */
    creationDelayMinutes: minutes(1_440).default(0),
    /** A condition that comes back this soon after its ticket was closed by Gatehouse opens the same ticket again. */
    flapMinutes: minutes(10_080).default(0),
    /** More devices of one client than this, with the same thing wrong within so many minutes, are one ticket. */
    storm: z
      .object({ devices: z.number().int().min(2).max(10_000), minutes: z.number().int().min(1).max(1_440) })
      .nullable()
      .default(null),
    /** A ticket that a person closed while the problem stays: null is quiet until it was gone. */
    reopenAfterHours: z.number().int().min(1).max(8_760).nullable().default(null),
    /** A ticket that a person works on when its reason is gone: closed all the same, or only noted. */
    workedOn: z.enum(['close', 'note']).default('close'),
    maintenance: z.array(MaintenanceWindow).max(500).default([]),
  })
  .meta({ id: 'TicketGuards' });
export type TicketGuards = z.output<typeof TicketGuards>;

export const HeldBack = z.object({
  guard: GuardName,
  /** Tickets that it kept from being opened, opened again or closed. */
  lastDay: z.number().int(),
  lastWeek: z.number().int(),
  lastAt: Moment.nullable(),
});
export type HeldBack = z.output<typeof HeldBack>;

const GuardsAnswer = z.object({
  guards: TicketGuards,
  /** Of what is saved; a save names the one that it is based on. 0 before the first save. */
  revision: z.number().int(),
  /** Everything off. */
  defaults: TicketGuards,
  /** Mild values that fit most. */
  recommended: TicketGuards,
  held: z.array(HeldBack),
});

export const getTicketGuards = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/ticket-guards',
  tag,
  summary: 'What keeps tickets from being noise, and how much it held back lately',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  reply: GuardsAnswer,
});

export const putTicketGuards = endpoint({
  method: 'PUT',
  path: '/api/integrations/:integrationId/ticket-guards',
  tag,
  summary: 'Save the noise guards and maintenance windows of an integration',
  needs: 'integrations:write',
  audit: 'ticket-guards.changed',
  params: integrationParams,
  body: z.object({ guards: TicketGuards, revision: z.number().int().min(0) }),
  reply: GuardsAnswer,
});

export const listMaintenanceGroups = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/ticket-guards/groups',
  tag,
  summary: 'The groups of a virtual server, as its Administration Server has them now, to choose one for maintenance',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  query: z.object(tenant),
  reply: z.object({ paths: z.array(z.string()) }),
});

/** What the last comparison of our tickets with the PSA's found. */
export const Reconciliation = z.object({
  at: Moment.nullable(),
  /** Open in the PSA with a key of this kind, and unknown here: of another installation, or from before a loss. */
  unknown: z.array(z.string()),
  /** Open in the PSA though closed here by Gatehouse: a person opened them again. */
  reopenedByPeople: z.array(z.string()),
  /** A second ticket with the key of another one; it was closed with a note when nobody worked on it. */
  doubled: z.array(z.string()),
  /** Found by their key after nobody knew whether they had been opened. */
  found: z.array(z.string()),
  /** Closed or deleted in the PSA, learnt by this comparison. */
  closedThere: z.number().int(),
});
export type Reconciliation = z.output<typeof Reconciliation>;

export const getTicketReconciliation = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/ticket-reconciliation',
  tag,
  summary: 'What the last comparison of tickets here and in the PSA found; it runs after each start and daily',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  reply: Reconciliation,
});
