import type { LicenseReport, ReportPeriod, ServiceReport, ServiceReportSort } from '@gatehouse/contract';
import type { Reports } from './book.ts';
import { isProblem } from './figures.ts';

/** Letters without case and accents, as people search. */
const plain = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

const isAbout = (text: string | undefined, names: string[]): boolean => {
  const wanted = plain(text?.trim() ?? '');
  return wanted === '' || names.some((name) => plain(name).includes(wanted));
};

const byClient = (a: Pick<ServiceReport, 'sourceTenantName' | 'sourceId' | 'sourceTenantId'>, b: typeof a): number =>
  a.sourceTenantName.localeCompare(b.sourceTenantName) ||
  a.sourceId.localeCompare(b.sourceId) ||
  a.sourceTenantId.localeCompare(b.sourceTenantId);

export interface ServiceQuery {
  text?: string | undefined;
  days: ReportPeriod;
  sort: ServiceReportSort;
  descending?: boolean | undefined;
}

export const servicesOf = (
  { services }: Reports,
  { text, days, sort, descending = false }: ServiceQuery,
): ServiceReport[] => {
  const sign = descending ? -1 : 1;
  return services
    .filter((report) => report.days === days && isAbout(text, [report.sourceTenantName, report.accountName]))
    .sort((a, b) => (sort === 'client' ? sign * byClient(a, b) : sign * (a[sort] - b[sort]) || byClient(a, b)));
};

/** @param query `after` is the place at which the page begins, counted from 0 */
export const pageOf = <Row>(
  rows: Row[],
  { limit, after = '0' }: { limit: number; after?: string | undefined },
): { items: Row[]; next: string | null; total: number } => {
  const start = Number(after);
  const end = start + limit;
  return { items: rows.slice(start, end), next: end < rows.length ? String(end) : null, total: rows.length };
};

/** What bars are drawn by. */
export const highestOf = (reports: ServiceReport[]): { devices: number; tickets: number } => ({
  devices: reports.reduce((most, { managedDevices }) => Math.max(most, managedDevices), 0),
  tickets: reports.reduce(
    (most, report) =>
      Math.max(
        most,
        report.newCriticalTickets,
        report.closedCriticalTickets,
        report.newWarningTickets,
        report.closedWarningTickets,
        report.newFunctionalFailureTickets,
        report.closedFunctionalFailureTickets,
      ),
    0,
  ),
});

export interface LicenseQuery {
  text?: string | undefined;
  problems?: boolean | undefined;
}

export const licensesOf = ({ licenses }: Reports, { text, problems }: LicenseQuery, now: Date): LicenseReport[] =>
  licenses
    .filter((report) => !problems || isProblem(report, now))
    .filter((report) =>
      isAbout(text, [report.sourceTenantName, report.accountName, report.application, report.licenseId]),
    )
    .sort(
      (a, b) => byClient(a, b) || a.application.localeCompare(b.application) || a.licenseId.localeCompare(b.licenseId),
    );
