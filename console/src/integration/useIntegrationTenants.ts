import {
  getIntegrationsOverview,
  listIntegrationTenants,
  listMappings,
  MOST_INTEGRATION_TENANTS,
  putIntegrationTenants,
} from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

/** The virtual servers of an integration and those that are free, by a part of the name, and the way to choose them. */
export const useIntegrationTenants = (integrationId: string, nameText: string) => {
  const params = { integrationId };
  const query = { text: nameText.trim() || undefined, limit: MOST_INTEGRATION_TENANTS };
  return {
    tenants: useAsk(listIntegrationTenants, { params, query }, { topics: ['integrations', 'tenants'], keep: true }),
    put: useTell(putIntegrationTenants, { changes: [listIntegrationTenants, listMappings, getIntegrationsOverview] }),
  };
};
