import { getIntegrationHealth, listIntegrations, listPsaAccounts, putHealthSettings } from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

const REFRESH_MS = 30_000;
const MOST_ACCOUNTS = 50;

export const useHealth = () => ({
  health: useAsk(getIntegrationHealth, {}, { topics: ['integrations'], refetchMs: () => REFRESH_MS }),
  integrations: useAsk(listIntegrations, {}, { topics: ['integrations'] }),
  save: useTell(putHealthSettings, { changes: [getIntegrationHealth] }),
});

/** Accounts of an integration by a part of the name; none is asked while no integration is chosen. */
export const useOwnAccounts = (integrationId: string, nameText: string) =>
  useAsk(
    listPsaAccounts,
    { params: { integrationId }, query: { text: nameText.trim() || undefined, limit: MOST_ACCOUNTS } },
    { keep: true, enabled: integrationId !== '' },
  );
