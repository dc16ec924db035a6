import { randomBytes } from 'node:crypto';
import type { SecurityEvent } from '@gatehouse/contract';
import exceljs from 'exceljs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutFormula } from '../../platform/csv/index.ts';
import { xmlSafe } from './columns.ts';
import { writeEvents } from './formats.ts';

const now = new Date('2026-03-04T05:06:07.000Z');

const anEvent = (words: Partial<SecurityEvent> = {}): SecurityEvent => ({
  id: '9007199254740991',
  type: 'GNRL_EV_VIRUS_FOUND',
  typeId: null,
  displayName: 'Malicious object detected',
  severity: 'critical',
  known: true,
  description: '',
  params: {},
  riseTime: '2026-03-04T05:06:07.890Z',
  registrationTime: '2026-03-04T05:06:08.000Z',
  tenantId: '019a0000-0000-7000-8000-00000000000a',
  tenantName: 'Contoso',
  deviceId: null,
  deviceName: 'pc-1',
  groupId: 0,
  groupName: 'Managed devices',
  product: 'KES',
  productVersion: '11.0.0.0',
  taskId: null,
  taskName: '',
  taskOldState: null,
  taskNewState: null,
  ...words,
});

const pagesOf = async function* (events: SecurityEvent[], size = 2) {
  for (let from = 0; from < events.length; from += size) yield events.slice(from, from + size);
};
const bytes = async (format: 'csv' | 'json' | 'xml' | 'xlsx', events: SecurityEvent[]): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of writeEvents(format, pagesOf(events), { now }).chunks) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};
const text = async (...given: Parameters<typeof bytes>) => (await bytes(...given)).toString();

/** Reads RFC 4180 strictly: whatever is not allowed there throws. */
const readCsv = (content: string): string[][] => {
  const rows: string[][] = [];
  let rest = content;
  let row: string[] = [];
  while (rest !== '') {
    const [whole, quoted, plain, end] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest) ?? [];
    if (whole === undefined) throw new Error(`no CSV: ${JSON.stringify(rest.slice(0, 40))}`);
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\r\n') {
      rows.push(row);
      row = [];
    }
    rest = rest.slice(whole.length);
  }
  return rows;
};

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'=+-@\t\r\n",\';<>&\0\u0001\u001f\ufffe\uffff\ud800]]>🦊ä＝'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 12,
});

describe('a CSV file', () => {
  it('gives back what was in the events, except that nothing can be taken for a formula', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (deviceName, param) => {
        const content = await text('csv', [anEvent({ deviceName, params: { '9': param } }), anEvent()]);
        expect(content.startsWith('\ufeff')).toBe(true);
        const [header, first, second, ...more] = readCsv(content.slice(1));
        expect([first?.length, second?.length, more]).toEqual([header?.length, header?.length, []]);
        const shown = (value: string) => withoutFormula(value.toWellFormed().replaceAll('\0', '\ufffd'));
        expect(first?.[header?.indexOf('Device') ?? -1]).toBe(shown(deviceName));
        expect(first?.at(-1)).toBe(shown(param));
        for (const cell of first ?? []) expect(cell).not.toMatch(/^\s*[=+\-@]/);
      }),
    );
  });

  it('tells times in UTC and numbers in full', async () => {
    const [header = [], row = []] = readCsv((await text('csv', [anEvent()])).slice(1));
    const named = Object.fromEntries(header.map((name, at) => [name, row[at]]));
    expect(named).toMatchObject({
      'Event number': '9007199254740991',
      'Happened (UTC)': '2026-03-04T05:06:07.890Z',
      Severity: 'critical',
      'Type number': '',
      Client: 'Contoso',
    });
  });

  it('without events has its heading', async () => {
    expect(readCsv((await text('csv', [])).slice(1))).toHaveLength(1);
  });
});

describe('a JSON file', () => {
  it('is an array of events as the API gives them, however many', async () => {
    const events = ['', '"', '\u2028', '=1+1'].map((description, number) =>
      anEvent({ id: String(number), description }),
    );
    expect(JSON.parse(await text('json', events))).toEqual(events);
    expect(JSON.parse(await text('json', []))).toEqual([]);
  });
});

