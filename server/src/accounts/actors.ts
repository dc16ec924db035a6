import { type ApiToken, type Me, type Role, roles, type User } from '@gatehouse/contract';
import type { Actor } from '../platform/http/index.ts';
import type { Account, ApiTokenRow } from './store.ts';

const permissionsOf = (role: Role): ReadonlySet<string> => new Set(roles[role].permissions);

interface Known {
  id: string;
  name: string;
  role: Role;
  tenant_ids: string[] | null;
}

export const actorOf = (
  kind: 'user' | 'api-token',
  { id, name, role, tenant_ids }: Known,
  session?: Actor['session'],
): Actor => ({ kind, id, name, role, permissions: permissionsOf(role), tenantIds: tenant_ids, session });

export const shownUser = (account: Account): User => ({
  id: account.id,
  name: account.name,
  role: account.role,
  tenantIds: account.tenant_ids,
  disabled: account.disabled,
  createdAt: account.created_at.toISOString(),
  lastSignedInAt: account.last_signed_in_at?.toISOString() ?? null,
});

export const shownToken = (token: ApiTokenRow): ApiToken => ({
  id: token.id,
  name: token.name,
  role: token.role,
  tenantIds: token.tenant_ids,
  createdAt: token.created_at.toISOString(),
  createdBy: token.created_by,
  expiresAt: token.expires_at?.toISOString() ?? null,
  lastUsedAt: token.last_used_at?.toISOString() ?? null,
});

export const shownMe = ({ id, name, role, tenant_ids }: Known, csrfToken: string | null): Me => ({
  id,
  name,
  role,
  tenantIds: tenant_ids,
  permissions: [...roles[role].permissions],
  csrfToken,
});
