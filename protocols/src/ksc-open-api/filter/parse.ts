/** Search filter text to tree: a recursive-descent parser over the grammar of the public description. */
import { formatDateTime, parseDateTime } from '../times.ts';
import type { ComparisonOperator, Condition, Filter, FilterValue } from './ast.ts';
import { FilterSyntaxError } from './errors.ts';

/** Longest text, in UTF-16 units, that is read at all. */
export const MAX_FILTER_LENGTH = 100_000;
/** How deep parentheses may lie in each other. */
export const MAX_FILTER_DEPTH = 100;
/** About 300 years: a time past this would leave the range of dates. */
const MAX_OFFSET_SECONDS = 10_000_000_000;

/**
 * Reads a filter. An empty text, blanks, null and undefined are the filter for everything.
 * Looser than the grammar where clients are: outer parentheses may be missing or doubled, `!` may stand before a
 * bare comparison, `CURTIME` may be in any case and the mask of a bit test in hex.
 *
 * @throws FilterSyntaxError
 */
export const parseFilter = (text: string | null | undefined): Filter => {
  if (text === null || text === undefined) return { kind: 'all' };
  if (text.length > MAX_FILTER_LENGTH) {
    throw new FilterSyntaxError(`the end after ${MAX_FILTER_LENGTH} characters`, MAX_FILTER_LENGTH, 'more text');
  }
  const reader = textReader(text);
  if (reader.isAtEnd()) return { kind: 'all' };
  const condition = parseOperand(reader, 0);
  if (!reader.isAtEnd()) reader.fail('the end of the filter');
  return condition;
};

type Reader = ReturnType<typeof textReader>;

/** `sub`, or `comp` without its parentheses: what may stand alone and after "!". */
const parseOperand = (reader: Reader, depth: number): Condition =>
  reader.peek() === '(' ? parseParenthesised(reader, depth) : parseBare(reader, depth);

const parseParenthesised = (reader: Reader, depth: number): Condition => {
  if (depth >= MAX_FILTER_DEPTH) reader.fail(`at most ${MAX_FILTER_DEPTH} parentheses in each other`);
  if (!reader.take('(')) reader.fail('"("');
  const condition = parseOperand(reader, depth + 1);
  if (!reader.take(')')) reader.fail('")"');
  return condition;
};

const parseBare = (reader: Reader, depth: number): Condition => {
  if (reader.take('&')) return { kind: 'and', parts: parseParts(reader, depth) };
  if (reader.take('|')) return { kind: 'or', parts: parseParts(reader, depth) };
  if (reader.take('!')) {
    // A run of "!" needs no parentheses, so that it must be counted on its own.
    if (depth >= MAX_FILTER_DEPTH) reader.fail(`at most ${MAX_FILTER_DEPTH} conditions in each other`);
    return { kind: 'not', part: parseOperand(reader, depth + 1) };
  }
  return parseItem(reader);
};

const parseParts = (reader: Reader, depth: number): Condition[] => {
  const parts = [parseParenthesised(reader, depth)];
  while (reader.peek() === '(') parts.push(parseParenthesised(reader, depth));
  return parts;
};

const parseItem = (reader: Reader): Condition => {
  const attribute = reader.match(/[A-Za-z0-9_.-]+/y) ?? reader.fail('an attribute, "(", "&", "|" or "!"');
  if (reader.take('&')) {
    const mask = parseInteger(reader, 'the bit mask');
    const operator = reader.match(/<>|=/y) ?? reader.fail('"=" or "<>" after the bit mask');
    const expected = parseInteger(reader, 'the number that the bits are compared with');
    return { kind: 'bitTest', attribute, mask, operator: operator as '=' | '<>', expected };
  }
  const operator = reader.match(/<>|<=|>=|<|>|=/y) ?? reader.fail('one of = <> < > <= >= &');
  return { kind: 'compare', attribute, operator: operator as ComparisonOperator, value: parseValue(reader) };
};

