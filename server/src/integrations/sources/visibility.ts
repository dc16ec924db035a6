import { Forbidden } from '../../platform/errors/index.ts';
import type { Actor } from '../../platform/http/index.ts';

const hexOf = (text: string): string => text.toLowerCase().replace(/[^0-9a-f]/g, '');

/**
 * Whether a person may see a source's tenant. Somebody who is limited to tenants of this installation sees the tenants
 * of its own server whose unique name holds the tenant's id, and none of other servers: their ids mean nothing here.
 */
export const maySee = (actor: Pick<Actor, 'tenantIds'>, tenant: { isLocal: boolean; uid: string | null }): boolean => {
  if (actor.tenantIds === null) return true;
  if (!tenant.isLocal || tenant.uid === null) return false;
  const uid = hexOf(tenant.uid);
  return actor.tenantIds.some((id) => {
    const hex = hexOf(id);
    return hex.length === 32 && uid.endsWith(hex);
  });
};

/** For what speaks of all customers of the MSP at once. @throws Forbidden */
export const mustSeeAll = (actor: Pick<Actor, 'tenantIds'>): void => {
  if (actor.tenantIds !== null) {
    throw new Forbidden('This concerns all tenants, and this user is limited to some of them', 'tenant.limited');
  }
};
