import {
  addIntegration,
  addSource,
  changeIntegration,
  deleteIntegration,
  deleteSource,
  getIntegrationsOverview,
  listIntegrations,
  listMappings,
  listPsaKinds,
  listSources,
  listTicketRules,
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

export const useSources = () => ({
  sources: useAsk(listSources, {}, { topics: ['integrations'] }),
  add: useTell(addSource, { changes: [listSources, listMappings] }),
  remove: useTell(deleteSource, { changes: [listSources, listMappings] }),
});
