import {
  addApiToken,
  addUser,
  changeOwnPassword,
  changeUser,
  getSession,
  getSetupState,
  listApiTokens,
  listUsers,
  revokeApiToken,
  setUp,
  signIn,
  signOut,
} from '@gatehouse/contract';
import { type CallReply, type Http, route } from '../platform/http/index.ts';
import type { Accounts } from './accounts.ts';
import { SESSION_COOKIE } from './sessions.ts';

export const accountRoutes = (http: Http, { accounts }: { accounts: Accounts }): void => {
  const setCookie = (reply: CallReply, secret: string) =>
    reply.setCookie(SESSION_COOKIE, secret, { maxAgeSeconds: accounts.sessionSeconds });

  route(http, getSetupState, async () => ({ needed: await accounts.needsSetup() }));
  route(http, setUp, async ({ body, reply, audit }) => {
    const { me, actor, session } = await accounts.setUp(body);
    audit({ actor });
    setCookie(reply, session.secret);
    return me;
  });

  route(http, signIn, async ({ body, request, reply, audit }) => {
    const oldSecret = request.cookies[SESSION_COOKIE];
    const { me, actor, session } = await accounts.signIn({ ...body, address: request.address, oldSecret });
    audit({ actor });
    setCookie(reply, session.secret);
    return me;
  });
  route(http, getSession, ({ actor }) => accounts.me(actor));
  route(http, signOut, async ({ actor, reply }) => {
    await accounts.signOut(actor);
    reply.clearCookie(SESSION_COOKIE);
    return {};
  });
  route(http, changeOwnPassword, async ({ actor, body, request, reply }) => {
    setCookie(reply, await accounts.changeOwnPassword(actor, { ...body, address: request.address }));
    return {};
  });

  route(http, listUsers, async ({ actor }) => ({ items: await accounts.listUsers(actor) }));
  route(http, addUser, async ({ actor, body, audit }) => {
    const user = await accounts.addUser(body, actor);
    audit({ after: user });
    return user;
  });
  route(http, changeUser, async ({ actor, params, body, audit }) => {
    const { before, after } = await accounts.changeUser(actor, params.userId, body);
    audit({ before, after: { ...after, given: Object.keys(body) } });
    return after;
  });

  route(http, listApiTokens, async ({ actor }) => ({ items: await accounts.listApiTokens(actor) }));
  route(http, addApiToken, async ({ actor, body, audit }) => {
    const token = await accounts.addApiToken(actor, body);
    audit({ after: token });
    return token;
  });
  route(http, revokeApiToken, async ({ actor, params, audit }) => {
    audit({ before: await accounts.revokeApiToken(actor, params.tokenId) });
    return {};
  });
};
