import { type ApiToken, type Me, NewPassword, type Role, type User, UserName } from '@gatehouse/contract';
import { type Clock, HOUR_MS, MINUTE_MS } from '../platform/clock/index.ts';
import type { Database } from '../platform/db/index.ts';
import { Forbidden, InvalidInput, NotSignedIn } from '../platform/errors/index.ts';
import type { Actor, Authenticator } from '../platform/http/index.ts';
import { hashOf, randomSecret } from '../platform/ids/index.ts';
import { actorOf, shownMe } from './actors.ts';
import { apiTokens, type NewApiToken } from './api-tokens.ts';
import { SetupNotPossible, WrongPassword } from './errors.ts';
import { requireNoMoreThanOwn } from './limits.ts';
import { hashPassword, isPassword } from './passwords.ts';
import { type NewSession, type SessionLimits, sessions } from './sessions.ts';
import { type Account, accountStore } from './store.ts';
import { FORGET_AFTER_MS, throttle } from './throttle.ts';
import { type NewUser, newAccount, type UserChange, users } from './users.ts';

export interface SignedIn {
  me: Me;
  actor: Actor;
  session: NewSession;
}

export interface Accounts {
  /** For `createHttp`: session cookies and API tokens. */
  authenticators: Authenticator[];
  /** How long a session's cookie may live. */
  sessionSeconds: number;

  /** Nobody can sign in yet. */
  needsSetup(): Promise<boolean>;
  /** A new one-time token; an older one is void. Print it once, where only the operator looks. */
  issueSetupToken(): Promise<string>;
  /** @throws SetupNotPossible */
  setUp(input: { token: string; name: string; password: string }): Promise<SignedIn>;

  /** @throws WrongPassword, TooMany */
  signIn(input: { name: string; password: string; address: string; oldSecret?: string }): Promise<SignedIn>;
  signOut(actor: Actor): Promise<void>;
  /** @throws NotSignedIn when the user or token has just gone */
  me(actor: Actor): Promise<Me>;
  /** Ends all other sessions. @returns the new secret of this one @throws InvalidInput, Forbidden, TooMany */
  changeOwnPassword(
    actor: Actor,
    input: { oldPassword: string; newPassword: string; address: string },
  ): Promise<string>;
  /**
   * For protocols in which name and password come with the call: people and service users alike, slowed down like
   * signing in.
   *
   * @throws WrongPassword, TooMany
   */
  verifyPassword(name: string, password: string, address: string): Promise<Actor>;
  /** Makes or renews a user for a program of ours; people do not see it. @returns its new password */
  ensureServiceUser(name: string, role: Role): Promise<string>;

  listUsers(actor: Actor): Promise<User[]>;
  /** At the command line, where nobody is signed in, without `actor`. @throws NameTaken, InvalidInput, Forbidden */
  addUser(user: NewUser, actor?: Actor): Promise<User>;
  changeUser(actor: Actor, id: string, change: UserChange): Promise<{ before: User; after: User }>;

  listApiTokens(actor: Actor): Promise<ApiToken[]>;
  addApiToken(actor: Actor, token: NewApiToken): Promise<ApiToken & { secret: string }>;
  revokeApiToken(actor: Actor, id: string): Promise<ApiToken>;

  /** Forgets old sessions and failures; once an hour is enough. @returns whose sessions had come to their end */
  cleanUp(): Promise<{ endedSessionsOf: { id: string; name: string }[] }>;
}

/** @throws InvalidInput */
const requireGoodUser = ({ name, password }: Pick<NewUser, 'name' | 'password'>) => {
  const issues = [
    ...(UserName.safeParse(name).error?.issues ?? []).map(({ message }) => ({ where: 'name', what: message })),
    ...(NewPassword.safeParse(password).error?.issues ?? []).map(({ message }) => ({
      where: 'password',
      what: message,
    })),
  ];
  const [first] = issues;
  if (first) throw new InvalidInput(`${first.where}: ${first.what}`, issues);
};

