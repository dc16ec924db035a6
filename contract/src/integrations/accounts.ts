import { z } from 'zod';
import { Id } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { integrationParams, reads, tag } from './common.ts';

export const PsaAccount = z
  .object({ id: z.string(), name: z.string(), active: z.boolean() })
  .meta({ id: 'PsaAccount' });
export type PsaAccount = z.output<typeof PsaAccount>;

export const listPsaAccounts = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/accounts',
  tag,
  summary: "The PSA's accounts (companies), by a part of the name",
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  query: z.object({
    text: z.string().max(100).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  reply: z.object({ items: z.array(PsaAccount) }),
});

export const AccountMapping = z
  .object({
    /** Id of the source, the Administration Server's connection. */
    sourceId: Id,
    sourceName: z.string(),
    /** The tenant by the source's own key, a virtual server's number. */
    sourceTenantId: z.string(),
    sourceTenantName: z.string(),
    /** Null: not integrated. */
    account: PsaAccount.nullable(),
    /** What holds it up, in words, or null. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'AccountMapping' });
export type AccountMapping = z.output<typeof AccountMapping>;

export const listMappings = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/mappings',
  tag,
  summary: 'Every tenant that the sources know, with the account it is mapped to',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  reply: z.object({ items: z.array(AccountMapping) }),
});

export const putMapping = endpoint({
  method: 'PUT',
  path: '/api/integrations/:integrationId/mappings/:sourceId/:sourceTenantId',
  tag,
  summary: 'Map a tenant to an account, or with null end the mapping; one to one',
  needs: 'integrations:write',
  audit: 'mapping.changed',
  params: integrationParams.extend({ sourceId: Id, sourceTenantId: z.string().max(100) }),
  body: z.object({ accountId: z.string().max(100).nullable() }),
  reply: z.object({ items: z.array(AccountMapping) }),
});
