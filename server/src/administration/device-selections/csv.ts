import type { DeviceRow } from '@gatehouse/contract';
import { type CsvCell, csvPages } from '../../platform/csv/index.ts';

const columns: { header: string; cell: (row: DeviceRow) => CsvCell }[] = [
  { header: 'Name', cell: (row) => row.name },
  { header: 'Status', cell: (row) => row.status },
  { header: 'Visible', cell: (row) => row.visible },
  { header: 'Reasons', cell: (row) => row.reasons.map(({ title, detail }) => `${title}: ${detail}`).join('; ') },
  { header: 'Status since', cell: (row) => row.statusSince },
  { header: 'Tenant', cell: (row) => row.tenantName },
  { header: 'Group', cell: (row) => row.groupName },
  { header: 'Tags', cell: (row) => row.tags.join(', ') },
  { header: 'IP address', cell: (row) => row.ipAddress },
  { header: 'Operating system', cell: (row) => row.osName },
  { header: 'Last seen', cell: (row) => row.lastSeenAt },
  { header: 'Security application', cell: (row) => row.securityApplication },
  { header: 'Databases released', cell: (row) => row.databasesReleasedAt },
  { header: 'Last scan', cell: (row) => row.lastScanAt },
  { header: 'Active threats', cell: (row) => row.activeThreats },
  { header: 'Malicious objects found', cell: (row) => row.virusCount },
  { header: 'Restart required', cell: (row) => row.restartRequired },
  { header: 'Agent version', cell: (row) => row.agentVersion },
  { header: 'Added', cell: (row) => row.createdAt },
  { header: 'Device ID', cell: (row) => row.id },
];

export const devicesAsCsv = (pages: AsyncIterable<readonly DeviceRow[]>): AsyncGenerator<string> =>
  csvPages(columns, pages);
