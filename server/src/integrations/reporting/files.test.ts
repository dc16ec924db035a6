import type { LicenseReport } from '@gatehouse/contract';
import exceljs from 'exceljs';
import { expect, it } from 'vitest';
import { readCsv } from '../../platform/csv/index.ts';
import { licenseReportFile } from './files.ts';

const report: LicenseReport = {
  integrationId: '019a0000-0000-7000-8000-000000000001',
  sourceId: '019a0000-0000-7000-8000-000000000002',
  sourceName: 'Main',
  sourceTenantId: '12',
  sourceTenantName: '=HYPERLINK("http://x.example")',
  accountId: '175',
  accountName: 'Ümläut, "quoted"\u0001',
  madeAt: '2026-03-05T09:00:00.000Z',
  problem: null,
  reportedOn: '2026-03-05',
  licenseId: 'A-1',
  application: 'Endpoint Security',
  periodDays: null,
  expiresOn: null,
  limit: 10,
  clientDevices: 4,
  totalDevices: null,
  isOver90Percent: null,
  isExceeded: false,
  information: 'one\ntwo',
  support: '',
};
const now = new Date('2026-03-05T10:00:00Z');
const bytesOf = async (chunks: AsyncIterable<string | Uint8Array>): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
};

it('a CSV file can be read back, and holds no formula', async () => {
  const { name, chunks } = licenseReportFile('csv', [report], now);
  expect(name).toBe('license-reports-2026-03-05.csv');
  const text = (await bytesOf(chunks)).toString('utf8');
  expect(text.startsWith('\ufeffClient,Account')).toBe(true);
  expect(text).toContain(`'=HYPERLINK`);
  const lines = readCsv(text).map(({ cells }) => cells);
  expect(lines).toHaveLength(2);
  const [head = [], row = []] = lines;
  const cell = (header: string) => row[head.indexOf(header)];
  expect(cell('Account')).toBe('Ümläut, "quoted"\u0001');
  expect(cell('Restriction exceeded')).toBe('No');
  expect(cell('More than 90 % used')).toBe('Not known');
  expect(cell('Devices of all clients')).toBe('');
  expect(cell('License information')).toBe('one\ntwo');
});

it('an XLSX file opens, keeps numbers as numbers, and holds no formula', async () => {
  const { name, chunks } = licenseReportFile('xlsx', [report, { ...report, clientDevices: 7 }], now);
  expect(name).toBe('license-reports-2026-03-05.xlsx');
  const workbook = new exceljs.Workbook();
  const bytes = await bytesOf(chunks);
  await workbook.xlsx.load(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
  const sheet = workbook.getWorksheet('License reports');
  expect(sheet?.rowCount).toBe(3);
  const head = (sheet?.getRow(1).values ?? []) as unknown[];
  const devices = head.indexOf("Client's devices");
  expect([2, 3].map((row) => sheet?.getRow(row).getCell(devices).value)).toEqual([4, 7]);
  const client = sheet?.getRow(2).getCell(head.indexOf('Client'));
  expect(client?.type).toBe(exceljs.ValueType.String);
  expect(client?.value).toBe(`'=HYPERLINK("http://x.example")`);
});
