import { z } from 'zod';
import { Done, Id, Moment, pageOf, paging } from '../common.ts';
import { endpoint } from '../endpoint.ts';
import { permissions, roleNames } from './permissions.ts';

const tag = 'Accounts';

export const RoleName = z.enum(roleNames);
export const UserName = z
  .string()
  .trim()
  .min(2)
  .max(64)
  .regex(/^[\p{L}\p{N}._@+-]+$/u, 'Letters, digits and . _ @ + - only');
/** At least 12 characters; length beats rules about kinds of characters. */
export const NewPassword = z.string().min(12, 'At least 12 characters').max(200);

export const User = z
  .object({
    id: Id,
    name: z.string(),
    role: RoleName,
    /** Null: all tenants. */
    tenantIds: z.array(Id).nullable(),
    disabled: z.boolean(),
    createdAt: Moment,
    lastSignedInAt: Moment.nullable(),
  })
  .meta({ id: 'User' });
export type User = z.output<typeof User>;

export const Me = z
  .object({
    id: Id,
    name: z.string(),
    role: RoleName,
    tenantIds: z.array(Id).nullable(),
    permissions: z.array(z.enum(permissions)),
    /** Send it back as the header `x-csrf-token` with every writing call of this session; null for API tokens. */
    csrfToken: z.string().nullable(),
  })
  .meta({ id: 'Me' });
export type Me = z.output<typeof Me>;

export const getSetupState = endpoint({
  method: 'GET',
  path: '/api/setup',
  tag,
  summary: 'Whether the first administrator still has to be made',
  needs: { public: 'asked before anybody can sign in' },
  audit: { notAudited: 'reads only' },
  reply: z.object({ needed: z.boolean() }),
});

export const setUp = endpoint({
  method: 'POST',
  path: '/api/setup',
  tag,
  summary: 'Make the first administrator with the one-time set-up token and sign in',
  needs: { public: 'holds the one-time token' },
  audit: 'setup.completed',
  body: z.object({ token: z.string().min(1).max(200), name: UserName, password: NewPassword }),
  reply: Me,
});

export const signIn = endpoint({
  method: 'POST',
  path: '/api/session',
  tag,
  summary: 'Sign in with name and password; sets the session cookie',
  needs: { public: 'this is how somebody becomes known' },
  audit: 'session.started',
  body: z.object({ name: z.string().min(1).max(200), password: z.string().min(1).max(200) }),
  reply: Me,
});

export const getSession = endpoint({
  method: 'GET',
  path: '/api/session',
  tag,
  summary: 'Who is signed in, with the rights',
  needs: 'signed-in',
  audit: { notAudited: 'reads only' },
  reply: Me,
});

export const signOut = endpoint({
  method: 'DELETE',
  path: '/api/session',
  tag,
  summary: 'Sign out; ends the session',
  needs: 'signed-in',
  audit: 'session.ended',
  reply: Done,
});

export const changeOwnPassword = endpoint({
  method: 'POST',
  path: '/api/session/password',
  tag,
  summary: "Change one's own password; ends all other sessions of the user",
  needs: 'signed-in',
  audit: 'user.password-changed',
  body: z.object({ oldPassword: z.string().min(1).max(200), newPassword: NewPassword }),
  reply: Done,
});

export const listUsers = endpoint({
  method: 'GET',
  path: '/api/users',
  tag,
  summary: 'All users',
  needs: 'users:read',
  audit: { notAudited: 'reads only' },
  reply: z.object({ items: z.array(User) }),
});

export const addUser = endpoint({
  method: 'POST',
  path: '/api/users',
  tag,
  summary: 'Add a user',
  needs: 'users:write',
  audit: 'user.added',
  body: z.object({
    name: UserName,
    password: NewPassword,
    role: RoleName,
    tenantIds: z.array(Id).max(10_000).nullable().default(null),
  }),
  reply: User,
});

export const changeUser = endpoint({
  method: 'PATCH',
  path: '/api/users/:userId',
  tag,
  summary: 'Change role, tenants, password or whether the user is disabled',
  needs: 'users:write',
  audit: 'user.changed',
  params: z.object({ userId: Id }),
  body: z
    .object({
      role: RoleName,
      tenantIds: z.array(Id).max(10_000).nullable(),
      disabled: z.boolean(),
      password: NewPassword,
    })
    .partial(),
  reply: User,
});

export const ApiToken = z
  .object({
    id: Id,
    name: z.string(),
    role: RoleName,
    tenantIds: z.array(Id).nullable(),
    createdAt: Moment,
    createdBy: z.string(),
    expiresAt: Moment.nullable(),
    lastUsedAt: Moment.nullable(),
  })
  .meta({ id: 'ApiToken' });
export type ApiToken = z.output<typeof ApiToken>;

export const listApiTokens = endpoint({
  method: 'GET',
  path: '/api/api-tokens',
  tag,
  summary: 'API tokens, without their secrets',
  needs: 'users:read',
  audit: { notAudited: 'reads only' },
  reply: z.object({ items: z.array(ApiToken) }),
});

export const addApiToken = endpoint({
  method: 'POST',
  path: '/api/api-tokens',
  tag,
  summary: 'Make an API token; its secret is in this reply and never again',
  needs: 'users:write',
  audit: 'api-token.added',
  body: z.object({
    name: z.string().trim().min(1).max(100),
    role: RoleName,
    tenantIds: z.array(Id).max(10_000).nullable().default(null),
    expiresInDays: z.number().int().min(1).max(3650).nullable().default(365),
  }),
  reply: ApiToken.extend({ secret: z.string() }),
});

export const revokeApiToken = endpoint({
  method: 'DELETE',
  path: '/api/api-tokens/:tokenId',
  tag,
  summary: 'Revoke an API token at once',
  needs: 'users:write',
  audit: 'api-token.revoked',
  params: z.object({ tokenId: Id }),
  reply: Done,
});

export const AuditLine = z
  .object({
    id: z.number().int(),
    at: Moment,
    /** Who: a user's or token's name, `agent` with the device's id, or `gatehouse` for what the server did by itself. */
    actor: z.string(),
    actorKind: z.enum(['user', 'api-token', 'agent', 'server', 'anonymous']),
    /** What, as `ticket-rule.changed`. */
    action: z.string(),
    /** To which thing: a path such as `/api/users/…`. */
    target: z.string(),
    tenantId: Id.nullable(),
    /** From where: the caller's address. */
    address: z.string().nullable(),
    outcome: z.enum(['done', 'refused', 'failed']),
    before: z.unknown().nullable(),
    after: z.unknown().nullable(),
    requestId: z.string().nullable(),
  })
  .meta({ id: 'AuditLine' });
export type AuditLine = z.output<typeof AuditLine>;

export const listAudit = endpoint({
  method: 'GET',
  path: '/api/audit',
  tag: 'Audit',
  summary: 'Audit lines, newest first',
  needs: 'audit:read',
  audit: { notAudited: 'reads only' },
  query: z.object({ ...paging(), action: z.string().max(100).optional(), actor: z.string().max(100).optional() }),
  reply: pageOf(AuditLine),
});
