import { z } from 'zod';
import { Done, Id, Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { integrationParams, reads, tag } from './common.ts';

export const IntegrationState = z.enum(['working', 'waiting', 'failing', 'stopped', 'off']);

/** One connection to a PSA. Secrets are written, never read. */
export const Integration = z
  .object({
    id: Id,
    /** Which PSA, as `autotask`. */
    kind: z.string(),
    name: z.string(),
    enabled: z.boolean(),
    /** Settings as the connector's schema says; secrets are left out, `secretsSet` names those that have a value. */
    settings: z.record(z.string(), z.unknown()),
    secretsSet: z.array(z.string()),
    state: IntegrationState,
    /** The last failure in words with what to do, or null. */
    problem: z.object({ code: z.string(), message: z.string(), at: Moment }).nullable(),
    /** When the failures that last until now began; null when all is well. */
    failingSince: Moment.nullable(),
    /** A call went well then, to the minute. */
    lastSuccessAt: Moment.nullable(),
    /** Nothing is sent before; null: at once, or in state `stopped` when a person has acted. */
    nextTryAt: Moment.nullable(),
    createdAt: Moment,
  })
  .meta({ id: 'Integration' });
export type Integration = z.output<typeof Integration>;

/** A setting of a connector, so that the console can draw its form. */
export const SettingField = z.object({
  name: z.string(),
  title: z.string(),
  help: z.string(),
  kind: z.enum(['text', 'url', 'secret', 'flag', 'number']),
  required: z.boolean(),
});
export type SettingField = z.output<typeof SettingField>;

export const listPsaKinds = endpoint({
  method: 'GET',
  path: '/api/integrations/kinds',
  tag,
  summary: 'The PSAs that Gatehouse can write to, with their settings',
  needs: 'integrations:read',
  audit: reads,
  reply: z.object({ items: z.array(z.object({ kind: z.string(), title: z.string(), fields: z.array(SettingField) })) }),
});

export const listIntegrations = endpoint({
  method: 'GET',
  path: '/api/integrations',
  tag,
  summary: 'All integrations with a PSA',
  needs: 'integrations:read',
  audit: reads,
  reply: z.object({ items: z.array(Integration) }),
});

const IntegrationName = z.string().trim().min(1).max(100);

export const addIntegration = endpoint({
  method: 'POST',
  path: '/api/integrations',
  tag,
  summary: 'Connect a PSA; the connection and its rights are tried before anything is saved',
  needs: 'integrations:write',
  audit: 'integration.added',
  body: z.object({
    kind: z.string().max(40),
    /** Left out: "Integration with" the PSA's name, as "Integration with Autotask". */
    name: IntegrationName.optional(),
    settings: z.record(z.string(), z.unknown()),
  }),
  reply: Integration,
});

export const changeIntegration = endpoint({
  method: 'PATCH',
  path: '/api/integrations/:integrationId',
  tag,
  summary:
    'Change name, settings or whether it is on; a secret that is left out keeps its value, null takes a setting back',
  needs: 'integrations:write',
  audit: 'integration.changed',
  params: integrationParams,
  body: z
    .object({ name: IntegrationName, enabled: z.boolean(), settings: z.record(z.string(), z.unknown()) })
    .partial(),
  reply: Integration,
});

export const deleteIntegration = endpoint({
  method: 'DELETE',
  path: '/api/integrations/:integrationId',
  tag,
  summary: 'Remove an integration; nothing is deleted in the PSA',
  needs: 'integrations:write',
  audit: 'integration.deleted',
  params: integrationParams,
  reply: Done,
});

export const testIntegration = endpoint({
  method: 'POST',
  path: '/api/integrations/:integrationId/test',
  tag,
  summary: 'Try the connection and list what is missing',
  needs: 'integrations:write',
  audit: { notAudited: 'it asks the PSA with the saved settings; nothing is saved, and a success only ends a stop' },
  params: integrationParams,
  reply: z.object({
    ok: z.boolean(),
    steps: z.array(z.object({ step: z.string(), ok: z.boolean(), message: z.string() })),
  }),
});
