import {
  getReportSettings,
  listIntegrations,
  listLicenseReports,
  listServiceReports,
  putReportSettings,
  type ReportPeriod,
  restoreAccountFields,
  serviceReportSorts,
  updateServiceReports,
} from '@gatehouse/contract';
import { z } from 'zod';
import { useAsk, useTell } from '../api/index.ts';
import { listState, urlFlag, urlOneOf, urlText } from '../platform/index.ts';

export const views = ['services', 'licenses', 'psa'] as const;
export type ReportView = (typeof views)[number];

/** What the address says about this page. */
export const ReportSearch = z.object({
  ...listState,
  view: urlOneOf(views),
  text: urlText,
  days: urlOneOf(['7', '30']),
  sort: urlOneOf(serviceReportSorts),
  descending: urlFlag,
  problems: urlFlag,
});
export type ReportSearch = z.output<typeof ReportSearch>;

const topics = ['integrations'] as const;

export const serviceQuery = ({ text, days, sort, descending }: ReportSearch) => ({
  text,
  days: (days === '7' ? 7 : 30) as ReportPeriod,
  sort: sort ?? ('client' as const),
  descending: descending ? ('true' as const) : undefined,
});
export const licenseQuery = ({ text, problems }: ReportSearch) => ({
  text,
  problems: problems ? ('true' as const) : undefined,
});

const page = ({ limit, after }: ReportSearch) => ({ limit: limit ?? 50, after });

export const useServices = (search: ReportSearch, enabled: boolean) =>
  useAsk(listServiceReports, { query: { ...serviceQuery(search), ...page(search) } }, { topics, enabled, keep: true });

export const useLicenses = (search: ReportSearch, enabled: boolean) =>
  useAsk(listLicenseReports, { query: { ...licenseQuery(search), ...page(search) } }, { topics, enabled, keep: true });

export const useUpdate = () => useTell(updateServiceReports);

export const useIntegrationNames = () => useAsk(listIntegrations, {}, { topics });

/** How one integration keeps the reports. */
export const useReportSettings = (integrationId: string) => ({
  settings: useAsk(getReportSettings, { params: { integrationId } }, { topics }),
  save: useTell(putReportSettings, { changes: [getReportSettings] }),
  restore: useTell(restoreAccountFields, { changes: [getReportSettings] }),
});
