import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvBroken, csvLine, readCsv, withoutFormulaMark } from './index.ts';

const cellsOf = (text: string) => readCsv(text).map(({ cells }) => cells);

describe('a table as text', () => {
  it('comes back as it was written, whatever is in its cells', () => {
    const cell = fc
      .string({ unit: 'binary', maxLength: 20 })
      .map((text) => text.toWellFormed().replaceAll('\u0000', ''));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { maxLength: 6 }), (rows) => {
        const written = `\ufeff${csvLine(['a', 'b', 'c'])}${rows.map(csvLine).join('')}`;
        const kept = rows.filter((row) => row.some((each) => each.trim() !== ''));
        // A cell that itself begins with the mark of a formula cannot be told from one that got it.
        const isPlain = (text: string) => !text.startsWith("'");
        fc.pre(rows.flat().every(isPlain));
        const read = cellsOf(written).slice(1);
        expect(read.map((row) => row.map(withoutFormulaMark))).toEqual(kept);
      }),
      { numRuns: 100 },
    );
  });

  it('starts no program in a spreadsheet', () => {
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '|calc', '＝1']) {
      expect(cellsOf(csvLine([text, 'x']))[0]?.[0]).toBe(`'${text}`);
    }
    expect(csvLine([-1, null])).toBe('-1,\r\n');
  });

  it('is read with comma, semicolon or tab, and any end of line', () => {
    for (const separator of [',', ';', '\t']) {
      for (const end of ['\r\n', '\n', '\r']) {
        const text = [`name${separator}id`, `"Alder${separator} Sons"${separator}1`, '', `Birch${separator}2`].join(
          end,
        );
        expect(readCsv(text)).toEqual([
          { line: 1, cells: ['name', 'id'] },
          { line: 2, cells: [`Alder${separator} Sons`, '1'] },
          { line: 4, cells: ['Birch', '2'] },
        ]);
      }
    }
  });

  it('names the line that is broken, also after a cell of several lines', () => {
    const lineOf = (text: string) => {
      try {
        readCsv(text);
      } catch (error) {
        if (error instanceof CsvBroken) return [error.line, error.message.split(';')[0]];
      }
      return null;
    };
    expect(lineOf('a,b\n"one\ntwo",2\n"three,4\n')).toEqual([4, 'A quotation mark is not closed']);
    expect(lineOf('a,b\n"one" more,2\n')).toEqual([2, 'Text follows a closing quotation mark']);
    expect(readCsv('a,b\n"one\ntwo",2\nthree,4')[2]).toEqual({ line: 4, cells: ['three', '4'] });
  });

  it('reads a file of two megabytes in a moment', () => {
    const text = csvLine(['name', 'id']) + csvLine(['A company with a "name"', 17]).repeat(60_000);
    expect(readCsv(text)).toHaveLength(60_001);
  });

  it('keeps a quotation mark inside a cell that does not begin with one', () => {
    expect(cellsOf('a,b\nAlder 12",x')).toEqual([
      ['a', 'b'],
      ['Alder 12"', 'x'],
    ]);
  });
});
