import {
  AdjustmentState,
  decideAdjustments,
  getAdjustmentEvidence,
  getBillingOverview,
  getBillingSettings,
  getServiceMap,
  getUsageOfAccount,
  listAccountRuns,
  listAdjustments,
  listBilledAccounts,
  listBillingRuns,
  listIntegrations,
  putBillingSettings,
  putServiceMap,
  readLicensesNow,
  reopenAdjustment,
  startBillingRun,
} from '@gatehouse/contract';
import { z } from 'zod';
import { useAsk, useTell } from '../api/index.ts';
import { listState, urlList, urlOneOf, urlText } from '../platform/index.ts';

export const billingTabs = ['approve', 'accounts', 'journal', 'runs', 'settings'] as const;
export type BillingTab = (typeof billingTabs)[number];
export const accountShows = ['all', 'billed', 'problems', 'off'] as const;
export type AccountShow = (typeof accountShows)[number];
export const periods = ['30', '90', '365'] as const;

export const BillingSearch = z.object({
  ...listState,
  tab: urlOneOf(billingTabs),
  integration: urlText,
  state: urlList(AdjustmentState),
  text: urlText,
  show: urlOneOf(accountShows),
  run: urlText,
  days: urlOneOf(periods),
});
export type BillingSearch = z.output<typeof BillingSearch>;

const topics = ['integrations'] as const;
const lines = [listAdjustments, getBillingOverview, listBilledAccounts, getAdjustmentEvidence];

export const useBillingOverview = (integrationId: string | undefined) => ({
  integrations: useAsk(listIntegrations, {}, { topics }),
  overview: useAsk(getBillingOverview, { query: { integrationId } }, { topics, keep: true }),
  start: useTell(startBillingRun, { changes: [listBillingRuns, ...lines] }),
});

export const useAdjustments = ({
  limit,
  after,
  integration,
  state,
  text,
}: Pick<BillingSearch, 'limit' | 'after' | 'integration' | 'state' | 'text'>) =>
  useAsk(
    listAdjustments,
    { query: { limit, after, integrationId: integration, state, account: text } },
    { topics, keep: true },
  );

export const useDecisions = () => ({
  decide: useTell(decideAdjustments, { changes: lines }),
  reopen: useTell(reopenAdjustment, { changes: lines }),
});

export const useEvidence = (adjustmentId: string) =>
  useAsk(getAdjustmentEvidence, { params: { adjustmentId } }, { topics });

export const useBilledAccounts = ({
  limit,
  after,
  integration,
  text,
  show,
}: Pick<BillingSearch, 'limit' | 'after' | 'integration' | 'text' | 'show'>) =>
  useAsk(
    listBilledAccounts,
    { query: { limit, after, integrationId: integration, text, show } },
    { topics, keep: true },
  );

export const useAccountUsage = (of: { sourceId: string; sourceTenantId: string; from: string; to: string }) =>
  useAsk(getUsageOfAccount, { query: of }, { topics, keep: true });

export const useBillingRuns = ({ limit, after, integration }: Pick<BillingSearch, 'limit' | 'after' | 'integration'>) =>
  useAsk(listBillingRuns, { query: { limit, after, integrationId: integration } }, { topics, keep: true });

export const useAccountRuns = (runId: string, { text }: Pick<BillingSearch, 'text'>) =>
  useAsk(listAccountRuns, { params: { runId }, query: { text, limit: 200 } }, { topics, keep: true });

export const useBillingSettings = (integrationId: string) => {
  const params = { integrationId };
  return {
    settings: useAsk(getBillingSettings, { params }),
    put: useTell(putBillingSettings, { changes: [getBillingSettings, getBillingOverview] }),
  };
};

export const useServiceMap = (integrationId: string) => {
  const params = { integrationId };
  return {
    map: useAsk(getServiceMap, { params }, { topics }),
    put: useTell(putServiceMap, { changes: [getServiceMap, getBillingOverview] }),
    read: useTell(readLicensesNow),
  };
};
