import type { Role, User } from '@gatehouse/contract';
import type { Clock } from '../platform/clock/index.ts';
import { Conflict, NotFound } from '../platform/errors/index.ts';
import type { Actor } from '../platform/http/index.ts';
import { newId, randomSecret } from '../platform/ids/index.ts';
import { shownUser } from './actors.ts';
import { LastAdministrator, NameTaken } from './errors.ts';
import { isWithin, requireNoMoreThanOwn } from './limits.ts';
import { hashPassword, hashRandomSecret } from './passwords.ts';
import { type Account, type AccountQueries, type AccountStore, nameKeyOf } from './store.ts';

export interface NewUser {
  name: string;
  password: string;
  role: Role;
  tenantIds?: string[] | null;
}
export interface UserChange {
  role?: Role;
  tenantIds?: string[] | null;
  disabled?: boolean;
  password?: string;
}

/** An account as it will be stored; the password is hashed here. */
export const newAccount = async (
  kind: Account['kind'],
  { name, password, role, tenantIds = null }: NewUser,
  at: Date,
): Promise<Account> => ({
  id: newId(at),
  kind,
  name: name.trim(),
  name_key: nameKeyOf(name),
  // A service's password comes from `ensureService`, which makes it of random bits.
  password_hash: kind === 'service' ? hashRandomSecret(password) : await hashPassword(password),
  role,
  tenant_ids: tenantIds,
  disabled: false,
  created_at: at,
  last_signed_in_at: null,
});

const isAdministratorForAll = ({ role, tenant_ids, disabled }: Pick<Account, 'role' | 'tenant_ids' | 'disabled'>) =>
  role === 'administrator' && tenant_ids === null && !disabled;

const requireOneAdministratorLeft = async (queries: AccountQueries, account: Account, after: Account) => {
  if (!isAdministratorForAll(account) || isAdministratorForAll(after)) return;
  const administrators = await queries.lockAdministrators();
  if (administrators.every(({ id }) => id === account.id)) throw new LastAdministrator();
};

export const users = (store: AccountStore, now: Clock) => ({
  list: async (actor: Actor): Promise<User[]> =>
    (await store.people()).filter(({ tenant_ids }) => isWithin(actor, tenant_ids)).map(shownUser),

  /** @throws NameTaken */
  add: async (user: NewUser): Promise<User> => {
    const account = await newAccount('person', user, now());
    if (!(await store.addAccount(account))) throw new NameTaken(user.name);
    return shownUser(account);
  },

  /**
   * Changes a user; their sessions end at once, but for the one in which somebody changes themselves.
   *
   * @returns what was and what is
   * @throws NotFound, Forbidden, LastAdministrator
   */
  change: async (actor: Actor, id: string, change: UserChange): Promise<{ before: User; after: User }> => {
    const passwordHash = change.password === undefined ? undefined : await hashPassword(change.password);
    return store.together(async (queries) => {
      const account = await queries.accountById(id);
      // To whom only some tenants are open, users of others do not exist.
      if (account?.kind !== 'person' || !isWithin(actor, account.tenant_ids)) throw new NotFound('user', id);
      requireNoMoreThanOwn(actor, account.role, account.tenant_ids);
      const after: Account = {
        ...account,
        role: change.role ?? account.role,
        tenant_ids: change.tenantIds === undefined ? account.tenant_ids : change.tenantIds,
        disabled: change.disabled ?? account.disabled,
        password_hash: passwordHash ?? account.password_hash,
      };
      requireNoMoreThanOwn(actor, after.role, after.tenant_ids);
      await requireOneAdministratorLeft(queries, account, after);
      // Only what was asked for is written, so that two changes at once do not undo each other.
      await queries.changeAccount(id, {
        role: change.role,
        tenant_ids: change.tenantIds,
        disabled: change.disabled,
        password_hash: passwordHash,
      });
      await queries.endSessionsOf(id, !after.disabled && actor.id === id ? actor.session?.id : undefined);
      return { before: shownUser(account), after: shownUser(after) };
    });
  },

  /**
   * Makes sure that a program of ours can sign in: gives it a new password, which is stored nowhere in clear.
   *
   * @throws Conflict when a person has the name
   */
  ensureService: async (name: string, role: Role): Promise<string> => {
    const password = randomSecret();
    const account = await newAccount('service', { name, password, role }, now());
    await store.together(async (queries) => {
      if (await queries.addAccount(account)) return;
      const existing = await queries.accountByName(name);
      if (existing?.kind !== 'service') {
        throw new Conflict('user.name-taken', `The name ${name} is needed for the server itself; rename that user`);
      }
      const { role: newRole, tenant_ids, disabled, password_hash } = account;
      await queries.changeAccount(existing.id, { role: newRole, tenant_ids, disabled, password_hash });
    });
    return password;
  },
});
