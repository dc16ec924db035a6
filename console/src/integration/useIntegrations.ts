import {
  addIntegration,
  addSource,
  changeIntegration,
  deleteIntegration,
  deleteSource,
  getIntegrationsOverview,
  listIntegrations,
  listMappings,
  listPsaAccounts,
  listPsaKinds,
  listSources,
  listTicketRules,
  putMapping,
  testIntegration,
} from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

const changes = [listIntegrations, getIntegrationsOverview, listTicketRules];

export const useIntegrations = () => ({
  integrations: useAsk(listIntegrations, {}, { topics: ['integrations'] }),
  kinds: useAsk(listPsaKinds, {}),
  add: useTell(addIntegration, { changes }),
  change: useTell(changeIntegration, { changes }),
  remove: useTell(deleteIntegration, { changes }),
  test: useTell(testIntegration),
});

/** Mappings of one connection, and its accounts by a part of the name. */
export const useMappings = (integrationId: string, accountText: string) => {
  const params = { integrationId };
  return {
    mappings: useAsk(listMappings, { params }, { topics: ['integrations', 'tenants'] }),
    accounts: useAsk(
      listPsaAccounts,
      { params, query: { text: accountText || undefined, limit: 100 } },
      { keep: true },
    ),
    put: useTell(putMapping, { changes: [listMappings, getIntegrationsOverview] }),
  };
};

export const useSources = () => ({
  sources: useAsk(listSources, {}, { topics: ['integrations'] }),
  add: useTell(addSource, { changes: [listSources, listMappings] }),
  remove: useTell(deleteSource, { changes: [listSources, listMappings] }),
});
