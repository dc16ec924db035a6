import { z } from 'zod';
import { Id, Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { integrationParams, reads, tag } from './common.ts';
import { TicketTemplates } from './ticket-templates.ts';

/** A choice that a PSA offers for a routing field. */
export const PsaChoice = z.object({
  id: z.string(),
  label: z.string(),
  active: z.boolean(),
  /** For a dependent field: the choice of its parent that it belongs to. */
  parentId: z.string().nullable(),
});
export type PsaChoice = z.output<typeof PsaChoice>;

export const PsaField = z.object({
  name: z.string(),
  /** One choice for all tickets of the integration, as the status that closes them; else each rule has its own. */
  general: z.boolean(),
  title: z.string(),
  required: z.boolean(),
  parent: z.string().nullable(),
  choices: z.array(PsaChoice),
});
export type PsaField = z.output<typeof PsaField>;

export const listPsaFields = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/fields',
  tag,
  summary: 'The routing fields of a ticket (priority, queue, status …) with the choices that the PSA offers',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  reply: z.object({ items: z.array(PsaField) }),
});

/**
 * What makes tickets: an event severity (`event:critical`), one type of events, which goes before its severity
 * (`event-type:GNRL_EV_VIRUS_FOUND`), or a status condition at a level (`status:critical:activeThreats`).
 */
export const RuleReason = z
  .string()
  .regex(
    /^(event:(critical|functional-failure|warning)|event-type:[A-Za-z0-9_.-]{1,100}|status:(critical|warning):[A-Za-z]+)$/,
  );

/** Chosen values by field name; a required field without one keeps rules from being switched on. */
const ChosenFields = z.record(z.string(), z.string().nullable());

export const TicketRule = z
  .object({
    reason: RuleReason,
    title: z.string(),
    /** Off: no ticket. A rule for one type of events that is off says so even while the rule of its severity is on. */
    enabled: z.boolean(),
    fields: ChosenFields,
    dueHours: z.number().int().min(1).max(8760),
    /** Only events younger than this become tickets; null for statuses. */
    lifetimeDays: z.number().int().min(1).max(365).nullable(),
    /** Statuses only: close the ticket when the reason is gone. */
    autoClose: z.boolean().nullable(),
    /** Why the rule cannot work just now, or null. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'TicketRule' });
export type TicketRule = z.output<typeof TicketRule>;

const RuleInput = TicketRule.omit({ title: true, problem: true });

/** What all tickets of an integration have in common: ticket source, new status and closed status. */
export const TicketGeneral = z
  .object({
    fields: ChosenFields,
    /** Why no rule can work just now, or null. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'TicketGeneral' });
export type TicketGeneral = z.output<typeof TicketGeneral>;

export const TicketSettings = z
  .object({
    /** Grows with each save. A save that names an older one is refused. */
    revision: z.number().int(),
    savedBy: z.string().nullable(),
    savedAt: Moment.nullable(),
    general: TicketGeneral,
    items: z.array(TicketRule),
    templates: TicketTemplates,
    /** Where people reach this console, as the server's own settings say; what `templates.consoleUrl` stands in for. */
    publicUrl: z.string().nullable(),
    /** The same as it was before anybody touched it, so that it can be reset; missing while the PSA cannot be asked. */
    defaults: z.object({ general: TicketGeneral, items: z.array(TicketRule), templates: TicketTemplates }).optional(),
  })
  .meta({ id: 'TicketSettings' });
export type TicketSettings = z.output<typeof TicketSettings>;

export const listTicketRules = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/ticket-rules',
  tag,
  summary: 'The ticket settings with their defaults: what all tickets share, the rules, and the templates',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  reply: TicketSettings,
});

/**
 * What becomes of problems that are there already when a rule is switched on: no ticket until they were gone and came
 * back, one ticket per client that lists them, or a ticket for each.
 */
export const BacklogChoice = z.enum(['ignore', 'summary', 'all']);
export type BacklogChoice = z.output<typeof BacklogChoice>;

export const putTicketRules = endpoint({
  method: 'PUT',
  path: '/api/integrations/:integrationId/ticket-rules',
  tag,
  summary: 'Save ticket settings, all of what is sent or none; what is not sent stays as it is',
  needs: 'integrations:write',
  audit: 'ticket-rules.changed',
  params: integrationParams,
  body: z.object({
    /** The revision that the changes were made on; without it they go over whatever was saved since. */
    revision: z.number().int().optional(),
    general: TicketGeneral.omit({ problem: true }).optional(),
    rules: z.array(RuleInput).max(1000).optional(),
    /** Rules for types of events that are taken away; their severity's rule counts again. */
    removed: z.array(RuleReason).max(1000).optional(),
    templates: TicketTemplates.optional(),
    /** For the rules that this switches on. */
    backlog: BacklogChoice.default('all'),
  }),
  reply: TicketSettings,
});

export const BacklogLine = z.object({
  reason: RuleReason,
  title: z.string(),
  /** Tickets that it would open now. */
  tickets: z.number().int(),
  clients: z.number().int(),
});
export type BacklogLine = z.output<typeof BacklogLine>;

export const readTicketBacklog = endpoint({
  method: 'POST',
  path: '/api/integrations/:integrationId/ticket-rules/backlog',
  tag,
  summary: 'How many tickets rules would open for what is there already, if they were switched on now',
  needs: 'integrations:write',
  audit: {
    notAudited: 'counts what the Administration Servers show and keeps nothing; POST because the rules may be unsaved',
  },
  params: integrationParams,
  body: z.object({ switchedOn: z.array(RuleReason).min(1).max(1000) }),
  reply: z.object({
    items: z.array(BacklogLine),
    tickets: z.number().int(),
    /** Mapped clients that were asked. */
    clients: z.number().int(),
    /** Clients that could not be read, with why: what is there is not counted. */
    unread: z.array(z.object({ sourceId: Id, tenantName: z.string(), problem: z.string() })),
  }),
});
