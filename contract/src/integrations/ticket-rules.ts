import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { integrationParams, reads, tag } from './common.ts';

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
 * What makes tickets: an event severity (`event:critical`), or a status condition at a level
 * (`status:critical:activeThreats`).
 */
export const RuleReason = z
  .string()
  .regex(/^(event:(critical|functional-failure|warning)|status:(critical|warning):[A-Za-z]+)$/);

export const TicketRule = z
  .object({
    reason: RuleReason,
    title: z.string(),
    enabled: z.boolean(),
    /** Chosen values by field name; a required field without one keeps the rule from being switched on. */
    fields: z.record(z.string(), z.string().nullable()),
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

export const listTicketRules = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/ticket-rules',
  tag,
  summary: 'The ticket rules with their defaults: per event severity, per status condition and level',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  reply: z.object({
    items: z.array(TicketRule),
    /** The same rules as they were before anybody touched them, so that they can be reset. */
    defaults: z.array(TicketRule).optional(),
  }),
});

export const putTicketRules = endpoint({
  method: 'PUT',
  path: '/api/integrations/:integrationId/ticket-rules',
  tag,
  summary: 'Save several ticket rules at once: all or none',
  needs: 'integrations:write',
  audit: 'ticket-rules.changed',
  params: integrationParams,
  body: z.object({
    rules: z
      .array(TicketRule.omit({ title: true, problem: true }))
      .min(1)
      .max(200),
  }),
  reply: z.object({ items: z.array(TicketRule) }),
});
