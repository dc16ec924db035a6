import type { ReportKind } from '../report.ts';

/** Licence keys and how many devices use them now. */
export const licenseUsage: ReportKind = {
  id: 'license-usage',
  number: 3,
  title: 'Licence key usage',
  description: 'Licence keys, how many devices may use them and how many do',
  needs: 'licenses:read',
  takesPeriod: false,
  takesGroups: false,
  columns: [
    { title: 'Key', kind: 'text', width: 18 },
    { title: 'Licence', kind: 'text', width: 26 },
    { title: 'Kind', kind: 'text', width: 10 },
    { title: 'State', kind: 'text', width: 12 },
    { title: 'Devices allowed', kind: 'number', width: 8 },
    { title: 'In use', kind: 'number', width: 8 },
    { title: 'As reserve', kind: 'number', width: 8 },
    { title: 'Valid until', kind: 'moment', width: 12 },
  ],
  async *rows(source) {
    const keys = await source.licenseKeys();
    yield keys.map((key) => [
      key.serialNumber,
      key.productName,
      key.kind,
      key.state,
      key.deviceLimit,
      key.used,
      key.reserved,
      key.expiresAt,
    ]);
  },
  countedAs: (row) => String(row[3] ?? ''),
};
