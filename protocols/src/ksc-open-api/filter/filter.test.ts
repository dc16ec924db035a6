import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AttributeValue,
  attributesOf,
  BadFormat,
  type Condition,
  checkAttributes,
  dateTime,
  evaluateFilter,
  type Filter,
  FilterSyntaxError,
  type FilterValue,
  formatDateTime,
  literalPattern,
  long,
  lookupIn,
  matchesWildcards,
  parseFilter,
  parseWildcards,
  printFilter,
  UnencodableValue,
  UnknownAttribute,
  wildcardsToLike,
  wildcardsToRegex,
} from '../index.ts';

const now = new Date('2024-05-01T12:00:00.700Z');
const matches = (filter: string, object: Record<string, AttributeValue>): boolean =>
  evaluateFilter(parseFilter(filter), (attribute) => object[attribute], { now });

const attribute = fc.stringMatching(/^[A-Za-z0-9_.-]{1,20}$/);
const safeInt = fc.maxSafeInteger();
const filterValue: fc.Arbitrary<FilterValue> = fc.oneof(
  safeInt.map((value) => ({ kind: 'int' as const, value })),
  fc.stringMatching(/^([0-9a-f]{2}){1,12}$/).map((digits) => ({ kind: 'hex' as const, digits })),
  fc
    .string({ unit: fc.constantFrom('"', 'a', ')', '\n', '\\', '*') })
    .map((value) => ({ kind: 'string' as const, value })),
  fc.string({ unit: 'binary' }).map((value) => ({ kind: 'string' as const, value })),
  fc
    .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    .map((time) => ({ kind: 'utc' as const, value: formatDateTime(time) })),
  fc.integer().map((offsetSeconds) => ({ kind: 'curtime' as const, offsetSeconds })),
);
const { condition } = fc.letrec<{ condition: Condition; parts: Condition[] }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      kind: fc.constant('compare' as const),
      attribute,
      operator: fc.constantFrom('=', '<>', '<', '<=', '>', '>='),
      value: filterValue,
    }),
    fc.record({
      kind: fc.constant('bitTest' as const),
      attribute,
      mask: safeInt,
      operator: fc.constantFrom('=', '<>'),
      expected: safeInt,
    }),
    fc.record({ kind: fc.constant('and' as const), parts: tie('parts') }),
    fc.record({ kind: fc.constant('or' as const), parts: tie('parts') }),
    fc.record({ kind: fc.constant('not' as const), part: tie('condition') }),
  ) as fc.Arbitrary<Condition>,
  parts: fc.array(tie('condition'), { minLength: 1, maxLength: 4 }),
}));

