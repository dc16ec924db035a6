/**
 * A spreadsheet takes text that begins like this for a formula, and a formula can start programs. An apostrophe before
 * it makes it text (OWASP, CSV injection). The wide signs are what some spreadsheets fold into the narrow ones.
 */
const FORMULA = /^\s*[=+\-@|\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

/** What a spreadsheet would take for a formula is made plain text; for sheets too. */
export const withoutFormula = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** Takes back the apostrophe that `withoutFormula` put there, so that what is read is what was written. */
export const withoutFormulaMark = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;

/** A date is written as a moment in UTC, null as nothing. */
export type CsvCell = string | number | boolean | Date | null;

const written = (cell: CsvCell): string => {
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell !== 'string') return String(cell);
  const text = withoutFormula(cell.toWellFormed().replaceAll('\u0000', '\ufffd'));
  return /[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** One line with its end, as RFC 4180 has it. */
export const csvLine = (cells: readonly CsvCell[]): string => `${cells.map(written).join(',')}\r\n`;

/** A whole table page by page, as fast as it is read, with the mark by which spreadsheets know UTF-8. */
export const csvPages = async function* <Row>(
  columns: readonly { header: string; cell: (row: Row) => CsvCell }[],
  pages: AsyncIterable<readonly Row[]>,
): AsyncGenerator<string> {
  yield `\ufeff${csvLine(columns.map(({ header }) => header))}`;
  for await (const page of pages) {
    if (page.length > 0) yield page.map((row) => csvLine(columns.map(({ cell }) => cell(row)))).join('');
  }
};
