import { z } from 'zod';
import { Done, Id, Moment } from '../common.ts';
import { endpoint } from '../endpoint.ts';

const tag = 'Tenants and groups';
export const TenantName = z.string().trim().min(1).max(128);

/** Devices by status; `notVisible` of them were not seen lately, whatever their status. */
export const StatusCounts = z.object({
  ok: z.number().int(),
  warning: z.number().int(),
  critical: z.number().int(),
  notVisible: z.number().int(),
  total: z.number().int(),
});
export type StatusCounts = z.output<typeof StatusCounts>;

export const Tenant = z
  .object({
    id: Id,
    name: z.string(),
    /** The number of the virtual server in the Open API (KLVSRV_ID); 0 is the main server itself. */
    virtualServerId: z.number().int(),
    createdAt: Moment,
    devices: StatusCounts,
  })
  .meta({ id: 'Tenant' });
export type Tenant = z.output<typeof Tenant>;

export const listTenants = endpoint({
  method: 'GET',
  path: '/api/tenants',
  tag,
  summary: 'Tenants (virtual servers) with their devices by status',
  needs: 'tenants:read',
  audit: { notAudited: 'reads only' },
  reply: z.object({ items: z.array(Tenant) }),
});

export const addTenant = endpoint({
  method: 'POST',
  path: '/api/tenants',
  tag,
  summary: 'Add a tenant: a virtual server with its own groups',
  needs: 'tenants:write',
  audit: 'tenant.added',
  body: z.object({ name: TenantName }),
  reply: Tenant,
});

export const renameTenant = endpoint({
  method: 'PATCH',
  path: '/api/tenants/:tenantId',
  tag,
  summary: 'Rename a tenant',
  needs: 'tenants:write',
  audit: 'tenant.renamed',
  params: z.object({ tenantId: Id }),
  body: z.object({ name: TenantName }),
  reply: Tenant,
});

export const deleteTenant = endpoint({
  method: 'DELETE',
  path: '/api/tenants/:tenantId',
  tag,
  summary: 'Delete a tenant that has no devices',
  needs: 'tenants:write',
  audit: 'tenant.deleted',
  params: z.object({ tenantId: Id }),
  reply: Done,
});

export const EnrolmentToken = z
  .object({
    id: Id,
    tenantId: Id,
    groupId: z.number().int(),
    groupName: z.string(),
    name: z.string(),
    createdAt: Moment,
    createdBy: z.string(),
    expiresAt: Moment.nullable(),
    /** Null: any number. */
    usesLeft: z.number().int().nullable(),
    lastUsedAt: Moment.nullable(),
  })
  .meta({ id: 'EnrolmentToken' });
export type EnrolmentToken = z.output<typeof EnrolmentToken>;

export const listEnrolmentTokens = endpoint({
  method: 'GET',
  path: '/api/tenants/:tenantId/enrolment-tokens',
  tag,
  summary: 'Tokens with which devices of a tenant can enrol, without their secrets',
  needs: 'devices:write',
  audit: { notAudited: 'reads only' },
  params: z.object({ tenantId: Id }),
  reply: z.object({ items: z.array(EnrolmentToken) }),
});

export const addEnrolmentToken = endpoint({
  method: 'POST',
  path: '/api/tenants/:tenantId/enrolment-tokens',
  tag,
  summary: 'Make an enrolment token; its secret is in this reply and never again',
  needs: 'devices:write',
  audit: 'enrolment-token.added',
  params: z.object({ tenantId: Id }),
  body: z.object({
    name: z.string().trim().min(1).max(100),
    /** Left out: the tenant's Managed devices. */
    groupId: z.number().int().optional(),
    expiresInDays: z.number().int().min(1).max(3650).nullable().default(30),
    uses: z.number().int().min(1).max(1_000_000).nullable().default(null),
  }),
  reply: EnrolmentToken.extend({ secret: z.string() }),
});

export const revokeEnrolmentToken = endpoint({
  method: 'DELETE',
  path: '/api/tenants/:tenantId/enrolment-tokens/:tokenId',
  tag,
  summary: 'Revoke an enrolment token; devices that used it stay enrolled',
  needs: 'devices:write',
  audit: 'enrolment-token.revoked',
  params: z.object({ tenantId: Id, tokenId: Id }),
  reply: Done,
});
