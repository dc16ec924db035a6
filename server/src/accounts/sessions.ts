import { type Clock, HOUR_MS, MINUTE_MS } from '../platform/clock/index.ts';
import { NotSignedIn } from '../platform/errors/index.ts';
import type { Actor, Authenticator } from '../platform/http/index.ts';
import { hashOf, randomSecret } from '../platform/ids/index.ts';
import { actorOf } from './actors.ts';
import type { AccountQueries, AccountStore } from './store.ts';

export const SESSION_COOKIE = 'gatehouse_session';

export interface SessionLimits {
  idleMinutes: number;
  absoluteHours: number;
}

/** What a browser gets: `secret` in its cookie, `csrfToken` for its pages. */
export interface NewSession {
  secret: string;
  csrfToken: string;
}

/** Whether a session is over, by being left alone or by its age. */
export const isOver = (
  { created_at, last_used_at }: { created_at: Date; last_used_at: Date },
  { idleMinutes, absoluteHours }: SessionLimits,
  now: Date,
): boolean =>
  now.getTime() - last_used_at.getTime() >= idleMinutes * MINUTE_MS ||
  now.getTime() - created_at.getTime() >= absoluteHours * HOUR_MS;

export const sessions = (store: AccountStore, limits: SessionLimits, now: Clock) => {
  // One write a minute keeps a session alive; one per call would make every read a write.
  const touchAfterMs = Math.min(MINUTE_MS, (limits.idleMinutes * MINUTE_MS) / 4);

  return {
    /** Always a new secret, never one that the browser brought: a planted cookie must not become somebody's session. */
    begin: async (
      accountId: string,
      oldSecret: string | undefined,
      queries: AccountQueries = store,
    ): Promise<NewSession> => {
      if (oldSecret) await queries.endSession(hashOf(oldSecret));
      const secret = randomSecret();
      const csrfToken = randomSecret();
      const at = now();
      await queries.addSession({
        id_hash: hashOf(secret),
        account_id: accountId,
        csrf_token: csrfToken,
        created_at: at,
        last_used_at: at,
      });
      await queries.markSignedIn(accountId, at);
      return { secret, csrfToken };
    },

    /** Gives a running session a new secret; its pages keep their csrf token. */
    rotate: async (sessionId: string): Promise<string> => {
      const secret = randomSecret();
      await store.renameSession(sessionId, hashOf(secret));
      return secret;
    },

    authenticator: {
      name: 'session cookie',
      authenticate: async ({ bearer, cookies }): Promise<Actor | null> => {
        const secret = cookies[SESSION_COOKIE];
        if (bearer !== null || !secret) return null;
        const idHash = hashOf(secret);
        const session = await store.sessionOf(idHash);
        if (!session || session.disabled || isOver(session, limits, now())) {
          throw new NotSignedIn('The session has ended; sign in again', 'session.ended');
        }
        const at = now();
        if (at.getTime() - session.last_used_at.getTime() >= touchAfterMs) await store.touchSession(idHash, at);
        return actorOf('user', session, { id: idHash, csrfToken: session.csrf_token });
      },
    } satisfies Authenticator,
  };
};
