import type { Column, ReportData } from '../report.ts';
import { cellText, endText, subtitleOf } from './text.ts';

/** A4, landscape, in points. */
const PAGE = { width: 842, height: 595, margin: 30 };
const FONT_SIZE = 7;
const LINE_HEIGHT = 9;
/** Every glyph of Courier is 600 thousandths of the size wide, so that text needs no font file to be measured. */
const GLYPH_WIDTH = FONT_SIZE * 0.6;
const CHARACTERS_ON_LINE = Math.floor((PAGE.width - 2 * PAGE.margin) / GLYPH_WIDTH);
/** A cell that would need more is cut with an ellipsis: a line of a report is no place for a text of pages. */
const MOST_LINES_OF_CELL = 6;

/** Windows-1252, the encoding of the built-in fonts, where it differs from Latin-1. */
const WINDOWS_1252: Readonly<Record<string, number>> = Object.fromEntries(
  [...'€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ'].map((sign, at) => [
    sign,
    [
      0x80, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8e, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96,
      0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9e, 0x9f,
    ][at] ?? 0x3f,
  ]),
);

/**
 * A table on pages, its header on each. Small on purpose: PDF 1.4, the built-in Courier, Western European letters.
 * What the font lacks is shown as `?`, and the last page says how often.
 */
export const pdf = async function* (report: ReportData): AsyncGenerator<Uint8Array> {
  const writer = pdfObjects();
  const { kind, pages } = report;
  const places = columnPlaces(kind.columns);
  let missing = 0;
  let lines: string[] = [];
  let pageNumbers: number[] = [];
  let y = 0;

  const encoded = (text: string): string =>
    [...text.normalize('NFC')]
      .map((sign) => {
        const code = sign.codePointAt(0) ?? 0;
        const byte = (code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code <= 0xff) ? code : WINDOWS_1252[sign];
        if (byte === undefined && code >= 0x20) missing += 1;
        const written = String.fromCharCode(byte ?? (code < 0x20 ? 0x20 : 0x3f));
        return /[\\()]/.test(written) ? `\\${written}` : written;
      })
      .join('');
  const put = (text: string, x: number, { bold = false, size = FONT_SIZE } = {}) =>
    lines.push(`BT /${bold ? 'B' : 'F'} ${size} Tf ${x.toFixed(1)} ${y.toFixed(1)} Td (${encoded(text)}) Tj ET`);
  const rule = () =>
    lines.push(
      `0.8 G 0.5 w ${PAGE.margin} ${y + LINE_HEIGHT - 1} m ${PAGE.width - PAGE.margin} ${y + LINE_HEIGHT - 1} l S`,
    );

  const begin = () => {
    y = PAGE.height - PAGE.margin - 8;
    put(kind.title, PAGE.margin, { bold: true, size: 12 });
    y -= 12;
    put(subtitleOf(report), PAGE.margin);
    y -= 2 * LINE_HEIGHT;
    row(
      kind.columns.map(({ title }) => title),
      true,
    );
  };
  function* finish(): Generator<Uint8Array> {
    y = PAGE.margin - 12;
    put(`Page ${pageNumbers.length + 1}`, PAGE.width - PAGE.margin - 60);
    const stream = lines.join('\n');
    const content = writer.reserve();
    yield writer.object(content, `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`);
    const page = writer.reserve();
    yield writer.object(
      page,
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Contents ${content} 0 R /Resources << /Font << /F 3 0 R /B 4 0 R >> >> >>`,
    );
    pageNumbers = [...pageNumbers, page];
    lines = [];
  }
  const row = (cells: readonly string[], bold = false) => {
    const top = y;
    const wrapped = cells.map((text, at) => wrap(text, places[at]?.characters ?? 1));
    rule();
    for (const [at, parts] of wrapped.entries()) {
      for (const [index, part] of parts.entries()) {
        y = top - index * LINE_HEIGHT;
        if (part !== '') put(part, places[at]?.x ?? PAGE.margin, { bold });
      }
    }
    y = top - heightOf(wrapped);
  };
  const heightOf = (wrapped: readonly string[][]): number =>
    Math.max(1, ...wrapped.map((parts) => parts.length)) * LINE_HEIGHT + 1;
  const fits = (height: number): boolean => y - height >= PAGE.margin;

  yield writer.header();
  begin();
  for await (const page of pages) {
    for (const cells of page) {
      const texts = cells.map(cellText);
      if (!fits(heightOf(texts.map((text, at) => wrap(text, places[at]?.characters ?? 1))))) {
        yield* finish();
        begin();
      }
      row(texts);
    }
  }
  const end = report.end();
  const note = () =>
    missing > 0
      ? [`${missing} characters that the font of this file lacks are shown as ?. The other formats have them.`]
      : [];
  const closing = [endText(end), ...end.summary.map(({ label, count }) => `${String(count).padStart(7)}  ${label}`)];
  y -= LINE_HEIGHT;
  for (const text of closing) {
    if (!fits(LINE_HEIGHT)) {
      yield* finish();
      begin();
    }
    put(clipped(text, CHARACTERS_ON_LINE), PAGE.margin);
    y -= LINE_HEIGHT;
  }
  for (const text of note()) {
    if (!fits(LINE_HEIGHT)) {
      yield* finish();
      begin();
    }
    put(text, PAGE.margin);
  }
  yield* finish();
  yield writer.object(
    2,
    `<< /Type /Pages /Count ${pageNumbers.length} /Kids [${pageNumbers.map((id) => `${id} 0 R`).join(' ')}] >>`,
  );
  yield writer.end();
};

/** Objects with their places, as the table at the end wants them. */
const pdfObjects = () => {
  const offsets = new Map<number, number>();
  let length = 0;
  let last = 4;
  const bytes = (text: string): Uint8Array => {
    const buffer = Buffer.from(text, 'latin1');
    length += buffer.length;
    return buffer;
  };
  const object = (id: number, text: string): Uint8Array => {
    offsets.set(id, length);
    return bytes(`${id} 0 obj\n${text}\nendobj\n`);
  };
  const font = (name: string) => `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
  return {
    reserve: (): number => {
      last += 1;
      return last;
    },
    object,
    /** With the catalogue (1) and the fonts (3, 4); the list of pages (2) comes when they are known. */
    header: (): Uint8Array =>
      Buffer.concat([
        bytes('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n'),
        object(1, '<< /Type /Catalog /Pages 2 0 R >>'),
        object(3, font('Courier')),
        object(4, font('Courier-Bold')),
      ]),
    end: (): Uint8Array => {
      const start = length;
      const places = Array.from(
        { length: last },
        (_, at) => `${String(offsets.get(at + 1)).padStart(10, '0')} 00000 n \n`,
      );
      return bytes(
        `xref\n0 ${last + 1}\n0000000000 65535 f \n${places.join('')}trailer\n<< /Size ${last + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`,
      );
    },
  };
};

const columnPlaces = (columns: readonly Column[]): { x: number; characters: number }[] => {
  const total = columns.reduce((sum, { width }) => sum + width, 0);
  let used = 0;
  return columns.map(({ width }) => {
    const first = Math.round((used / total) * CHARACTERS_ON_LINE);
    used += width;
    const next = Math.round((used / total) * CHARACTERS_ON_LINE);
    return { x: PAGE.margin + first * GLYPH_WIDTH, characters: Math.max(1, next - first - 1) };
  });
};

const clipped = (text: string, characters: number): string =>
  text.length <= characters ? text : `${text.slice(0, Math.max(0, characters - 1))}…`;

/** At blanks where there are some, else in the middle of a word. */
const wrap = (text: string, characters: number): string[] => {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > characters && parts.length < MOST_LINES_OF_CELL - 1) {
    const blank = rest.lastIndexOf(' ', characters);
    const at = blank > characters / 3 ? blank : characters;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  return [...parts, clipped(rest, characters)];
};
