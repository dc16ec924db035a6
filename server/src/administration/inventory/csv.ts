import type { SoftwareHolder } from '@gatehouse/contract';
import { csvPages } from '../../platform/csv/index.ts';

const columns: { header: string; cell: (row: SoftwareHolder) => string }[] = [
  { header: 'Device', cell: ({ deviceName }) => deviceName },
  { header: 'Client', cell: ({ tenantName }) => tenantName },
  { header: 'Software', cell: ({ name }) => name },
  { header: 'Version', cell: ({ version }) => version },
  { header: 'Publisher', cell: ({ publisher }) => publisher ?? '' },
  { header: 'Source', cell: ({ source }) => source },
  { header: 'Device id', cell: ({ deviceId }) => deviceId },
];

export const holdersAsCsv = (pages: AsyncIterable<readonly SoftwareHolder[]>): AsyncGenerator<string> =>
  csvPages(columns, pages);
