import type { ExportFormat, SecurityEvent } from '@gatehouse/contract';
import { csvPages } from '../../platform/csv/index.ts';
import { exportColumns, xmlSafe } from './columns.ts';
import { writeXlsx } from './xlsx.ts';

export type EventExportRow = SecurityEvent;
type Pages = AsyncIterable<readonly SecurityEvent[]>;

/** Rows are put together up to about this many characters before they go out. */
const CHUNK_CHARACTERS = 64 * 1024;

/** Joins small pieces into chunks of a good size. */
const chunked = async function* (pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let waiting: string[] = [];
  let length = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    length += piece.length;
    if (length < CHUNK_CHARACTERS) continue;
    yield waiting.join('');
    waiting = [];
    length = 0;
  }
  if (length > 0) yield waiting.join('');
};

/** An array, one event a line, as the API gives events. */
const json = async function* (pages: Pages): AsyncGenerator<string> {
  let before = '[\n';
  for await (const page of pages) {
    for (const event of page) {
      yield before + JSON.stringify(event);
      before = ',\n';
    }
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
};

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};
const escaped = (text: string): string => xmlSafe(text).replaceAll(/[&<>"\t\n\r]/g, (sign) => entities[sign] ?? sign);
const element = (name: string, value: string | number | boolean | null): string =>
  value === null || value === '' ? '' : `<${name}>${escaped(String(value))}</${name}>`;

const xml = async function* (pages: Pages): AsyncGenerator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<events>\n';
  for await (const page of pages) {
    for (const { params, ...event } of page) {
      const fields = Object.entries(event).map(([name, value]) => element(name, value));
      const parameters = Object.entries(params).map(
        ([number, value]) => `<parameter number="${number}">${escaped(value)}</parameter>`,
      );
      yield `<event>${fields.join('')}${parameters.join('')}</event>\n`;
    }
  }
  yield '</events>\n';
};

export interface WrittenFile {
  type: string;
  chunks: AsyncIterable<string | Uint8Array>;
}

/** Writes pages of events as a file, as fast as it is read; pages are asked for one after the other. */
export const writeEvents = (format: ExportFormat, pages: Pages, { now }: { now: Date }): WrittenFile => {
  switch (format) {
    case 'csv':
      return { type: 'text/csv; charset=utf-8', chunks: chunked(csvPages(exportColumns, pages)) };
    case 'json':
      return { type: 'application/json; charset=utf-8', chunks: chunked(json(pages)) };
    case 'xml':
      return { type: 'application/xml; charset=utf-8', chunks: chunked(xml(pages)) };
    case 'xlsx':
      return {
        type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        chunks: writeXlsx(pages, { now }),
      };
  }
};
