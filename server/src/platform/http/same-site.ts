import type { IncomingHttpHeaders } from 'node:http';
import { Forbidden } from '../errors/index.ts';
import { isSame } from '../ids/index.ts';
import type { Actor } from './actor.ts';

const isReading = (method: string) => method === 'GET' || method === 'HEAD';

/**
 * Refuses a writing call that a browser makes for a page of another site. Programs send neither header and pass: what
 * they cannot have is a browser's cookie.
 *
 * @param ownOrigins as `https://gatehouse.example`, beside the host that the call itself names
 * @throws Forbidden
 */
export const refuseOtherSites = (method: string, headers: IncomingHttpHeaders, ownOrigins: readonly string[]): void => {
  if (isReading(method)) return;
  const site = headers['sec-fetch-site'];
  const fromElsewhere = site !== undefined && site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  const isOwn = (given: string) =>
    ownOrigins.includes(given) || (URL.canParse(given) && host !== undefined && new URL(given).host === host);
  if (fromElsewhere || (origin !== undefined && !isOwn(origin))) {
    throw new Forbidden('This call comes from a page of another site; open the console itself', 'request.other-site');
  }
};

/**
 * A browser adds the cookie to whatever a page makes it send, so a writing call with a cookie must also show what only
 * our own page knows.
 *
 * @throws Forbidden
 */
export const requireCsrfToken = (method: string, headers: IncomingHttpHeaders, actor: Actor): void => {
  if (isReading(method) || !actor.session) return;
  const given = headers['x-csrf-token'];
  if (typeof given !== 'string' || !isSame(given, actor.session.csrfToken)) {
    throw new Forbidden(
      'The header x-csrf-token is missing or not of this session; read the session anew and send its csrfToken',
      'request.csrf-token',
    );
  }
};
