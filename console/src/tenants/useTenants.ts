import {
  addEnrolmentToken,
  addTenant,
  deleteTenant,
  listEnrolmentTokens,
  listGroups,
  listTenants,
  renameTenant,
  revokeEnrolmentToken,
} from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

export const useTenants = () => ({
  tenants: useAsk(listTenants, {}, { topics: ['tenants', 'devices'] }),
  add: useTell(addTenant, { changes: [listTenants] }),
  rename: useTell(renameTenant, { changes: [listTenants] }),
  remove: useTell(deleteTenant, { changes: [listTenants] }),
});

/** The groups of a tenant, parents before children. */
export const useGroups = (tenantId: string) => ({
  groups: useAsk(listGroups, { params: { tenantId } }, { topics: ['tenants', 'devices'] }),
});

export const useEnrolmentTokens = (tenantId: string) => ({
  tokens: useAsk(listEnrolmentTokens, { params: { tenantId } }, { topics: ['tenants'] }),
  add: useTell(addEnrolmentToken, { changes: [listEnrolmentTokens] }),
  revoke: useTell(revokeEnrolmentToken, { changes: [listEnrolmentTokens] }),
});
