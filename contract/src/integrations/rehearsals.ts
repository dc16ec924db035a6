import { z } from 'zod';
import { Id, Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { integrationParams, reads, tag } from './common.ts';
import { GuardName } from './ticket-guards.ts';
import { RuleReason, TicketRule } from './ticket-rules.ts';

export const MOST_REHEARSED_DAYS = 30;

/** A rule as far as it decides; how its tickets look makes no difference to a rehearsal. */
export const RehearsedRule = TicketRule.pick({ reason: true, enabled: true, lifetimeDays: true, autoClose: true });
export type RehearsedRule = z.output<typeof RehearsedRule>;

export const RehearsalDecision = z.enum(['open', 'reopen', 'raise', 'close', 'note', 'wait', 'skip']);
export type RehearsalDecision = z.output<typeof RehearsalDecision>;

const counts = {
  /** Tickets that would have been opened, and those opened again. */
  opened: z.number().int(),
  raised: z.number().int(),
  closed: z.number().int(),
  /** What a noise guard would have held back. */
  held: z.number().int(),
};

/** What ticket rules would have done with what really happened. */
export const Rehearsal = z
  .object({
    id: Id,
    state: z.enum(['waiting', 'running', 'done', 'cancelled', 'failed']),
    startedBy: z.string(),
    startedAt: Moment,
    endedAt: Moment.nullable(),
    /** What the rules were tried on. */
    from: Moment,
    until: Moment,
    scope: z.enum(['mapped', 'all', 'chosen']),
    /** Unsaved rules were tried, on top of those saved. */
    isDraft: z.boolean(),
    /** Clients that were read, of those there are. */
    clientsDone: z.number().int(),
    clients: z.number().int(),
    /** Why it failed, or null. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'Rehearsal' });
export type Rehearsal = z.output<typeof Rehearsal>;

const path = '/api/integrations/:integrationId/rehearsals' as const;
const rehearsalParams = integrationParams.extend({ rehearsalId: Id });

export const startRehearsal = endpoint({
  method: 'POST',
  path,
  tag,
  summary: 'Try ticket rules, saved or not, on what happened in the last days; works in the background',
  needs: 'integrations:write',
  audit: {
    notAudited: 'looks at what happened and keeps the answer for a week; no ticket, no setting and no PSA is touched',
  },
  params: integrationParams,
  body: z.object({
    days: z.number().int().min(1).max(MOST_REHEARSED_DAYS),
    scope: z.enum(['mapped', 'all', 'chosen']).default('mapped'),
    /** With `chosen`: which clients. */
    tenants: z
      .array(z.object({ sourceId: Id, tenantId: z.string().min(1).max(100) }))
      .max(5_000)
      .default([]),
    /** Unsaved rules; those that are not named count as they are saved. */
    rules: z.array(RehearsedRule).max(1_000).default([]),
    /** Rules for types of events that the draft takes away. */
    removed: z.array(RuleReason).max(1_000).default([]),
  }),
  reply: Rehearsal,
});

export const listRehearsals = endpoint({
  method: 'GET',
  path,
  tag,
  summary: 'The rehearsals of the last week, the newest first',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  reply: z.object({ items: z.array(Rehearsal) }),
});

const RehearsalResult = z.object({
  rehearsal: Rehearsal,
  total: z.object(counts),
  /** Tickets that were really opened in that time, for the same clients. */
  reallyOpened: z.number().int(),
  /** Days in UTC as `2026-03-04`, without gaps. */
  days: z.array(z.object({ day: z.string(), ...counts, reallyOpened: z.number().int() })),
  /** By the rule that won. */
  rules: z.array(z.object({ reason: RuleReason, title: z.string(), ...counts })),
  clients: z.array(
    z.object({ sourceId: Id, tenantId: z.string(), tenantName: z.string(), ...counts, reallyOpened: z.number().int() }),
  ),
  /** What no event tells, so that it is not in the numbers. */
  unknown: z.object({
    /** Status events that do not name their conditions. */
    statusEvents: z.number().int(),
    /** Conditions that hold now, with a rule that is on, whose beginning no event told. */
    conditions: z.number().int(),
    /** Clients that could not be read, with why. */
    unread: z.array(z.object({ sourceId: Id, tenantName: z.string(), problem: z.string() })),
  }),
});
export type RehearsalResult = z.output<typeof RehearsalResult>;

export const getRehearsal = endpoint({
  method: 'GET',
  path: `${path}/:rehearsalId`,
  tag,
  summary: 'What the rules would have done, by day, rule and client, compared with what was really opened',
  needs: 'integrations:read',
  audit: reads,
  params: rehearsalParams,
  reply: RehearsalResult,
});

export const RehearsalLine = z
  .object({
    id: z.string(),
    at: Moment,
    decision: RehearsalDecision,
    /** The rule that won, or null when none counts any more. */
    rule: RuleReason.nullable(),
    sourceId: Id,
    tenantId: z.string(),
    tenantName: z.string(),
    deviceId: z.string().nullable(),
    deviceName: z.string(),
    /** Tickets of a client, counted from 1: lines of the same one belong together. */
    ticket: z.number().int().nullable(),
    guard: GuardName.nullable(),
    why: z.string(),
  })
  .meta({ id: 'RehearsalLine' });
export type RehearsalLine = z.output<typeof RehearsalLine>;

const lineFilter = { decision: RehearsalDecision.optional() };

export const listRehearsalLines = endpoint({
  method: 'GET',
  path: `${path}/:rehearsalId/lines`,
  tag,
  summary: 'Each decision of a rehearsal with its rule and its reason, client by client, in the order of time',
  needs: 'integrations:read',
  audit: reads,
  params: rehearsalParams,
  query: z.object({
    ...lineFilter,
    after: z
      .string()
      .regex(/^\d{1,15}$/, 'the "next" of the page before')
      .optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({ items: z.array(RehearsalLine), next: z.string().nullable() }),
});

export const exportRehearsalLines = endpoint({
  method: 'GET',
  path: `${path}/:rehearsalId/file`,
  tag,
  summary: 'The decisions of a rehearsal as CSV',
  needs: 'integrations:read',
  audit: reads,
  params: rehearsalParams,
  query: z.object(lineFilter),
  replyType: 'text/csv',
  reply: z.unknown(),
});

export const cancelRehearsal = endpoint({
  method: 'POST',
  path: `${path}/:rehearsalId/cancel`,
  tag,
  summary: 'Stop a rehearsal; what it found so far stays',
  needs: 'integrations:write',
  audit: { notAudited: 'ends a calculation that touches nothing; what it found so far is kept as it is' },
  params: rehearsalParams,
  reply: Rehearsal,
});
