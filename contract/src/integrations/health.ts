import { z } from 'zod';
import { Id, Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { reads, tag } from './common.ts';
import { IntegrationState } from './integrations.ts';

/** How one connection of the Integration Service does: to an Administration Server or to a PSA. */
export const ConnectionHealth = z
  .object({
    kind: z.enum(['source', 'integration']),
    id: Id,
    name: z.string(),
    state: IntegrationState,
    lastSuccessAt: Moment.nullable(),
    /** How far behind: since the last reading of a source, or the age of the oldest order to a PSA. Null: not known. */
    lagSeconds: z.number().int().nullable(),
    /** The last failure, in the words of the other side. */
    problem: z.object({ code: z.string(), message: z.string(), at: Moment }).nullable(),
    failingSince: Moment.nullable(),
    /** Nothing is tried before; null: at the next round, or when a person has acted. */
    nextTryAt: Moment.nullable(),
    /** An alarm stands since. */
    alarmSince: Moment.nullable(),
    /** What waits to be told to a PSA. */
    queue: z.object({ waiting: z.number().int(), oldestAt: Moment.nullable() }).nullable(),
    /** Requests of the last hour against what the PSA allows. */
    usage: z
      .object({
        /** By all programs of the PSA's database together, as it told last. */
        used: z.number().int(),
        threshold: z.number().int(),
        toldAt: Moment.nullable(),
        /** Ours, and how many we allow ourselves. */
        own: z.number().int(),
        ownCap: z.number().int(),
      })
      .nullable(),
  })
  .meta({ id: 'ConnectionHealth' });
export type ConnectionHealth = z.output<typeof ConnectionHealth>;

/** A connection was down for too long. */
export const HealthAlarm = z
  .object({
    id: Id,
    kind: z.enum(['source', 'integration']),
    subjectId: Id,
    name: z.string(),
    problem: z.object({ code: z.string(), message: z.string() }),
    failingSince: Moment,
    raisedAt: Moment,
    /** Null: it still stands. */
    clearedAt: Moment.nullable(),
    /** The ticket to the MSP itself; null: none was wanted. */
    ticket: z
      .object({
        state: z.enum(['opening', 'open', 'closing', 'closed', 'failed']),
        number: z.string().nullable(),
        url: z.string().nullable(),
        problem: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'HealthAlarm' });
export type HealthAlarm = z.output<typeof HealthAlarm>;

export const HealthSettings = z.object({
  /** A connection that is down for longer raises an alarm. */
  alarmAfterMinutes: z
    .int('A whole number of minutes')
    .min(1, 'At least 1 minute')
    .max(10_080, 'At most 10080 minutes, a week'),
  /** An alarm also opens a ticket to the MSP itself, and its end closes it; null: no ticket. */
  ticket: z.object({ integrationId: Id, accountId: z.string().min(1, 'Choose an account').max(100) }).nullable(),
});
export type HealthSettings = z.output<typeof HealthSettings>;

const KnownHealthSettings = HealthSettings.extend({
  /** Name of the ticket's account when it was chosen. */
  accountName: z.string().nullable(),
});

export const getIntegrationHealth = endpoint({
  method: 'GET',
  path: '/api/integrations/health',
  tag,
  summary: 'How each connection does: last success, lag, failure, next try, queue and calls used; with its alarms',
  needs: 'integrations:read',
  audit: reads,
  reply: z.object({
    at: Moment,
    items: z.array(ConnectionHealth),
    /** The newest first; those that stand are among them. */
    alarms: z.array(HealthAlarm),
    settings: KnownHealthSettings,
  }),
});

export const putHealthSettings = endpoint({
  method: 'PUT',
  path: '/api/integrations/health/settings',
  tag,
  summary: 'When a broken connection raises an alarm, and whether it opens a ticket to the MSP itself',
  needs: 'integrations:write',
  audit: 'integration-health.changed',
  body: HealthSettings,
  reply: KnownHealthSettings,
});
