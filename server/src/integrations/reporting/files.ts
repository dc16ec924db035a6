import type { LicenseReport, ReportFileFormat, ServiceReport } from '@gatehouse/contract';
import exceljs from 'exceljs';
import { csvLine } from '../../platform/csv/index.ts';

type Cell = string | number | null;
interface Column<Row> {
  header: string;
  widthCharacters: number;
  cell(row: Row): Cell;
}

const column = <Row>(header: string, widthCharacters: number, cell: (row: Row) => Cell): Column<Row> => ({
  header,
  widthCharacters,
  cell,
});
const yesNo = (is: boolean | null): string => (is === null ? 'Not known' : is ? 'Yes' : 'No');

const serviceColumns: Column<ServiceReport>[] = [
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
  column('Made at (UTC)', 20, (row) => row.madeAt),
  column('Why it is not newer', 40, (row) => row.problem),
];

const licenseColumns: Column<LicenseReport>[] = [
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
  column('Made at (UTC)', 20, (row) => row.madeAt),
  column('Why it is not newer', 40, (row) => row.problem),
];

/** What XML cannot hold; a spreadsheet that has it does not open. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to remove
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const MOST_CHARACTERS = 32_767;

const sheetCell = (cell: Cell): Cell =>
  typeof cell === 'string' ? cell.toWellFormed().replaceAll(NOT_XML, '\ufffd').slice(0, MOST_CHARACTERS) : cell;

interface TableFile {
  name: string;
  type: string;
  chunks: AsyncIterable<string | Uint8Array>;
}

const csv = async function* <Row>(columns: Column<Row>[], rows: Row[]): AsyncGenerator<string> {
  yield `\ufeff${csvLine(columns.map(({ header }) => header))}`;
  for (const row of rows) yield csvLine(columns.map(({ cell }) => cell(row)));
};

const xlsx = async function* <Row>(
  title: string,
  columns: Column<Row>[],
  rows: Row[],
  now: Date,
): AsyncGenerator<Uint8Array> {
  const workbook = new exceljs.Workbook();
  workbook.creator = 'Gatehouse';
  workbook.created = now;
  workbook.modified = now;
  const sheet = workbook.addWorksheet(title, { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = columns.map(({ header, widthCharacters }) => ({ header, width: widthCharacters }));
  sheet.getRow(1).font = { bold: true };
  // Cells get values, never formulas, so a name that looks like one stays a name.
  for (const row of rows) sheet.addRow(columns.map(({ cell }) => sheetCell(cell(row))));
  yield new Uint8Array(await workbook.xlsx.writeBuffer());
};

const fileOf = <Row>(
  { title, name, columns }: { title: string; name: string; columns: Column<Row>[] },
  format: ReportFileFormat,
  rows: Row[],
  now: Date,
): TableFile => ({
  name: `${name}-${now.toISOString().slice(0, 10)}.${format}`,
  ...(format === 'csv'
    ? { type: 'text/csv; charset=utf-8', chunks: csv(columns, rows) }
    : {
        type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        chunks: xlsx(title, columns, rows, now),
      }),
});

export const serviceReportFile = (format: ReportFileFormat, rows: ServiceReport[], now: Date): TableFile =>
  fileOf({ title: 'Service reports', name: 'service-reports', columns: serviceColumns }, format, rows, now);

export const licenseReportFile = (format: ReportFileFormat, rows: LicenseReport[], now: Date): TableFile =>
  fileOf({ title: 'License reports', name: 'license-reports', columns: licenseColumns }, format, rows, now);
