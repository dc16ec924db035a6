import type { SecurityEvent } from '@gatehouse/contract';

/** A cell: text, a whole number, or a moment in UTC; null is empty. */
export type Cell = string | number | Date | null;

const param =
  (number: number) =>
  ({ params }: SecurityEvent): Cell =>
    params[number] ?? null;

/** The columns of tables, in their order. Names of elements and properties are those of the API. */
export const exportColumns: readonly { header: string; widthCharacters: number; cell(event: SecurityEvent): Cell }[] = [
  // As text: a spreadsheet rounds numbers of more than 15 digits.
  { header: 'Event number', widthCharacters: 18, cell: ({ id }) => id },
  { header: 'Happened (UTC)', widthCharacters: 24, cell: ({ riseTime }) => new Date(riseTime) },
  { header: 'Registered (UTC)', widthCharacters: 24, cell: ({ registrationTime }) => new Date(registrationTime) },
  { header: 'Severity', widthCharacters: 18, cell: ({ severity }) => severity },
  { header: 'Event', widthCharacters: 40, cell: ({ displayName }) => displayName },
  { header: 'Event type', widthCharacters: 32, cell: ({ type }) => type },
  { header: 'Type number', widthCharacters: 12, cell: ({ typeId }) => typeId },
  { header: 'Description', widthCharacters: 60, cell: ({ description }) => description },
  { header: 'Client', widthCharacters: 24, cell: ({ tenantName }) => tenantName },
  { header: 'Device', widthCharacters: 24, cell: ({ deviceName }) => deviceName },
  { header: 'Device id', widthCharacters: 38, cell: ({ deviceId }) => deviceId },
  { header: 'Group', widthCharacters: 28, cell: ({ groupName }) => groupName },
  { header: 'Application', widthCharacters: 16, cell: ({ product }) => product },
  { header: 'Application version', widthCharacters: 18, cell: ({ productVersion }) => productVersion },
  { header: 'Task', widthCharacters: 24, cell: ({ taskName }) => taskName },
  { header: 'Task id', widthCharacters: 38, cell: ({ taskId }) => taskId },
  { header: 'Old task state', widthCharacters: 14, cell: ({ taskOldState }) => taskOldState },
  { header: 'New task state', widthCharacters: 14, cell: ({ taskNewState }) => taskNewState },
  ...Array.from({ length: 9 }, (_, at) => ({
    header: `Parameter ${at + 1}`,
    widthCharacters: 24,
    cell: param(at + 1),
  })),
];

/** Half of a character, and the two that no text may hold: nothing that reads UTF-8 or XML takes them. */
const wellFormed = (text: string): string => text.toWellFormed().replaceAll(/[\ufffe\uffff]/g, '\ufffd');

/** Characters that XML 1.0 cannot hold, written or escaped, become U+FFFD: to be seen that something was there. */
export const xmlSafe = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  wellFormed(text).replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd');
