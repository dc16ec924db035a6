/** A line of a CSV file with what it says, or with why it cannot be read. */
export interface CsvLine {
  /** Counts from 1; of a record that goes over several lines, its first. */
  line: number;
  fields: string[];
}

export class CsvBroken extends Error {
  readonly line: number;
  constructor(line: number, why: string) {
    super(why);
    this.line = line;
  }
}

/** What separates the fields: whichever of these the first line has most of. */
const delimiterOf = (text: string): string => {
  const first = text.slice(0, text.search(/[\r\n]|$/));
  const count = (sign: string) => first.split(sign).length;
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
};

/** RFC 4180, with comma, semicolon or tab between the fields, any line end, and without empty lines. @throws CsvBroken */
export const readCsv = (given: string): CsvLine[] => {
  const text = given.replace(/^\ufeff/, '');
  const delimiter = delimiterOf(text);
  const lines: CsvLine[] = [];
  let fields: string[] = [];
  let field = '';
  let isQuoted = false;
  let line = 1;
  let firstLine = 1;

  const endRecord = () => {
    fields.push(field);
    if (fields.some((each) => each.trim() !== '')) lines.push({ line: firstLine, fields });
    fields = [];
    field = '';
    firstLine = line;
  };

  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (isQuoted) {
      if (sign === '"' && text[at + 1] === '"') {
        field += '"';
        at += 1;
      } else if (sign === '"') {
        isQuoted = false;
        if (!/^([\r\n]|$)/.test(text.slice(at + 1, at + 2)) && text[at + 1] !== delimiter) {
          throw new CsvBroken(line, 'Text follows a closing quotation mark; write a mark inside a field twice');
        }
      } else {
        if (sign === '\n' || (sign === '\r' && text[at + 1] !== '\n')) line += 1;
        field += sign;
      }
    } else if (sign === '"' && field === '') {
      isQuoted = true;
    } else if (sign === delimiter) {
      fields.push(field);
      field = '';
    } else if (sign === '\n' || sign === '\r') {
      if (sign === '\r' && text[at + 1] === '\n') at += 1;
      line += 1;
      endRecord();
    } else {
      field += sign;
    }
  }
  if (isQuoted) throw new CsvBroken(firstLine, 'A quotation mark is not closed');
  endRecord();
  return lines;
};

/** One line as RFC 4180 has it. What a spreadsheet would take for a formula is made plain text. */
export const csvLine = (cells: readonly (string | number)[]): string => {
  const written = cells.map((cell) => {
    if (typeof cell === 'number') return String(cell);
    const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${written.join(',')}\r\n`;
};
