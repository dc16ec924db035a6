/**
 * A spreadsheet takes text that begins like this for a formula, and a formula can start programs. An apostrophe before
 * it makes it text (OWASP, CSV injection). The wide signs are what some spreadsheets fold into the narrow ones.
 */
const FORMULA = /^\s*[=+\-@|\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

/** One line with its end. Write `\ufeff` before the first one: by it spreadsheets know UTF-8. */
export const csvLine = (cells: readonly (string | number | null)[]): string => {
  const written = cells.map((cell) => {
    if (cell === null) return '';
    if (typeof cell === 'number') return String(cell);
    const whole = cell.toWellFormed().replaceAll('\u0000', '\ufffd');
    const text = FORMULA.test(whole) ? `'${whole}` : whole;
    return /[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${written.join(',')}\r\n`;
};

/** Takes back the apostrophe that `csvLine` put before a formula, so that what is read is what was written. */
export const withoutFormulaMark = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
