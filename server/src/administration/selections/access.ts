import type { SelectionAccess } from '@gatehouse/contract';
import type { Actor } from '../../platform/http/index.ts';
import type { Selection } from './selection.ts';

/** What of a selection, of events or of devices, decides who may use it. */
type Shared = Pick<Selection, 'owner' | 'access'>;

/** Who keeps house: sees and changes what others left behind. */
const HOUSEKEEPING = 'users:write';

type Sharing = SelectionAccess['read'];
const isSharedWith = ({ roles, userIds }: Sharing, actor: Actor): boolean =>
  (actor.role !== undefined && (roles as readonly string[]).includes(actor.role)) || userIds.includes(actor.id);

/**
 * Sharing with a role reaches only people who see all tenants that the owner sees, unless the owner sees all of them:
 * the names in a filter of one client are none of another client's business.
 */
const seesAllOf = (actor: Actor, tenantIds: readonly string[] | null): boolean =>
  actor.tenantIds === null || tenantIds === null || tenantIds.every((id) => actor.tenantIds?.includes(id));

const isHousekeeper = (actor: Actor): boolean => actor.permissions.has(HOUSEKEEPING);

export const isOwn = (selection: Shared, actor: Actor): boolean =>
  selection.owner !== null && selection.owner.id === actor.id;

export const mayChange = (selection: Shared, actor: Actor): boolean =>
  isOwn(selection, actor) ||
  (seesAllOf(actor, selection.owner?.tenantIds ?? null) &&
    ((isHousekeeper(actor) && actor.tenantIds === null) || isSharedWith(selection.access.change, actor)));

/** Predefined selections are everybody's, unless their access rights name who may use them. */
export const mayRead = (selection: Shared, actor: Actor): boolean => {
  if (mayChange(selection, actor)) return true;
  const { read } = selection.access;
  if (selection.owner === null && read.roles.length + read.userIds.length === 0) return true;
  return seesAllOf(actor, selection.owner?.tenantIds ?? null) && isSharedWith(read, actor);
};