export const createAccounts = ({ db, now, limits }: { db: Database; now: Clock; limits: SessionLimits }): Accounts => {
  const store = accountStore(db);
  const tries = throttle(store);
  const session = sessions(store, limits, now);
  const tokens = apiTokens(store, now);
  const people = users(store, now);

  /** @throws WrongPassword, TooMany */
  const accountWith = async (name: string, password: string, address: string): Promise<Account> => {
    const account = await store.accountByName(name);
    // Nobody guesses a service's 256 random bits, and nobody must be able to lock it out by its name.
    const slowedName = account?.kind === 'service' ? null : name;
    await tries.begin(slowedName, address, now());
    const isRight = await isPassword(password, account?.password_hash ?? null);
    if (!account || !isRight || account.disabled) throw new WrongPassword();
    await tries.succeeded(slowedName, address);
    return account;
  };

  const signedIn = (account: Account, started: NewSession): SignedIn => ({
    me: shownMe(account, started.csrfToken),
    actor: actorOf('user', account, { id: hashOf(started.secret), csrfToken: started.csrfToken }),
    session: started,
  });

  return {
    authenticators: [tokens.authenticator, session.authenticator],
    sessionSeconds: (limits.absoluteHours * HOUR_MS) / 1000,

    needsSetup: async () => !(await store.hasPeople()),
    issueSetupToken: async () => {
      const token = randomSecret();
      await store.putSetupToken(hashOf(token), now());
      return token;
    },
    setUp: async ({ token, name, password }) => {
      const account = await newAccount('person', { name, password, role: 'administrator' }, now());
      return store.together(async (queries) => {
        const isRight = await queries.takeSetupToken(hashOf(token));
        if (!isRight || (await queries.hasPeople())) throw new SetupNotPossible();
        if (!(await queries.addAccount(account))) throw new SetupNotPossible();
        return signedIn(account, await session.begin(account.id, undefined, queries));
      });
    },

    signIn: async ({ name, password, address, oldSecret }) => {
      const account = await accountWith(name, password, address);
      // A program's password is for its own protocol; it has no business in the console.
      if (account.kind !== 'person') throw new WrongPassword();
      return signedIn(account, await session.begin(account.id, oldSecret));
    },
    signOut: async (actor) => {
      if (!actor.session) {
        throw new Forbidden('Only a session can be signed out; revoke an API token instead', 'session.none');
      }
      await store.endSession(actor.session.id);
    },
    me: async (actor) => {
      const known = actor.kind === 'user' ? await store.accountById(actor.id) : await store.apiTokenById(actor.id);
      if (!known) throw new NotSignedIn();
      return shownMe(known, actor.session?.csrfToken ?? null);
    },
    changeOwnPassword: async (actor, { oldPassword, newPassword, address }) => {
      const account = actor.session ? await store.accountById(actor.id) : undefined;
      if (!account || !actor.session) throw new Forbidden('Only a signed-in user has a password', 'session.none');
      await tries.begin(account.name, address, now());
      if (!(await isPassword(oldPassword, account.password_hash))) {
        const issues = [{ where: 'body.oldPassword', what: 'Is not your password' }];
        throw new InvalidInput('The old password is wrong', issues, 'user.wrong-password');
      }
      await tries.succeeded(account.name, address);
      await store.changeAccount(account.id, { password_hash: await hashPassword(newPassword) });
      await store.endSessionsOf(account.id, actor.session.id);
      return session.rotate(actor.session.id);
    },
    verifyPassword: async (name, password, address) => actorOf('user', await accountWith(name, password, address)),
    ensureServiceUser: people.ensureService,

    listUsers: people.list,
    addUser: async (user, actor) => {
      requireGoodUser(user);
      if (actor) requireNoMoreThanOwn(actor, user.role, user.tenantIds ?? null);
      return people.add(user);
    },
    changeUser: people.change,

    listApiTokens: tokens.list,
    addApiToken: tokens.add,
    revokeApiToken: tokens.revoke,

    cleanUp: async () => {
      const at = now().getTime();
      const endedSessionsOf = await store.endOldSessions(
        new Date(at - limits.idleMinutes * MINUTE_MS),
        new Date(at - limits.absoluteHours * HOUR_MS),
      );
      await store.forgetOldTries(new Date(at - FORGET_AFTER_MS));
      return { endedSessionsOf };
    },
  };
};
