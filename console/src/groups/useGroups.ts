import {
  addGroup,
  changeGroup,
  deleteGroup,
  getGroup,
  listGroups,
  listTenants,
  putGroupInactivity,
} from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

const changes = { changes: [listGroups, getGroup] };

/** The groups of a tenant, parents before children. */
export const useGroups = (tenantId: string) => ({
  groups: useAsk(listGroups, { params: { tenantId } }, { topics: ['tenants', 'devices'] }),
  add: useTell(addGroup, changes),
  change: useTell(changeGroup, changes),
  remove: useTell(deleteGroup, changes),
});

export const useTenantList = () => useAsk(listTenants, {}, { topics: ['tenants', 'devices'] });

/** One group with its settings. */
export const useGroup = (tenantId: string, groupId: number) => ({
  group: useAsk(getGroup, { params: { tenantId, groupId } }, { topics: ['tenants', 'devices'] }),
  putInactivity: useTell(putGroupInactivity, changes),
});
