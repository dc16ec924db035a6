import {
  addIntegration,
  changeIntegration,
  deleteIntegration,
  getIntegrationsOverview,
  listIntegrations,
  listPsaKinds,
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
