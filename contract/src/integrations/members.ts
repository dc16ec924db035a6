import { z } from 'zod';
import { Id } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { integrationParams, reads, tag } from './common.ts';

/** A tenant as the Integration Service names it: the source and the source's own key, a virtual server's number. */
export const SourceTenantRef = z.object({ sourceId: Id, sourceTenantId: z.string().min(1).max(100) });
export type SourceTenantRef = z.output<typeof SourceTenantRef>;

export const IntegrationTenant = SourceTenantRef.extend({
  sourceName: z.string(),
  sourceTenantName: z.string(),
  /** It belongs to this integration; otherwise it is free. Those of another integration are not listed. */
  isMember: z.boolean(),
  /** The account that it is mapped to, or null. Removing the tenant ends the mapping. */
  accountName: z.string().nullable(),
  /** The source named it at the last reading. */
  isListed: z.boolean(),
}).meta({ id: 'IntegrationTenant' });
export type IntegrationTenant = z.output<typeof IntegrationTenant>;

/** As many as one page and one change can hold. */
export const MOST_INTEGRATION_TENANTS = 5_000;

export const listIntegrationTenants = endpoint({
  method: 'GET',
  path: '/api/integrations/:integrationId/tenants',
  tag,
  summary: 'The virtual servers of this integration and those that are free, by a part of the name',
  needs: 'integrations:read',
  audit: reads,
  params: integrationParams,
  query: z.object({
    text: z.string().max(100).optional(),
    limit: z.coerce.number().int().min(1).max(MOST_INTEGRATION_TENANTS).default(500),
  }),
  reply: z.object({
    items: z.array(IntegrationTenant),
    /** That match `text`, listed here or not. */
    total: z.number().int(),
    /** In this integration, whatever their name. */
    members: z.number().int(),
    /** In other integrations, and so not offered. */
    elsewhere: z.number().int(),
  }),
});

export const putIntegrationTenants = endpoint({
  method: 'PUT',
  path: '/api/integrations/:integrationId/tenants',
  tag,
  summary: 'Add virtual servers to an integration and remove others; all of it or nothing',
  needs: 'integrations:write',
  audit: 'integration.tenants-changed',
  params: integrationParams,
  body: z.object({
    add: z.array(SourceTenantRef).max(MOST_INTEGRATION_TENANTS).default([]),
    remove: z.array(SourceTenantRef).max(MOST_INTEGRATION_TENANTS).default([]),
  }),
  reply: z.object({ added: z.number().int(), removed: z.number().int(), mappingsEnded: z.number().int() }),
});
