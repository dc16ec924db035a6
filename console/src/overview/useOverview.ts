import { getAdministrationOverview, getIntegrationsOverview } from '@gatehouse/contract';
import { useAsk } from '../api/index.ts';
import { useTenantScope } from '../platform/index.ts';

export const useOverview = () => {
  const scope = useTenantScope();
  return {
    administration: useAsk(
      getAdministrationOverview,
      { query: { tenantId: scope ? [scope] : undefined } },
      { topics: ['devices', 'events', 'tenants'], keep: true },
    ),
    integrations: useAsk(getIntegrationsOverview, {}, { topics: ['tickets', 'integrations'] }),
  };
};
