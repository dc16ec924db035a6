import { PassThrough } from 'node:stream';
import exceljs from 'exceljs';
import { csvPages, withoutFormula } from '../csv/index.ts';

/** A date is written as a moment in UTC. */
export type Cell = string | number | boolean | Date | null;

export interface TableColumn<Row> {
  header: string;
  widthCharacters: number;
  cell(row: Row): Cell;
}

export interface TableFile {
  /** Media type, with the charset of text. */
  type: string;
  chunks: AsyncIterable<string | Uint8Array>;
}

/** What a cell of a sheet can hold. */
const MOST_CHARACTERS = 32_767;

/** Signs that no XML can hold, and halves of surrogate pairs. */
const xmlSafe = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');

/** Booleans are said in words, in both kinds of file. */
const inWords = (cell: Cell): Exclude<Cell, boolean> => (typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : cell);

const inWordsOf = <Row>(columns: readonly TableColumn<Row>[]) =>
  columns.map(({ header, cell }) => ({ header, cell: (row: Row) => inWords(cell(row)) }));

const sheetCell = (given: Cell): Cell => {
  const cell = inWords(given);
  return typeof cell === 'string' ? withoutFormula(xmlSafe(cell)).slice(0, MOST_CHARACTERS) : cell;
};

/** A workbook with one sheet, zipped while its rows are made. */
const xlsx = async function* <Row>(
  title: string,
  columns: readonly TableColumn<Row>[],
  pages: AsyncIterable<readonly Row[]>,
  now: Date,
): AsyncGenerator<Uint8Array> {
  const out = new PassThrough({ highWaterMark: 256 * 1024 });
  const workbook = new exceljs.stream.xlsx.WorkbookWriter({
    stream: out,
    useStyles: true,
    useSharedStrings: false,
    created: now,
    modified: now,
    creator: 'Gatehouse',
  } as Partial<exceljs.stream.xlsx.WorkbookWriterOptions>);
  const write = async (): Promise<void> => {
    const sheet = workbook.addWorksheet(title, { views: [{ state: 'frozen', ySplit: 1 }] });
    sheet.columns = columns.map(({ header, widthCharacters }) => ({
      header,
      width: widthCharacters,
      style: header.endsWith('(UTC)') ? { numFmt: 'yyyy-mm-dd hh:mm:ss' } : {},
    }));
    sheet.getRow(1).font = { bold: true };
    sheet.getRow(1).commit();
    for await (const page of pages) {
      if (out.destroyed) return;
      for (const row of page) sheet.addRow(columns.map(({ cell }) => sheetCell(cell(row)))).commit();
    }
    await sheet.commit();
    await workbook.commit();
  };
  const writing = write().catch((error: unknown) =>
    out.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  try {
    for await (const chunk of out) yield chunk as Uint8Array;
  } finally {
    // Whoever read has gone: what makes rows must notice, and be waited for.
    out.destroy();
    await writing;
  }
};

/**
 * Writes rows as a file for spreadsheets. The rows of a workbook lie in memory while it is zipped: made for tables of
 * up to some hundred thousand rows.
 *
 * @param title names the sheet, at most 31 characters
 */
export const writeTable = <Row>(
  format: 'csv' | 'xlsx',
  {
    title,
    columns,
    pages,
    now,
  }: {
    title: string;
    columns: readonly TableColumn<Row>[];
    pages: AsyncIterable<readonly Row[]>;
    now: Date;
  },
): TableFile =>
  format === 'csv'
    ? { type: 'text/csv; charset=utf-8', chunks: csvPages(inWordsOf(columns), pages) }
    : {
        type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        chunks: xlsx(title, columns, pages, now),
      };
