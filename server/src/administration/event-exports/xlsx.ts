import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { SecurityEvent } from '@gatehouse/contract';
import exceljs from 'exceljs';
import { withoutFormula } from '../../platform/csv/index.ts';
import { type Cell, exportColumns, xmlSafe } from './columns.ts';

/** A sheet has room for 1,048,576 rows, of which one is the heading. */
const MOST_ROWS_IN_SHEET = 1_048_575;
/** What a cell can hold. */
const MOST_CHARACTERS = 32_767;
/** Beyond this much that nobody has read yet, no further rows are made. */
const MOST_WAITING_BYTES = 1024 * 1024;
const ROWS_BETWEEN_LOOKS = 250;
const LOOK_AGAIN_MS = 5;

const sheetCell = (cell: Cell): Cell =>
  typeof cell === 'string' ? withoutFormula(xmlSafe(cell)).slice(0, MOST_CHARACTERS) : cell;

/**
 * The writer's streams take whatever they are given; how much lies in them is found here: in their own blocks, which
 * fill until the zipper has come to them, and on the way into the zipper (streams of a time before `writableLength`).
 */
const waitingBytes = (sheet: exceljs.Worksheet): number => {
  const { stream } = sheet as unknown as {
    stream: { buffers: { length: number }[]; pipes: { _writableState: { length: number } }[] };
  };
  // With a way into the zipper the blocks go on with the next row, not by waiting.
  return stream.pipes.length === 0
    ? stream.buffers.reduce((sum, { length }) => sum + length, 0)
    : stream.pipes.reduce((sum, { _writableState }) => sum + _writableState.length, 0);
};

/** A workbook, zipped while its rows are made. Memory is bounded whoever reads, however slowly. */
export const writeXlsx = async function* (
  pages: AsyncIterable<readonly SecurityEvent[]>,
  { now }: { now: Date },
): AsyncGenerator<Uint8Array> {
  const out = new PassThrough({ highWaterMark: 256 * 1024 });
  const workbook = new exceljs.stream.xlsx.WorkbookWriter({
    stream: out,
    useStyles: true,
    useSharedStrings: false,
    created: now,
    modified: now,
    creator: 'Gatehouse',
    zip: { zlib: { level: 6 } },
  } as Partial<exceljs.stream.xlsx.WorkbookWriterOptions>);

  const addSheet = (number: number): exceljs.Worksheet => {
    const sheet = workbook.addWorksheet(number === 1 ? 'Events' : `Events ${number}`, {
      views: [{ state: 'frozen', ySplit: 1 }],
    });
    sheet.columns = exportColumns.map(({ header, widthCharacters }) => ({
      header,
      width: widthCharacters,
      style: header.endsWith('(UTC)') ? { numFmt: 'yyyy-mm-dd hh:mm:ss.000' } : {},
    }));
    sheet.getRow(1).font = { bold: true };
    sheet.getRow(1).commit();
    return sheet;
  };

  const write = async (): Promise<void> => {
    let sheets = 1;
    let sheet = addSheet(sheets);
    let rows = 0;
    for await (const page of pages) {
      for (const event of page) {
        if (rows === MOST_ROWS_IN_SHEET) {
          await sheet.commit();
          sheets += 1;
          sheet = addSheet(sheets);
          rows = 0;
        }
        sheet.addRow(exportColumns.map(({ cell }) => sheetCell(cell(event)))).commit();
        rows += 1;
        while (rows % ROWS_BETWEEN_LOOKS === 0 && waitingBytes(sheet) > MOST_WAITING_BYTES) {
          if (out.destroyed) return;
          await wait(LOOK_AGAIN_MS);
        }
      }
      if (out.destroyed) return;
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
