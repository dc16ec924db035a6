/** How a value's text form, as the server sends it, becomes a value here. */
export type Parse = (text: string) => unknown;

/** A number when that is exact, a bigint beyond 2^53. */
const parseInt8: Parse = (text) => {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
};

// PostgreSQL writes '2026-11-22 07:00:00.123456+00'; the session's zone is UTC on both engines, but any offset is read.
const parseTimestamptz: Parse = (text) =>
  new Date(
    text.replace(' ', 'T').replace(/([+-]\d\d)(:?(\d\d))?$/, (_, hours, __, minutes) => `${hours}:${minutes ?? '00'}`),
  );

const parseBytea: Parse = (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex'));

const keep: Parse = (text) => text;

/** Reads an array in text form, nested to any depth: `{1,NULL,"a,b"}`. */
const parseArrayOf =
  (parseElement: Parse): Parse =>
  (text) => {
    let at = text.indexOf('{') + 1; // skips an explicit range as in '[0:2]={…}'
    const readElement = (): unknown => {
      if (text[at] === '{') {
        at += 1;
        return readList();
      }
      if (text[at] === '"') {
        let value = '';
        for (at += 1; text[at] !== '"'; at += 1) {
          if (text[at] === '\\') at += 1;
          value += text[at];
        }
        at += 1;
        return parseElement(value);
      }
      const start = at;
      while (at < text.length && text[at] !== ',' && text[at] !== '}') at += 1;
      const value = text.slice(start, at);
      return value === 'NULL' ? null : parseElement(value);
    };
    const readList = (): unknown[] => {
      const list: unknown[] = [];
      while (at < text.length && text[at] !== '}') {
        list.push(readElement());
        if (text[at] === ',') at += 1;
      }
      at += 1;
      return list;
    };
    return readList();
  };

const scalars: [oid: number, arrayOid: number, parse: Parse][] = [
  [16, 1000, (text) => text === 't'],
  [17, 1001, parseBytea],
  [20, 1016, parseInt8],
  [21, 1005, Number],
  [23, 1007, Number],
  [26, 1028, Number],
  [700, 1021, Number],
  [701, 1022, Number],
  [114, 199, JSON.parse],
  [3802, 3807, JSON.parse],
  [1184, 1185, parseTimestamptz],
  // Kept as text: a date without a zone is no moment, and a numeric may not fit a number.
  [1082, 1182, keep],
  [1114, 1115, keep],
  [1186, 1187, keep],
  [1700, 1231, keep],
  [25, 1009, keep],
  [1043, 1015, keep],
  [2950, 2951, keep],
  [869, 1041, keep],
];

/**
 * Value parsers by type id, the same for both engines, so that no query answers differently on PGlite and PostgreSQL:
 * int8 (and so `count(*)`) is a number when exact and else a bigint, timestamptz a Date, jsonb parsed, bytea a
 * Uint8Array; date, timestamp, numeric and interval stay text. Whatever is not listed stays text too.
 */
export const typeParsers: ReadonlyMap<number, Parse> = new Map(
  scalars.flatMap(([oid, arrayOid, parse]): [number, Parse][] => [
    [oid, parse],
    [arrayOid, parseArrayOf(parse)],
  ]),
);

export const parserOf = (oid: number): Parse => typeParsers.get(oid) ?? keep;
