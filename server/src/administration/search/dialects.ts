import type { Piece, SearchDialect } from './compile.ts';

/** What JavaScript takes for blanks around a number; written out, since each engine has its own idea of a blank. */
const BLANKS =
  ' \t\n\v\f\r\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}';
/** The notation that `numberInText` of the filter language reads. */
const NUMBER = `^[${BLANKS}]*[+-]?[0-9]{1,18}([.][0-9]{1,18})?[${BLANKS}]*$`;
/** Bits are tested on whole numbers that are exact, as in memory. */
const isWhole = (number: string) => `${number} = trunc(${number}) and abs(${number}) <= 9007199254740991`;

/**
 * PostgreSQL, also embedded. Case is folded by the root locale, since the database's own may know ASCII only; text
 * compares by code points, whatever the database's collation.
 */
export const postgresqlSearch: SearchDialect = {
  fold: (text) => `lower(${text} collate "und-x-icu") collate "C"`,
  matchesLike: (text, pattern) => [`${text} collate "und-x-icu" ilike `, pattern],
  matchesRegex: (text, pattern) => [`${text} collate "und-x-icu" ~* `, pattern],
  epochSeconds: (time) => `floor(extract(epoch from ${time}))`,
  toNumber: (number) => `(${number})::float8`,
  booleanToNumber: (boolean) => `(${boolean})::int`,
  textToNumber: (text) => `(case when ${text} ~ '${NUMBER}' then translate(${text}, '${BLANKS}', '')::float8 end)`,
  bitAnd: (number, mask) => {
    const float = `(${number})::float8`;
    return [`(case when ${isWhole(float)} then (${float})::bigint end) & `, mask];
  },
  isOneOf: (number, numbers) => [`${number} = any(`, numbers, ')'],
  holdsForOne: (texts, condition) => [
    `exists (select from unnest(${texts}) as each_text(element) where `,
    ...condition('each_text.element'),
    ')',
  ],
};

export const clickhouseSearch: SearchDialect = {
  fold: (text) => `lowerUTF8(${text})`,
  matchesLike: (text, pattern) => [`${text} ilike `, pattern],
  matchesRegex: (text, pattern) => [`match(${text}, concat('(?is)', `, pattern, '))'],
  // Not toUnixTimestamp, which has 32 bits only.
  epochSeconds: (time) => `floor(toUnixTimestamp64Milli(${time}) / 1000)`,
  toNumber: (number) => `toFloat64(${number})`,
  booleanToNumber: (boolean) => `toUInt8(${boolean})`,
  // The engine's own reading would take 1e5, 0x10, inf and nan for numbers too.
  textToNumber: (text) =>
    `if(match(${text}, '${NUMBER}'), toFloat64OrNull(replaceRegexpAll(${text}, '[${BLANKS}]', '')), null)`,
  bitAnd: (number, mask) => {
    const float = `toFloat64(${number})`;
    return [`bitAnd(if(${isWhole(float)}, toInt64(${float}), null), `, mask, ')'];
  },
  isOneOf: (number, numbers) => [`${number} in `, numbers],
  holdsForOne: (texts, condition) => ['arrayExists(each_text -> ', ...condition('each_text'), `, ${texts})`],
};

const clickhouseTypes = { text: 'String', number: 'Float64', integer: 'Int64', integers: 'Array(Int64)' } as const;

/** Pieces as ClickHouse text with named parameters. */
export const clickhouseText = (pieces: readonly Piece[], prefix: string) => {
  const params: Record<string, unknown> = {};
  const sql = pieces
    .map((piece, index) => {
      if (typeof piece === 'string') return piece;
      const name = `${prefix}${index}`;
      params[name] = piece.value;
      return `{${name}: ${clickhouseTypes[piece.type]}}`;
    })
    .join('');
  return { sql, params };
};
