import type { Cell, ReportData } from '../report.ts';

/**
 * A spreadsheet takes text that begins like this for a formula, and a formula can start programs: an apostrophe before
 * it makes it text (OWASP, CSV injection). The wide signs are what some spreadsheets fold into the narrow ones.
 */
const FORMULA = /^\s*[=+\-@|\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

const csvCell = (cell: Cell): string => {
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell === 'number') return String(cell);
  const whole = cell.toWellFormed().replaceAll('\u0000', '\ufffd');
  const text = FORMULA.test(whole) ? `'${whole}` : whole;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** RFC 4180, with the mark by which spreadsheets know UTF-8. The table alone: a program reads it. */
export const csv = async function* ({ kind, pages }: ReportData): AsyncGenerator<string> {
  yield `\ufeff${kind.columns.map(({ title }) => csvCell(title)).join(',')}\r\n`;
  for await (const page of pages) yield page.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
};