const parseValue = (reader: Reader): FilterValue => {
  switch (reader.peek()) {
    case '"':
      return { kind: 'string', value: parseString(reader) };
    case 'T':
    case 't':
      return parseUtc(reader);
    case 'C':
    case 'c':
      return parseCurtime(reader);
    default: {
      const hex = reader
        .match(/0[xX][0-9A-Fa-f]+(?![\w.])/y)
        ?.slice(2)
        .toLowerCase();
      if (hex !== undefined) return { kind: 'hex', digits: hex.length % 2 === 0 ? hex : `0${hex}` };
      return { kind: 'int', value: parseInteger(reader, 'a number, "text", T"2024-05-01 10:20:30" or CURTIME()') };
    }
  }
};

const parseString = (reader: Reader): string => {
  // Not one regular expression over the whole text: V8 runs out of stack on groups that repeat 100,000 times.
  let value = reader.match(/"[^"]*/y)?.slice(1) ?? reader.fail('a quote');
  for (;;) {
    if (!reader.takeHere('"')) reader.fail('the closing quote');
    const more = reader.matchHere(/"[^"]*/y);
    if (more === undefined) return value;
    value += more;
  }
};

const parseUtc = (reader: Reader): FilterValue => {
  const start = reader.position();
  const text = reader.match(/[Tt]"([^"]{0,40})"/y)?.slice(2, -1);
  const time = text === undefined || text.length < 'YYYY-MM-DD hh:mm:ss'.length ? undefined : parseDateTime(text);
  if (time === undefined) return reader.fail('a time as T"2024-05-01 10:20:30"', start);
  return { kind: 'utc', value: formatDateTime(time) };
};

const parseCurtime = (reader: Reader): FilterValue => {
  if (reader.match(/CURTIME(?![\w.])/iy) === undefined) reader.fail('CURTIME()');
  if (!reader.take('(')) reader.fail('"(" after CURTIME');
  if (reader.take(')')) return { kind: 'curtime', offsetSeconds: 0 };
  const start = reader.position();
  const offsetSeconds = parseInteger(reader, 'seconds or ")"');
  if (Math.abs(offsetSeconds) > MAX_OFFSET_SECONDS) reader.fail(`at most ${MAX_OFFSET_SECONDS} seconds`, start);
  if (!reader.take(')')) reader.fail('")"');
  return { kind: 'curtime', offsetSeconds };
};

const parseInteger = (reader: Reader, what: string): number => {
  const start = reader.position();
  const text = reader.match(/[+-]?(?:0[xX][0-9A-Fa-f]+|\d+)(?![\w.])/y) ?? reader.fail(what);
  const [, sign, digits = ''] = /^([+-]?)(.*)$/.exec(text) ?? [];
  const value = Number(digits) * (sign === '-' ? -1 : 1);
  if (!Number.isSafeInteger(value)) reader.fail('a number within 2^53', start);
  return value + 0;
};

/** The text and a place in it. All methods but those named "here" first step over blanks. */
const textReader = (text: string) => {
  let at = 0;
  const skipBlanks = () => {
    while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1;
  };
  const matchHere = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const takeHere = (character: string): boolean => {
    if (text.charAt(at) !== character) return false;
    at += 1;
    return true;
  };
  return {
    position: (): number => {
      skipBlanks();
      return at;
    },
    peek: (): string => {
      skipBlanks();
      return text.charAt(at);
    },
    isAtEnd: (): boolean => {
      skipBlanks();
      return at >= text.length;
    },
    take: (character: string): boolean => {
      skipBlanks();
      return takeHere(character);
    },
    match: (pattern: RegExp): string | undefined => {
      skipBlanks();
      return matchHere(pattern);
    },
    takeHere,
    matchHere,
    fail: (expected: string, position = at): never => {
      const rest = text.slice(position, position + 20);
      throw new FilterSyntaxError(expected, position, rest === '' ? 'the end' : JSON.stringify(rest));
    },
  };
};
