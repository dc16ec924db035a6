import { z } from 'zod';
import { Id, Moment, oneOrMore, pageOf, paging, SeverityName } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { reads, tag } from './common.ts';
import { GuardName } from './ticket-guards.ts';

export const Ticket = z
  .object({
    id: Id,
    integrationId: Id,
    reason: z.string(),
    title: z.string(),
    tenantName: z.string(),
    accountName: z.string(),
    deviceId: z.string().nullable(),
    deviceName: z.string(),
    state: z.enum(['opening', 'open', 'closing', 'closed', 'failed']),
    psaTicketId: z.string().nullable(),
    psaTicketNumber: z.string().nullable(),
    psaUrl: z.string().nullable(),
    openedAt: Moment,
    closedAt: Moment.nullable(),
    /** Why it is not further, in words, or null. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'Ticket' });
export type Ticket = z.output<typeof Ticket>;

export const listTickets = endpoint({
  method: 'GET',
  path: '/api/tickets',
  tag,
  summary: 'Tickets that Gatehouse opened, newest first',
  needs: 'tickets:read',
  audit: reads,
  query: z.object({
    ...paging(),
    integrationId: Id.optional(),
    deviceId: z.string().max(100).optional(),
    state: oneOrMore(z.enum(['opening', 'open', 'closing', 'closed', 'failed'])).optional(),
  }),
  reply: pageOf(Ticket),
});

export const Decision = z
  .object({
    id: z.string(),
    at: Moment,
    integrationId: Id.nullable(),
    /** What was decided: opened, closed, left alone and why, raised, put off, failed. */
    decision: z.enum(['open', 'close', 'skip', 'raise', 'wait', 'fail', 'note']),
    reason: z.string(),
    tenantName: z.string(),
    deviceId: z.string().nullable(),
    deviceName: z.string(),
    ticketId: Id.nullable(),
    psaTicketNumber: z.string().nullable(),
    psaUrl: z.string().nullable(),
    /** In words: why, and what the PSA answered. */
    explanation: z.string(),
    severity: SeverityName.nullable(),
    /** The noise guard that held something back, or null. */
    guard: GuardName.nullable().optional(),
  })
  .meta({ id: 'Decision' });
export type Decision = z.output<typeof Decision>;

export const listDecisions = endpoint({
  method: 'GET',
  path: '/api/decisions',
  tag,
  summary: 'The decision log, newest first: what was decided, why, and what the PSA answered',
  needs: 'integrations:read',
  audit: reads,
  query: z.object({
    ...paging(),
    integrationId: Id.optional(),
    deviceId: z.string().max(100).optional(),
    ticketId: Id.optional(),
    decision: oneOrMore(z.enum(['open', 'close', 'skip', 'raise', 'wait', 'fail', 'note'])).optional(),
    guard: oneOrMore(GuardName).optional(),
  }),
  reply: pageOf(Decision),
});
