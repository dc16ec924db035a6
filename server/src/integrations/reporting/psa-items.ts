import { createHash } from 'node:crypto';
import type { LicenseReport, ServiceReport } from '@gatehouse/contract';
import type { ItemKind, ItemValue } from '../psa/index.ts';

/** The two kinds of items, by the names that people choose them by in the PSA's own reports. */
export const serviceKind = 'Kaspersky report';
export const licenseKind = 'Kaspersky license report';

/** A report as an item of the PSA. Field names have at most 45 characters there. */
interface ReportField<Report> {
  name: string;
  kind: 'text' | 'number' | 'date';
  read(report: Report): ItemValue;
}

const yesNo = (is: boolean | null): string | null => (is === null ? null : is ? 'Yes' : 'No');

const serviceFields: ReportField<ServiceReport>[] = [
  { name: 'Kaspersky report period', kind: 'text', read: ({ days }) => `${days} days` },
  { name: 'Kaspersky report start date', kind: 'date', read: ({ startsOn }) => startsOn },
  { name: 'Kaspersky report end date', kind: 'date', read: ({ endsOn }) => endsOn },
  { name: 'Kaspersky managed computers', kind: 'number', read: (report) => report.managedDevices },
  { name: 'Kaspersky protected computers', kind: 'number', read: (report) => report.protectedDevices },
  { name: 'Kaspersky new critical tickets', kind: 'number', read: (report) => report.newCriticalTickets },
  { name: 'Kaspersky closed critical tickets', kind: 'number', read: (report) => report.closedCriticalTickets },
  { name: 'Kaspersky new warning tickets', kind: 'number', read: (report) => report.newWarningTickets },
  { name: 'Kaspersky closed warning tickets', kind: 'number', read: (report) => report.closedWarningTickets },
  {
    name: 'Kaspersky new functional failure tickets',
    kind: 'number',
    read: (report) => report.newFunctionalFailureTickets,
  },
  {
    name: 'Kaspersky closed functional failure tickets',
    kind: 'number',
    read: (report) => report.closedFunctionalFailureTickets,
  },
  { name: 'Kaspersky problem computers', kind: 'number', read: (report) => report.problemDevices },
];

const licenseFields: ReportField<LicenseReport>[] = [
  { name: 'Kaspersky report date', kind: 'date', read: ({ reportedOn }) => reportedOn },
  { name: 'Kaspersky license ID', kind: 'text', read: ({ licenseId }) => licenseId },
  { name: 'Kaspersky security application name', kind: 'text', read: ({ application }) => application },
  {
    name: 'Kaspersky license period',
    kind: 'text',
    read: ({ periodDays }) => (periodDays === null ? null : `${periodDays} days`),
  },
  { name: 'Kaspersky license expiration date', kind: 'date', read: ({ expiresOn }) => expiresOn },
  { name: 'Kaspersky license restriction', kind: 'number', read: ({ limit }) => limit },
  { name: 'Kaspersky company computers using license', kind: 'number', read: (report) => report.clientDevices },
  { name: 'Kaspersky total computers using license', kind: 'number', read: (report) => report.totalDevices },
  { name: 'Kaspersky key more than 90 percent used', kind: 'text', read: (report) => yesNo(report.isOver90Percent) },
  { name: 'Kaspersky key exceeded restriction', kind: 'text', read: (report) => yesNo(report.isExceeded) },
  { name: 'Kaspersky license information', kind: 'text', read: ({ information }) => information || null },
  { name: 'Kaspersky support information', kind: 'text', read: ({ support }) => support || null },
];

const kindOf = <Report>(name: string, fields: ReportField<Report>[]): ItemKind => ({
  name,
  fields: fields.map((field) => ({ name: field.name, kind: field.kind })),
});

export const itemKinds: ItemKind[] = [kindOf(serviceKind, serviceFields), kindOf(licenseKind, licenseFields)];

/** A report on its way into the PSA. The key is made of what the report is about, so that it is one item for ever. */
export interface ReportItem {
  key: string;
  accountId: string;
  kind: string;
  title: string;
  values: Record<string, ItemValue>;
}

const valuesOf = <Report>(fields: ReportField<Report>[], report: Report): Record<string, ItemValue> =>
  Object.fromEntries(fields.map(({ name, read }) => [name, read(report)]));

export const serviceItem = (report: ServiceReport): ReportItem => ({
  key: `ksi:svc:${report.sourceId}:${report.sourceTenantId}:${report.days}`,
  accountId: report.accountId,
  kind: serviceKind,
  title: `Service report, ${report.days} days: ${report.sourceTenantName}`,
  values: valuesOf(serviceFields, report),
});

export const licenseItem = (report: LicenseReport): ReportItem => ({
  key: `ksi:lic:${report.sourceId}:${report.sourceTenantId}:${createHash('sha1').update(report.licenseId).digest('hex').slice(0, 16)}`,
  accountId: report.accountId,
  kind: licenseKind,
  title: `License report: ${report.application} (${report.licenseId})`,
  values: valuesOf(licenseFields, report),
});
