import { z } from 'zod';
import { Id, Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { integrationParams, reads, tag } from './common.ts';
import { RehearsalDecision, RehearsalLine } from './rehearsals.ts';
import { BacklogChoice, RuleReason, TicketRule } from './ticket-rules.ts';

/** A run ends by itself after this long; its log is kept as long again. */
export const SHADOW_RUN_DAYS = 30;

/** A second set of ticket rules, deciding on the same readings as the real ones without opening any ticket. */
export const ShadowRun = z
  .object({
    id: Id,
    state: z.enum(['running', 'stopped', 'ended', 'made-real', 'failed']),
    startedBy: z.string(),
    startedAt: Moment,
    /** When it ends by itself. */
    endsAt: Moment,
    endedAt: Moment.nullable(),
    endedBy: z.string().nullable(),
    /** Why it failed, or null. */
    problem: z.string().nullable(),
    /** Rules that differ from those saved when it began. */
    changedRules: z.array(TicketRule.omit({ problem: true })),
    /** Rules for types of events that it does without. */
    removed: z.array(RuleReason),
    /** The real rules are no longer those that it was started from, so it cannot be made real. */
    isOvertaken: z.boolean(),
    /** Clients that were read since it began. */
    clients: z.number().int(),
  })
  .meta({ id: 'ShadowRun' });
export type ShadowRun = z.output<typeof ShadowRun>;

const both = z.object({ shadow: z.number().int(), real: z.number().int() });

export const ShadowComparison = z
  .object({
    /** The one that runs, or the last one while its log is kept. */
    run: ShadowRun.nullable(),
    opened: both,
    closed: both,
    /** Of those that the shadow run opened or took over at its start. */
    openNow: both,
    /** Days in UTC as `2026-03-04`, without gaps. */
    days: z.array(z.object({ day: z.string(), opened: both, closed: both })),
    /** By the rule that won on each side. */
    rules: z.array(z.object({ reason: RuleReason, title: z.string(), opened: both, closed: both })),
    /** What the log says that was held back, by the shadow rules. */
    held: z.number().int(),
  })
  .meta({ id: 'ShadowComparison' });
export type ShadowComparison = z.output<typeof ShadowComparison>;

const path = '/api/integrations/:integrationId/shadow-run' as const;

export const getShadowRun = endpoint({
  method: 'GET',
  path,
  tag,
  summary: 'The rules that run beside the real ones, compared with them by day and rule',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  reply: ShadowComparison,
});

export const startShadowRun = endpoint({
  method: 'POST',
  path,
  tag,
  summary: 'Let ticket rules, saved or not, decide beside the real ones; no PSA hears of it',
  needs: 'integrations:write',
  audit: 'shadow-run.started',
  params: integrationParams,
  body: z.object({
    /** The revision of the ticket settings that the changes were made on. */
    revision: z.number().int(),
    /** Unsaved rules; those that are not named count as they are saved. */
    rules: z
      .array(TicketRule.omit({ title: true, problem: true }))
      .max(1_000)
      .default([]),
    /** Rules for types of events that the draft takes away. */
    removed: z.array(RuleReason).max(1_000).default([]),
  }),
  reply: ShadowRun,
});

export const stopShadowRun = endpoint({
  method: 'POST',
  path: `${path}/stop`,
  tag,
  summary: 'End a shadow run; its log stays until the next one starts, or 30 days',
  needs: 'integrations:write',
  audit: 'shadow-run.stopped',
  params: integrationParams,
  reply: ShadowRun,
});

export const makeShadowRunReal = endpoint({
  method: 'POST',
  path: `${path}/make-real`,
  tag,
  summary: 'Save the rules of a shadow run as the ticket rules, checked like any save, and end the run',
  needs: 'integrations:write',
  audit: 'ticket-rules.changed',
  params: integrationParams,
  /** For the rules that this switches on. */
  body: z.object({ backlog: BacklogChoice.default('all') }),
  reply: ShadowRun,
});

const limit = z.coerce.number().int().min(1).max(200).default(50);

export const listShadowLines = endpoint({
  method: 'GET',
  path: `${path}/lines`,
  tag,
  summary: 'Each decision of a shadow run with its rule and its reason, the newest first',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  query: z.object({
    decision: RehearsalDecision.optional(),
    after: z
      .string()
      .regex(/^\d{1,15}$/, 'the "next" of the page before')
      .optional(),
    limit,
  }),
  reply: z.object({ items: z.array(RehearsalLine), next: z.string().nullable() }),
});

const Side = z.object({
  openedAt: Moment,
  closedAt: Moment.nullable(),
  why: z.string(),
  /** Chosen values by field name. */
  fields: z.record(z.string(), z.string().nullable()),
});

export const ShadowDifferenceKind = z.enum(['only-shadow', 'only-real', 'other-fields']);
export type ShadowDifferenceKind = z.output<typeof ShadowDifferenceKind>;

export const ShadowDifference = z
  .object({
    id: z.string(),
    kind: ShadowDifferenceKind,
    /** When the ticket was opened, or would have been. */
    at: Moment,
    tenantName: z.string(),
    deviceId: z.string().nullable(),
    deviceName: z.string(),
    /** The rule that won: the shadow's, or the real one for `only-real`. */
    rule: RuleReason.nullable(),
    shadow: Side.nullable(),
    real: Side.extend({ psaTicketNumber: z.string().nullable(), psaUrl: z.string().nullable() }).nullable(),
    /** Names of the fields that differ. */
    fields: z.array(z.string()),
    /** Why the other side has no such ticket; empty for `other-fields`. */
    because: z.string(),
  })
  .meta({ id: 'ShadowDifference' });
export type ShadowDifference = z.output<typeof ShadowDifference>;

export const listShadowDifferences = endpoint({
  method: 'GET',
  path: `${path}/differences`,
  tag,
  summary: 'Tickets that only one side has, or both with other choices, with the reasons; the newest first',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  query: z.object({
    kind: ShadowDifferenceKind.optional(),
    after: z
      .string()
      .regex(/^\d{4}-[0-9T:.-]{15,25}Z_[a-z0-9-]{1,80}$/, 'the "next" of the page before')
      .optional(),
    limit,
  }),
  reply: z.object({ items: z.array(ShadowDifference), next: z.string().nullable() }),
});
