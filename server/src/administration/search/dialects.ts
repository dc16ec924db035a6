import type { Piece, SearchDialect } from './compile.ts';

/** PostgreSQL, also embedded. Text compares by code points, whatever the database's collation. */
export const postgresqlSearch: SearchDialect = {
  fold: (text) => `lower(${text}) collate "C"`,
  matchesLike: (text, pattern) => [`${text} ilike `, pattern],
  matchesRegex: (text, pattern) => [`${text} ~* `, pattern],
  epochSeconds: (time) => `floor(extract(epoch from ${time}))`,
  toNumber: (number) => `(${number})::float8`,
  booleanToNumber: (boolean) => `(${boolean})::int`,
  textToNumber: (text) =>
    `(case when ${text} ~ '^[[:space:]]*[+-]?[0-9]{1,18}([.][0-9]{1,18})?[[:space:]]*$' then trim(${text})::float8 end)`,
  bitAnd: (number, mask) => [`(${number})::bigint & `, mask],
  isOneOf: (number, numbers) => [`${number} = any(`, numbers, ')'],
};

export const clickhouseSearch: SearchDialect = {
  fold: (text) => `lowerUTF8(${text})`,
  matchesLike: (text, pattern) => [`${text} ilike `, pattern],
  matchesRegex: (text, pattern) => [`match(${text}, concat('(?is)', `, pattern, '))'],
  epochSeconds: (time) => `toUnixTimestamp(${time})`,
  toNumber: (number) => `toFloat64(${number})`,
  booleanToNumber: (boolean) => `toUInt8(${boolean})`,
  textToNumber: (text) => `toFloat64OrNull(trimBoth(${text}))`,
  bitAnd: (number, mask) => [`bitAnd(toInt64(${number}), `, mask, ')'],
  isOneOf: (number, numbers) => [`${number} in `, numbers],
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
