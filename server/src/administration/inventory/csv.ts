import type { SoftwareHolder } from '@gatehouse/contract';

const columns: { header: string; cell: (row: SoftwareHolder) => string }[] = [
  { header: 'Device', cell: ({ deviceName }) => deviceName },
  { header: 'Client', cell: ({ tenantName }) => tenantName },
  { header: 'Software', cell: ({ name }) => name },
  { header: 'Version', cell: ({ version }) => version },
  { header: 'Publisher', cell: ({ publisher }) => publisher ?? '' },
  { header: 'Source', cell: ({ source }) => source },
  { header: 'Device id', cell: ({ deviceId }) => deviceId },
];

/** A name of a package that a spreadsheet would take for a formula gets a sign before it. */
const cellOf = (text: string): string => {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

/** RFC 4180, with the mark by which spreadsheets know UTF-8. */
export const holdersAsCsv = async function* (pages: AsyncIterable<readonly SoftwareHolder[]>): AsyncGenerator<string> {
  yield `\ufeff${columns.map(({ header }) => header).join(',')}\r\n`;
  for await (const page of pages) {
    yield page.map((row) => `${columns.map(({ cell }) => cellOf(cell(row))).join(',')}\r\n`).join('');
  }
};