describe('an XML file', () => {
  const content = '(?:[^<>&"\\u0000-\\u001f\\ufffe\\uffff]|&(?:amp|lt|gt|quot|#9|#10|#13);)*';
  const wellFormed = new RegExp(
    `^<\\?xml version="1\\.0" encoding="UTF-8"\\?>\\n<events>\\n(?:<event>(?:<([A-Za-z]+)>${content}</\\1>|<parameter number="[1-9]">${content}</parameter>)*</event>\\n)*</events>\\n$`,
    'u',
  );
  const meant = (escaped: string) =>
    escaped.replaceAll(/&(amp|lt|gt|quot|#9|#10|#13);/g, (_, name: string) => {
      const signs: Record<string, string> = {
        amp: '&',
        lt: '<',
        gt: '>',
        quot: '"',
        '#9': '\t',
        '#10': '\n',
        '#13': '\r',
      };
      return signs[name] ?? '';
    });

  it('is well-formed whatever the events hold, and says the same', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (description, param) => {
        const file = await text('xml', [anEvent({ description, params: { '2': param } }), anEvent()]);
        expect(file).toMatch(wellFormed);
        const given = /<description>([^<]*)<\/description>/.exec(file)?.[1] ?? '';
        expect(meant(given)).toBe(xmlSafe(description));
        expect(meant(/<parameter number="2">([^<]*)</.exec(file)?.[1] ?? '')).toBe(xmlSafe(param));
      }),
    );
  });
});

describe('an XLSX file', () => {
  it('opens as a workbook with moments as moments, text as text, and no formula', async () => {
    const events = [
      anEvent({ description: '=HYPERLINK("http://x.example")', deviceName: '\u0001<&>"\ud800🦊' }),
      anEvent({ typeId: 4113, description: 'x'.repeat(40_000) }),
      anEvent({ id: '3' }),
    ];
    const book = new exceljs.Workbook();
    await book.xlsx.load((await bytes('xlsx', events)) as never);
    const sheet = book.getWorksheet('Events');
    expect(sheet?.rowCount).toBe(4);
    const header = sheet?.getRow(1).values as string[];
    const cell = (row: number, name: string) => sheet?.getRow(row).getCell(header.indexOf(name)).value;
    expect(cell(2, 'Event number')).toBe('9007199254740991');
    expect(cell(2, 'Happened (UTC)')).toEqual(new Date('2026-03-04T05:06:07.890Z'));
    expect(cell(2, 'Description')).toBe('\'=HYPERLINK("http://x.example")');
    expect(cell(2, 'Device')).toBe('\ufffd<&>"\ufffd🦊');
    expect(cell(3, 'Type number')).toBe(4113);
    expect(String(cell(3, 'Description'))).toHaveLength(32_767);
    expect(cell(4, 'Event number')).toBe('3');
  });
});

describe.each(['csv', 'json', 'xml', 'xlsx'] as const)('making a %s file', (format) => {
  it('asks for no further events when nobody reads on, and ends when the reader leaves', async () => {
    let asked = 0;
    let left = false;
    const endless = async function* () {
      try {
        for (;;) {
          asked += 1;
          yield Array.from({ length: 500 }, (_, number) =>
            anEvent({ id: String(number), description: randomBytes(300).toString('base64') }),
          );
        }
      } finally {
        left = true;
      }
    };
    const chunks = writeEvents(format, endless(), { now }).chunks[Symbol.asyncIterator]();
    await chunks.next();
    // At most what fits into the buffers on the way, which may take a moment to fill.
    for (let before = -1; before !== asked; ) {
      before = asked;
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(asked).toBeLessThan(60);
    }
    await chunks.return?.();
    expect(left).toBe(true);
  });

  it('passes a failure of the source on instead of ending as if all were there', async () => {
    const failing = async function* () {
      yield [anEvent()];
      throw new Error('the event store is away');
    };
    const reading = (async () => {
      for await (const chunk of writeEvents(format, failing(), { now }).chunks) void chunk;
    })();
    await expect(reading).rejects.toThrow('the event store is away');
  });
});
