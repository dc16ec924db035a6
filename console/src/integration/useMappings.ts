import {
  dismissAccountChanges,
  getIntegrationsOverview,
  importMappings,
  listAccountContracts,
  listMappings,
  listPsaAccounts,
  type MappingShow,
  previewMappings,
  putMappings,
  refreshPsaAccounts,
  suggestMappings,
} from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

const topics = ['integrations', 'tenants'] as const;
const changes = [listMappings, listPsaAccounts, suggestMappings, getIntegrationsOverview];

export interface MappingSearch {
  text: string | undefined;
  show: MappingShow;
  limit: number;
  offset: number;
}

/** One page of an integration's virtual servers, and the acts upon them. */
export const useMappings = (integrationId: string, { text, show, limit, offset }: MappingSearch) => {
  const params = { integrationId };
  return {
    mappings: useAsk(
      listMappings,
      { params, query: { scope: 'integration', text: text || undefined, show, limit, offset } },
      { topics, keep: true },
    ),
    /** How old the list of accounts is. */
    accountList: useAsk(listPsaAccounts, { params, query: { limit: 1 } }, { topics }),
    put: useTell(putMappings, { changes }),
    refresh: useTell(refreshPsaAccounts, { changes }),
    dismiss: useTell(dismissAccountChanges, { changes }),
  };
};

/** Accounts by a part of their name; nothing is asked before somebody wants to choose. */
export const useAccountChoice = (integrationId: string, text: string, enabled: boolean) =>
  useAsk(
    listPsaAccounts,
    { params: { integrationId }, query: { text: text || undefined, limit: 50 } },
    { enabled, keep: true },
  );

export const useContracts = (integrationId: string, accountId: string, enabled: boolean) =>
  useAsk(listAccountContracts, { params: { integrationId, accountId } }, { enabled });

/** Virtual servers without an account, by a part of their name. */
export const useFreeServers = (integrationId: string, text: string, enabled: boolean) =>
  useAsk(
    listMappings,
    {
      params: { integrationId },
      query: { scope: 'integration', show: 'unmapped', text: text || undefined, limit: 50 },
    },
    { enabled, keep: true },
  );

export const useSuggestions = (integrationId: string, minScore: number) => {
  const params = { integrationId };
  return {
    suggestions: useAsk(suggestMappings, { params, query: { minScore } }, { keep: true }),
    preview: useTell(previewMappings),
    put: useTell(putMappings, { changes }),
  };
};

export const useMappingImport = () => useTell(importMappings, { changes });

export const useUnmappedAccounts = (
  integrationId: string,
  { text, onlyActive, limit, offset }: { text: string | undefined; onlyActive: boolean; limit: number; offset: number },
) => ({
  accounts: useAsk(
    listPsaAccounts,
    {
      params: { integrationId },
      query: { text: text || undefined, mapped: 'false', ...(onlyActive ? { active: 'true' } : {}), limit, offset },
    },
    { topics, keep: true },
  ),
  put: useTell(putMappings, { changes }),
});
