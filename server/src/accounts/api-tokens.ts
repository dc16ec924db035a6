import type { ApiToken, Role } from '@gatehouse/contract';
import { type Clock, DAY_MS, MINUTE_MS } from '../platform/clock/index.ts';
import { NotFound, NotSignedIn } from '../platform/errors/index.ts';
import type { Actor, Authenticator } from '../platform/http/index.ts';
import { hashOf, newId, randomSecret } from '../platform/ids/index.ts';
import { actorOf, shownToken } from './actors.ts';
import { isWithin, requireNoMoreThanOwn } from './limits.ts';
import type { AccountStore } from './store.ts';

/** Tells our tokens from other bearers, and lets scanners of source code find one that was published by mistake. */
const PREFIX = 'gh_';

export interface NewApiToken {
  name: string;
  role: Role;
  tenantIds: string[] | null;
  expiresInDays: number | null;
}

export const apiTokens = (store: AccountStore, now: Clock) => ({
  list: async (actor: Actor): Promise<ApiToken[]> =>
    (await store.apiTokens()).filter(({ tenant_ids }) => isWithin(actor, tenant_ids)).map(shownToken),

  /** The secret is in this answer and nowhere else. @throws Forbidden */
  add: async (
    actor: Actor,
    { name, role, tenantIds, expiresInDays }: NewApiToken,
  ): Promise<ApiToken & { secret: string }> => {
    requireNoMoreThanOwn(actor, role, tenantIds);
    const secret = PREFIX + randomSecret();
    const at = now();
    const row = {
      id: newId(at),
      name,
      secret_hash: hashOf(secret),
      role,
      tenant_ids: tenantIds,
      created_at: at,
      created_by: actor.name,
      expires_at: expiresInDays === null ? null : new Date(at.getTime() + expiresInDays * DAY_MS),
      last_used_at: null,
    };
    await store.addApiToken(row);
    return { ...shownToken(row), secret };
  },

  /** @throws NotFound */
  revoke: async (actor: Actor, id: string): Promise<ApiToken> => {
    const token = await store.apiTokenById(id);
    if (!token || !isWithin(actor, token.tenant_ids)) throw new NotFound('api token', id);
    await store.deleteApiToken(id);
    return shownToken(token);
  },

  authenticator: {
    name: 'API token',
    authenticate: async ({ bearer }): Promise<Actor | null> => {
      if (!bearer?.startsWith(PREFIX)) return null;
      const token = await store.apiTokenBySecret(hashOf(bearer));
      const at = now();
      if (!token || (token.expires_at && token.expires_at <= at)) {
        throw new NotSignedIn('The API token is unknown, revoked or expired', 'api-token.not-valid');
      }
      if (!token.last_used_at || at.getTime() - token.last_used_at.getTime() >= MINUTE_MS) {
        await store.touchApiToken(token.id, at);
      }
      return actorOf('api-token', token);
    },
  } satisfies Authenticator,
});
