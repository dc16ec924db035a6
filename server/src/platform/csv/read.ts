/** A line of a table. */
export interface CsvRecord {
  /** Counts from 1; of a record that goes over several lines, its first. */
  line: number;
  cells: string[];
}

/** The text is no table; `line` counts from 1. */
export class CsvBroken extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** What parts the cells is what the first line has most of; spreadsheets choose it by the country. */
const separatorOf = (text: string): string => {
  const [first = ''] = text.split(/\r\n|\r|\n/, 1);
  const counted = [',', ';', '\t'].map((sign) => ({ sign, count: first.split(sign).length }));
  return counted.reduce((best, each) => (each.count > best.count ? each : best)).sign;
};

/** One cell with what follows it: the separator, an end of line, or the end of the text. */
const cellPattern = (separator: string): RegExp => {
  const sign = separator === '\t' ? '\\t' : separator;
  return new RegExp(`("(?:[^"]|"")*"|[^"${sign}\\r\\n][^${sign}\\r\\n]*|)(?:(${sign})|(\\r\\n|\\r|\\n)|$)`, 'y');
};

/**
 * RFC 4180 with comma, semicolon or tab between the cells and any end of line. Empty lines are left out; a mark of
 * UTF-8 at the beginning is no part of the first cell.
 *
 * @throws CsvBroken when a quotation mark is not closed, or text follows a closing one
 */
export const readCsv = (given: string): CsvRecord[] => {
  const text = given.replace(/^\ufeff/, '');
  const pattern = cellPattern(separatorOf(text));
  const records: CsvRecord[] = [];
  let cells: string[] = [];
  let line = 1;
  let firstLine = 1;
  for (let at = 0; at <= text.length; ) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) {
      const isOpen = text[at] === '"' && !/^"(?:[^"]|"")*"/.test(text.slice(at));
      throw new CsvBroken(
        line,
        isOpen
          ? 'A quotation mark is not closed'
          : 'Text follows a closing quotation mark; write a mark inside a cell twice',
      );
    }
    const [whole, cell = '', , ending] = match;
    cells.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    line += cell.split(/\r\n|\r|\n/).length - 1;
    const isEnd = match[2] === undefined;
    if (isEnd) {
      if (cells.some((each) => each.trim() !== '')) records.push({ line: firstLine, cells });
      cells = [];
      if (ending !== undefined) line += 1;
      firstLine = line;
      if (ending === undefined) break;
    }
    at += whole.length;
  }
  return records;
};
