import type { LicenseReport, ReportFileFormat, ServiceReport } from '@gatehouse/contract';
import { type Cell, type TableColumn, type TableFile, writeTable } from '../../platform/table-files/index.ts';

const column = <Row>(header: string, widthCharacters: number, cell: (row: Row) => Cell): TableColumn<Row> => ({
  header,
  widthCharacters,
  cell,
});
const yesNo = (is: boolean | null): string => (is === null ? 'Not known' : is ? 'Yes' : 'No');

const serviceColumns: TableColumn<ServiceReport>[] = [
  column('Client', 32, (row) => row.sourceTenantName),
  column('Account', 32, (row) => row.accountName),
  column('Administration Server', 28, (row) => row.sourceName),
  column('Period (days)', 14, (row) => row.days),
  column('Start date', 12, (row) => row.startsOn),
  column('End date', 12, (row) => row.endsOn),
  column('Managed devices', 16, (row) => row.managedDevices),
  column('Protected devices', 16, (row) => row.protectedDevices),
  column('Problem devices', 16, (row) => row.problemDevices),
  column('New critical tickets', 18, (row) => row.newCriticalTickets),
  column('Closed critical tickets', 18, (row) => row.closedCriticalTickets),
  column('New warning tickets', 18, (row) => row.newWarningTickets),
  column('Closed warning tickets', 18, (row) => row.closedWarningTickets),
  column('New functional failure tickets', 18, (row) => row.newFunctionalFailureTickets),
  column('Closed functional failure tickets', 18, (row) => row.closedFunctionalFailureTickets),
  column('Made at (UTC)', 20, (row) => new Date(row.madeAt)),
  column('Why it is not newer', 40, (row) => row.problem),
];

const licenseColumns: TableColumn<LicenseReport>[] = [
  column('Client', 32, (row) => row.sourceTenantName),
  column('Account', 32, (row) => row.accountName),
  column('Administration Server', 28, (row) => row.sourceName),
  column('Report date', 12, (row) => row.reportedOn),
  column('License ID', 28, (row) => row.licenseId),
  column('Security application', 40, (row) => row.application),
  column('License period (days)', 16, (row) => row.periodDays),
  column('Expiration date', 14, (row) => row.expiresOn),
  column('Restriction (devices)', 16, (row) => row.limit),
  column("Client's devices", 16, (row) => row.clientDevices),
  column('Devices of all clients', 16, (row) => row.totalDevices),
  column('More than 90 % used', 16, (row) => yesNo(row.isOver90Percent)),
  column('Restriction exceeded', 16, (row) => yesNo(row.isExceeded)),
  column('License information', 40, (row) => row.information),
  column('Support information', 40, (row) => row.support),
  column('Made at (UTC)', 20, (row) => new Date(row.madeAt)),
  column('Why it is not newer', 40, (row) => row.problem),
];

const onePage = async function* <Row>(rows: Row[]): AsyncGenerator<Row[]> {
  yield rows;
};

const fileOf = <Row>(
  { title, name, columns }: { title: string; name: string; columns: TableColumn<Row>[] },
  format: ReportFileFormat,
  rows: Row[],
  now: Date,
): TableFile & { name: string } => ({
  name: `${name}-${now.toISOString().slice(0, 10)}.${format}`,
  ...writeTable(format, { title, columns, pages: onePage(rows), now }),
});

export const serviceReportFile = (
  format: ReportFileFormat,
  rows: ServiceReport[],
  now: Date,
): TableFile & { name: string } =>
  fileOf({ title: 'Service reports', name: 'service-reports', columns: serviceColumns }, format, rows, now);

export const licenseReportFile = (
  format: ReportFileFormat,
  rows: LicenseReport[],
  now: Date,
): TableFile & { name: string } =>
  fileOf({ title: 'License reports', name: 'license-reports', columns: licenseColumns }, format, rows, now);
