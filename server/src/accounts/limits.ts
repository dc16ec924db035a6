import { type Role, roleNames, roles } from '@gatehouse/contract';
import { Forbidden } from '../platform/errors/index.ts';
import type { Actor } from '../platform/http/index.ts';

/** Whether all of these tenants are among the actor's own. Null stands for all tenants there are. */
export const isWithin = (actor: Pick<Actor, 'tenantIds'>, tenantIds: readonly string[] | null): boolean => {
  const own = actor.tenantIds;
  return own === null || (tenantIds?.every((id) => own.includes(id)) ?? false);
};

/**
 * Nobody gives away more than they have: no right, no tenant.
 *
 * @throws Forbidden
 */
export const requireNoMoreThanOwn = (actor: Actor, role: Role, tenantIds: readonly string[] | null): void => {
  const missing = roles[role].permissions.find((permission) => !actor.permissions.has(permission));
  if (missing) {
    const possible = roleNames.filter((name) => roles[name].permissions.every((right) => actor.permissions.has(right)));
    const others = possible.length > 0 ? `; you can give: ${possible.join(', ')}` : '';
    throw new Forbidden(`The role ${role} may do more than you (${missing})${others}`, 'right.more-than-own');
  }
  if (!isWithin(actor, tenantIds)) {
    throw new Forbidden('You can give rights for your own tenants only; name them', 'right.more-than-own');
  }
};
