import type { DeviceRow } from '@gatehouse/contract';

type Cell = string | number | boolean | null;

const columns: { header: string; cell: (row: DeviceRow) => Cell }[] = [
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

const csvCell = (cell: Cell): string => {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  // A spreadsheet would take such text for a formula, and devices choose their names themselves.
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** RFC 4180, with the mark by which spreadsheets know UTF-8; made a page at a time. */
export const devicesAsCsv = async function* (pages: AsyncIterable<readonly DeviceRow[]>): AsyncGenerator<string> {
  yield `\ufeff${columns.map(({ header }) => header).join(',')}\r\n`;
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield page.map((row) => `${columns.map(({ cell }) => csvCell(cell(row))).join(',')}\r\n`).join('');
  }
};
