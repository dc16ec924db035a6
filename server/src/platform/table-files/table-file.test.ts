import exceljs from 'exceljs';
import { describe, expect, it } from 'vitest';
import { type TableColumn, writeTable } from './index.ts';

interface Row {
  name: string | null;
  count: number;
  at: Date;
  isOn: boolean;
}
const columns: TableColumn<Row>[] = [
  { header: 'Name', widthCharacters: 20, cell: ({ name }) => name },
  { header: 'Count', widthCharacters: 8, cell: ({ count }) => count },
  { header: 'At (UTC)', widthCharacters: 20, cell: ({ at }) => at },
  { header: 'On', widthCharacters: 6, cell: ({ isOn }) => isOn },
];
const at = new Date('2026-03-04T05:06:07Z');
const pages = async function* (): AsyncGenerator<Row[]> {
  yield [{ name: '=1+1', count: -3, at, isOn: true }];
  yield [
    { name: 'a "b", c\u0001', count: 0, at, isOn: false },
    { name: null, count: 7, at, isOn: true },
  ];
};
const written = async (format: 'csv' | 'xlsx'): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of writeTable(format, { title: 'Things', columns, pages: pages(), now: at }).chunks) {
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
};

describe('a table as a file', () => {
  it('has a line for each row as text, and nothing that starts as a formula', async () => {
    expect((await written('csv')).toString().split('\r\n')).toEqual([
      '\ufeffName,Count,At (UTC),On',
      "'=1+1,-3,2026-03-04T05:06:07.000Z,yes",
      '"a ""b"", c\u0001",0,2026-03-04T05:06:07.000Z,no',
      ',7,2026-03-04T05:06:07.000Z,yes',
      '',
    ]);
  });

  it('opens as a workbook with numbers and moments as such', async () => {
    const workbook = new exceljs.Workbook();
    await workbook.xlsx.load((await written('xlsx')) as never);
    const sheet = workbook.getWorksheet('Things');
    expect(sheet?.getRow(1).values).toEqual([undefined, 'Name', 'Count', 'At (UTC)', 'On']);
    expect(sheet?.getRow(2).values).toEqual([undefined, "'=1+1", -3, at, 'yes']);
    expect(sheet?.getRow(3).getCell(1).value).toBe('a "b", c\ufffd');
    expect(sheet?.rowCount).toBe(4);
  });

  it('ends its work when nobody reads on', async () => {
    let made = 0;
    const endless = async function* (): AsyncGenerator<Row[]> {
      for (;;) {
        made += 1;
        await new Promise((go) => setImmediate(go));
        yield [{ name: 'x'.repeat(1_000), count: made, at, isOn: true }];
      }
    };
    for (const format of ['csv', 'xlsx'] as const) {
      for await (const _ of writeTable(format, { title: 'T', columns, pages: endless(), now: at }).chunks) break;
      const before = made;
      await new Promise((go) => setTimeout(go, 30));
      expect(made - before).toBeLessThanOrEqual(1);
    }
  });
});
