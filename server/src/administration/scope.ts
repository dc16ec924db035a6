import type { Actor } from '../platform/http/index.ts';
import type { TenantScope } from './tenants/index.ts';

/** The tenants that a caller may see. */
export const scopeOf = (actor: Pick<Actor, 'tenantIds'>): TenantScope => actor.tenantIds ?? 'all';