describe('parsing', () => {
  it.each([
    '(KLHST_WKS_FQDN="pc1.example.local")',
    'KLHST_WKS_HOSTNAME = "8910f900-3807-4b97-8a97-d49e73ec5ab1"',
    '(&(KLHST_WKS_GROUPID <> 7 )(KLHST_WKS_FQDN="pc1.example.local"))',
    '(&(KLHST_INSTANCEID <> "")(KLHST_WKS_GROUPID = 0))',
    'KLHST_WKS_STATUS_MASK_7 <> 0',
    '(& (KLHST_WKS_LAST_INFOUDATE > CURTIME(-259200)) (KLHST_WKS_LAST_INFOUDATE < CURTIME(-86400)))',
    '(& (KLHST_WKS_STATUS_ID ="1")(KLHST_WKS_FROM_UNASSIGNED = "False"))',
    '(name="Comput*")',
    '(creationDate>="2024-01-01")',
    '(KLGRP_CHLDHST_CNT_CRT<1)',
    '(&(KLGRP_CHLDHST_CNT >= 1000)(creationDate>"2020-03-31T19:00:00Z"))',
    'KLINCDT_IS_HANDLED=1',
    '(&(!KLINCDT_ID = 0))',
    '(&(Type = 4))',
    '(& ((& (A=1)(B=2)))(C=3))',
    '(KLHST_WKS_STATUS & 1 <> 0)',
    '(KLHST_WKS_STATUS&1<>0)',
    'KLHST_WKS_STATUS & 0x4 <> 0',
    '(|(!(A = 0))(B = T"2024-05-01 10:20:30"))',
    '(&\r\n\t(A > CURTIME())\n\t(B = 0x0aFF)\n)',
    '(&(rise_time >= "2024-05-01T00:00:00Z")(event_db_id > 10231))',
  ])('understands the filters of real clients: %s', (text) => {
    const filter = parseFilter(text);
    expect(filter.kind).not.toBe('all');
    expect(parseFilter(printFilter(filter))).toEqual(filter);
  });

  it('takes nothing for everything', () => {
    for (const text of ['', '  \n', null, undefined]) expect(parseFilter(text)).toEqual({ kind: 'all' });
    expect(printFilter({ kind: 'all' })).toBe('');
  });

  it('builds the tree that was meant', () => {
    expect(parseFilter('(&(!a.b-c = "say ""hi""")(|(M & 0x10 = 16)(D < CURTIME(+60))))')).toEqual({
      kind: 'and',
      parts: [
        {
          kind: 'not',
          part: { kind: 'compare', attribute: 'a.b-c', operator: '=', value: { kind: 'string', value: 'say "hi"' } },
        },
        {
          kind: 'or',
          parts: [
            { kind: 'bitTest', attribute: 'M', mask: 16, operator: '=', expected: 16 },
            { kind: 'compare', attribute: 'D', operator: '<', value: { kind: 'curtime', offsetSeconds: 60 } },
          ],
        },
      ],
    });
  });

  it('reads back every tree that it can print', () => {
    fc.assert(
      fc.property(condition, (filter) => {
        expect(parseFilter(printFilter(filter))).toEqual(filter);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['(A = 1', 6, '")"'],
    ['(A = 1))', 7, 'the end of the filter'],
    ['()', 1, 'an attribute, "(", "&", "|" or "!"'],
    ['(&)', 2, '"("'],
    ['(A)', 2, 'one of = <> < > <= >= &'],
    ['(A = )', 5, 'a number, "text", T"2024-05-01 10:20:30" or CURTIME()'],
    ['(A != 1)', 3, 'one of = <> < > <= >= &'],
    ['(A = "x)', 8, 'the closing quote'],
    ['(A = #B)', 5, 'a number, "text", T"2024-05-01 10:20:30" or CURTIME()'],
    ['(A = 1x)', 5, 'a number, "text", T"2024-05-01 10:20:30" or CURTIME()'],
    ['(A = T"2024-02-30 00:00:00")', 5, 'a time as T"2024-05-01 10:20:30"'],
    ['(A = CURTIME(5', 14, '")"'],
    ['(A & 1 > 0)', 7, '"=" or "<>" after the bit mask'],
    ['(A = 9007199254740993)', 5, 'a number within 2^53'],
    ['(A = CURTIME(99999999999))', 13, 'at most 10000000000 seconds'],
    ['A = 1 B = 2', 6, 'the end of the filter'],
  ])('says where and what was expected: %s', (text, position, expected) => {
    try {
      parseFilter(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(FilterSyntaxError);
      expect(error).toMatchObject({ position, expected, pxgCode: 1192 });
      expect((error as FilterSyntaxError).toPxgError().code).toBe(1192);
    }
  });

  it('bounds depth and length, so that no filter can exhaust the server', () => {
    expect(() => parseFilter(`${'('.repeat(90)}A=1${')'.repeat(90)}`)).not.toThrow();
    for (const text of ['('.repeat(50_000), '!'.repeat(50_000), '(!'.repeat(50_000), `A="${'x'.repeat(200_000)}"`]) {
      expect(() => parseFilter(text)).toThrow(FilterSyntaxError);
    }
    const quotes = `A="${'""'.repeat(40_000)}"`;
    expect(parseFilter(quotes)).toMatchObject({ value: { kind: 'string', value: '"'.repeat(40_000) } });
  });

  it('answers 100,000 broken texts with a tree or a FilterSyntaxError, never with another error', () => {
    const pieces = [
      '(',
      ')',
      '&',
      '|',
      '!',
      'A',
      ' ',
      '=',
      '<>',
      '<',
      '"',
      '"x"',
      'T"',
      'CURTIME(',
      '0x',
      '1',
      '-',
      '*',
    ];
    const text = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), { maxLength: 12 });
    let understood = 0;
    fc.assert(
      fc.property(text, (parts) => {
        try {
          parseFilter(parts.join(''));
          understood += 1;
        } catch (error) {
          if (!(error instanceof FilterSyntaxError)) throw error;
        }
      }),
      { numRuns: 100_000 },
    );
    expect(understood).toBeGreaterThan(0);
  }, 60_000);

  it('refuses to print a tree that it could not read back', () => {
    const odd = (name: string): Filter => ({
      kind: 'compare',
      attribute: name,
      operator: '=',
      value: { kind: 'int', value: 1 },
    });
    expect(() => printFilter(odd('a b'))).toThrow(UnencodableValue);
    expect(() => printFilter(odd('a=1)(b'))).toThrow(UnencodableValue);
    expect(() => printFilter({ kind: 'and', parts: [] })).toThrow(UnencodableValue);
  });

  it('lists the attributes of a filter and refuses unknown ones by name', () => {
    const filter = parseFilter('(&(A=1)(|(B & 1 = 0)(!(A = 2))))');
    expect(attributesOf(filter)).toEqual(['A', 'B']);
    expect(() => checkAttributes(filter, (name) => name === 'A')).toThrow(UnknownAttribute);
    expect(() => checkAttributes(filter, (name) => name === 'A')).toThrow(BadFormat);
    expect(() => checkAttributes(parseFilter(''), () => false)).not.toThrow();
  });
});

describe('meaning', () => {
  it('compares text without regard to case', () => {
    expect(matches('A = "ws-1"', { A: 'WS-1' })).toBe(true);
    expect(matches('A <> "ws-1"', { A: 'WS-1' })).toBe(false);
    expect(matches('A > "a"', { A: 'B' })).toBe(true);
    expect(matches('A <= "B"', { A: 'b' })).toBe(true);
  });

  it('understands wildcards with "=" only', () => {
    expect(matches('A = "comp?ter*"', { A: 'Computers' })).toBe(true);
    expect(matches('A = "[a-f]x"', { A: 'Cx' })).toBe(true);
    expect(matches('A = "[^ab]x"', { A: 'Bx' })).toBe(false);
    expect(matches('A = "[^ab]x"', { A: 'cx' })).toBe(true);
    expect(matches('A <> "c*"', { A: 'cx' })).toBe(true);
    expect(matches('A <> "c*"', { A: 'C*' })).toBe(false);
  });

  it('compares numbers with quoted and bare numbers', () => {
    expect(matches('A = "4"', { A: 4 })).toBe(true);
    expect(matches('A = 4', { A: '4' })).toBe(true);
    expect(matches('A >= 10', { A: 9 })).toBe(false);
    expect(matches('A >= "10"', { A: 11 })).toBe(true);
    expect(matches('A = 0xff', { A: 255 })).toBe(true);
  });

  it('compares bools with 0, 1, True and False, quoted or not', () => {
    for (const text of ['A = 1', 'A = "1"', 'A = "True"', 'A = "TRUE"', 'A <> 0', 'A <> "False"']) {
      expect(matches(text, { A: true }), text).toBe(true);
      expect(matches(text, { A: false }), text).toBe(false);
    }
  });

  it('compares times by seconds, with UTC times, quoted times and the present', () => {
    const A = new Date('2024-05-01T11:59:00.500Z');
    expect(matches('A = T"2024-05-01 11:59:00"', { A })).toBe(true);
    expect(matches('A = "2024-05-01T11:59:00Z"', { A })).toBe(true);
    expect(matches('A > "2024-05-01"', { A })).toBe(true);
    expect(matches('A = CURTIME(-60)', { A })).toBe(true);
    expect(matches('A < CURTIME()', { A })).toBe(true);
    expect(matches('A > CURTIME(-59)', { A })).toBe(false);
  });

  it('tests bits, also beyond 32', () => {
    expect(matches('A & 4 <> 0', { A: 29 })).toBe(true);
    expect(matches('A & 2 <> 0', { A: 29 })).toBe(false);
    expect(matches('A & 0x1c = 28', { A: 29 })).toBe(true);
    expect(matches('A & 0x10000000000 <> 0', { A: 2 ** 40 + 1 })).toBe(true);
    expect(matches('A & 1 = 1', { A: '5' })).toBe(true);
    expect(matches('A & 1 = 0', { A: undefined })).toBe(false);
    expect(matches('A & 1 <> 0', { A: null })).toBe(false);
  });

  it('compares bytes with hex', () => {
    expect(matches('A = 0x01ff', { A: new Uint8Array([1, 255]) })).toBe(true);
    expect(matches('A <> 0x01', { A: new Uint8Array([1, 255]) })).toBe(true);
  });

  it('takes a missing attribute for unequal to everything, and for empty', () => {
    for (const text of ['A = 1', 'A = "*"', 'A = ""', 'A < 5', 'A >= "a"', 'A <> ""', 'A > CURTIME()']) {
      expect(matches(text, {}), text).toBe(false);
      expect(matches(`(!${text})`, { A: null }), text).toBe(true);
    }
    expect(matches('A <> 1', {})).toBe(true);
  });

  it('tells "has a value" and "is not empty" apart', () => {
    expect(matches('A = "*"', { A: '' })).toBe(true);
    expect(matches('A <> ""', { A: '' })).toBe(false);
    expect(matches('A = ""', { A: '' })).toBe(true);
    for (const A of ['x', 0, false, new Date(0)]) {
      expect(matches('A = "*"', { A })).toBe(true);
      expect(matches('A <> ""', { A })).toBe(true);
      expect(matches('A = ""', { A })).toBe(false);
    }
  });

  it('finds a value that cannot be of the type of the attribute equal to nothing', () => {
    for (const A of [5, true, new Date(0), new Uint8Array([1])]) {
      expect(matches('A = "apple"', { A })).toBe(false);
      expect(matches('A < "apple"', { A })).toBe(false);
      expect(matches('A <> "apple"', { A })).toBe(true);
    }
    expect(matches('A = 5', { A: new Date(5) })).toBe(false);
    expect(matches('A > CURTIME()', { A: 5 })).toBe(false);
    expect(matches('A = 5', { A: 'five' })).toBe(false);
  });

  it('joins conditions', () => {
    expect(matches('(&(A=1)(B=2))', { A: 1, B: 2 })).toBe(true);
    expect(matches('(&(A=1)(B=2))', { A: 1, B: 3 })).toBe(false);
    expect(matches('(|(A=1)(B=2))', { A: 0, B: 2 })).toBe(true);
    expect(matches('(!(|(A=1)(B=2)))', { A: 0, B: 0 })).toBe(true);
    expect(matches('', {})).toBe(true);
  });

  it('works on decoded rows', () => {
    const row = { id: long(7), seen: dateTime('2024-05-01T00:00:00Z'), never: dateTime(null), box: { a: 1 } };
    const find = (text: string) => evaluateFilter(parseFilter(text), lookupIn(row), { now });
    expect(find('(&(id = 7)(seen < CURTIME()))')).toBe(true);
    expect(find('never = "*"')).toBe(false);
    expect(find('box = "*"')).toBe(false);
    expect(find('toString = "*"')).toBe(false);
  });
});

describe('wildcards', () => {
  const pattern = fc.string({
    unit: fc.constantFrom('a', 'B', '*', '?', '[', ']', '^', '-', '\\', '.', 'é', '%'),
    maxLength: 12,
  });
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', 'A', '*', '[', ']', '^', '-', '\\', '.', 'É', '%', '\n'),
    maxLength: 8,
  });

  it('match in memory exactly as the regular expression that they translate to', () => {
    fc.assert(
      fc.property(pattern, text, (wild, candidate) => {
        const parts = parseWildcards(wild);
        const regex = new RegExp(wildcardsToRegex(parts), 'isu');
        expect(matchesWildcards(parts, candidate)).toBe(regex.test(candidate));
      }),
      { numRuns: 20_000 },
    );
  });

  it('translate to LIKE unless they hold a set', () => {
    expect(wildcardsToLike(parseWildcards('50%_a?b*\\'))).toBe('50\\%\\_a_b%\\\\');
    expect(wildcardsToLike(parseWildcards('[ab]*'))).toBeUndefined();
    expect(wildcardsToLike(parseWildcards('open[ended'))).toBe('open[ended');
  });

  it('can be switched off for any text', () => {
    fc.assert(
      fc.property(pattern, text, (literal, other) => {
        const parts = parseWildcards(literalPattern(literal));
        expect(matchesWildcards(parts, literal)).toBe(true);
        expect(matchesWildcards(parts, other)).toBe(literal.toLowerCase() === other.toLowerCase());
      }),
      { numRuns: 5_000 },
    );
  });

  it('take time by the length of text and pattern, not more', () => {
    const parts = parseWildcards(`${'a*'.repeat(500)}b`);
    const start = performance.now();
    expect(matchesWildcards(parts, 'a'.repeat(5_000))).toBe(false);
    parseWildcards('['.repeat(100_000));
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
