import {
  type AttributeValue,
  type Condition,
  evaluateFilter,
  type Filter,
  type FilterValue,
  parseFilter,
  UnknownAttribute,
} from '@gatehouse/protocols/ksc-open-api';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';
import { clickhouseSearch, clickhouseText, compileSearch, postgresqlSearch, type SearchAttributes } from './index.ts';

const now = new Date('2026-05-01T12:00:00.700Z');

const attributes: SearchAttributes = {
  number: { type: 'number', sql: 'n' },
  text: { type: 'text', sql: 't' },
  flag: { type: 'boolean', sql: 'b' },
  time: { type: 'time', sql: 'at' },
};
interface Row {
  n: number | null;
  t: string | null;
  b: boolean | null;
  at: Date | null;
}
const lookup =
  (row: Row) =>
  (attribute: string): AttributeValue =>
    ({ number: row.n, text: row.t, flag: row.b, time: row.at })[attribute];

/** Letters of several scripts, what the languages of patterns give a meaning to, and what numbers are written with. */
const letters = fc.constantFrom(...'aAbzäÄßéЖж中👍 \t\n\u{a0}%_\\[]^-*?"\'.,+0159exX{}$()|/');
const someText = fc.oneof(
  // So short and of so few letters that rows and filters often mean the same.
  fc.string({ unit: fc.constantFrom(...'aAäÄ\\%_]'), maxLength: 2 }),
  fc.string({ unit: letters, maxLength: 6 }),
  fc.constantFrom(
    '',
    '5',
    ' 5',
    '5.0',
    '+5',
    '-5',
    '1e5',
    '0x10',
    'inf',
    'nan',
    '5\t',
    '\u{a0}5',
    '2026-05-01',
    'True',
  ),
);
const someNumber = fc.oneof(fc.integer({ min: -8, max: 8 }), fc.maxSafeInteger());
const someTime = fc
  .oneof(fc.integer({ min: -3000, max: 3000 }), fc.integer({ min: -1_700_000_000, max: 5_000_000_000 }))
  .map((seconds) => new Date(now.getTime() + seconds * 1000 - 350));
const row: fc.Arbitrary<Row> = fc.record({
  n: fc.option(someNumber, { freq: 5 }),
  t: fc.option(someText, { freq: 8 }),
  b: fc.option(fc.boolean(), { freq: 4 }),
  at: fc.option(someTime, { freq: 5 }),
});

const stamp = (time: Date) => `${time.toISOString().slice(0, 19)}Z`;
const textValue = fc
  .oneof(
    someText,
    fc.string({ unit: fc.constantFrom(...'aäÄ*?\\_'), minLength: 1, maxLength: 2 }),
    fc.string({ unit: fc.constantFrom(...'aAäÄ*?[]^-\\中👍%_5'), maxLength: 7 }),
    fc.constantFrom('*', '', '[a-f]*', '[^a]?', '*\\*', '[]', '[', '*]', '[]]', 'true', 'FALSE', '1', '0'),
    someNumber.map(String),
    someTime.map(stamp),
  )
  .map((value): FilterValue => ({ kind: 'string', value }));
const timeValue = fc.oneof(
  someTime.map((time): FilterValue => ({ kind: 'utc', value: stamp(time) })),
  fc.integer({ min: -4000, max: 4000 }).map((offsetSeconds): FilterValue => ({ kind: 'curtime', offsetSeconds })),
);
const plainValue = fc.oneof(
  textValue,
  someNumber.map((value): FilterValue => ({ kind: 'int', value })),
  fc.constantFrom('05', '0010', 'ffffffffffffffff').map((digits): FilterValue => ({ kind: 'hex', digits })),
);
const operator = fc.constantFrom('=', '<>', '<', '<=', '>', '>=') as fc.Arbitrary<'='>;
const comparison = fc.oneof(
  fc.record({
    kind: fc.constant('compare' as const),
    attribute: fc.constantFrom('number', 'flag', 'time'),
    operator,
    value: fc.oneof(plainValue, timeValue),
  }),
  fc.record({ kind: fc.constant('compare' as const), attribute: fc.constant('text'), operator, value: plainValue }),
);
const bitTest = fc.record({
  kind: fc.constant('bitTest' as const),
  attribute: fc.constantFrom('number', 'flag', 'text', 'time'),
  mask: fc.oneof(fc.integer({ min: 0, max: 15 }), fc.maxSafeInteger()),
  operator: fc.constantFrom('=', '<>') as fc.Arbitrary<'='>,
  expected: fc.oneof(fc.integer({ min: 0, max: 15 }), fc.maxSafeInteger()),
});
const { condition } = fc.letrec<{ condition: Condition; parts: Condition[] }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    bitTest,
    fc.record({ kind: fc.constant('and' as const), parts: tie('parts') }),
    fc.record({ kind: fc.constant('or' as const), parts: tie('parts') }),
    fc.record({ kind: fc.constant('not' as const), part: tie('condition') }),
  ) as fc.Arbitrary<Condition>,
  parts: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
}));

/** What random filters meet too seldom; the answer in memory is still the judge. */
const telling: [text: string, filter: string][] = [
  ['Ärger', '(text = "äRGER")'],
  ['Ärger', '(text = "ä*")'],
  ['Ärger', '(text = "[ä]rg?r")'],
  ['ärger', '(text > "ÄRGE")'],
  ['中👍', '(text = "??")'],
  ['a\nb', '(text = "a?b")'],
  ['a\\b', '(text = "a\\*")'],
  ['a\\b', '(text = "a[\\]b")'],
  ['a]b', '(text = "a[]]b")'],
  ['100%', '(text = "*%")'],
  ['1000', '(text = "*%")'],
  ['a_b', '(text = "a_*")'],
  ['axb', '(text = "a_*")'],
  ['1.5', '(text & 1 = 1)'],
  ['\u{a0}5\t', '(text = 5)'],
  ['1e5', '(text = 100000)'],
  ['0x10', '(text = 16)'],
  ['123456789012345678', '(text & 2 = 2)'],
];
const telltales = telling.map(([t]): Row => ({ n: null, t, b: null, at: null }));
const checkTelling = async (store: (rows: Row[]) => Promise<(filter: Filter) => Promise<number[]>>): Promise<void> => {
  const ask = await store(telltales);
  for (const [, text] of telling) {
    const filter = parseFilter(text);
    const wanted = telltales.flatMap((one, index) => (evaluateFilter(filter, lookup(one), { now }) ? [index] : []));
    expect([text, await ask(filter)]).toEqual([text, wanted]);
  }
};

/** Asks the store which of the rows match, many filters at once, and compares with the answer in memory. */
const checkAll = async (store: (rows: Row[]) => Promise<(filter: Filter) => Promise<number[]>>): Promise<void> => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 20, maxLength: 20 }),
      fc.array(condition, { minLength: 25, maxLength: 25 }),
      async (rows, filters) => {
        const ask = await store(rows);
        for (const filter of filters) {
          const wanted = rows.flatMap((one, index) => (evaluateFilter(filter, lookup(one), { now }) ? [index] : []));
          const found = await ask(filter);
          expect({ filter, rows: found.map((index) => rows[index]) }).toEqual({
            filter,
            rows: wanted.map((index) => rows[index]),
          });
        }
      },
    ),
    { numRuns: 25, endOnFailure: true },
  );
};

/** Sets of texts in one column, and which of them a filter over the set finds. */
const sets: Row[] = ['vip,Ärger', '5,x', 'x'].map((t) => ({ n: null, t, b: null, at: null }));
const ofSets: [filter: string, found: number[]][] = [
  ['(set = "ärger")', [0]],
  ['(set = "v*")', [0]],
  ['(set <> "x")', [0]],
  ['(set <> "")', [0, 1, 2]],
  ['(set = "*")', [0, 1, 2]],
  ['(set > 4)', [1]],
  ['(set & 4 = 4)', [1]],
  ['(!(set = "x"))', [0]],
  ['(&(set = "x")(set = "5"))', [1]],
];

describeOnBothEngines('a filter as SQL', (engine) => {
  let db: Database;
  beforeAll(async () => {
    db = await engine.open();
    await db.executeSql('create table item (i int, n bigint, t text, b boolean, at timestamptz)');
  });
  const casts = { text: 'text', number: 'float8', integer: 'bigint', integers: 'int[]' } as const;
  const ask = async (filter: Filter, known = attributes): Promise<number[]> => {
    const values: unknown[] = [];
    const condition = compileSearch(filter, known, postgresqlSearch, now)
      .map((piece) => (typeof piece === 'string' ? piece : `$${values.push(piece.value)}::${casts[piece.type]}`))
      .join('');
    return (await db.executeSql(`select i from item where ${condition} order by i`, values)).rows.map(({ i }) => i);
  };
  const store = async (rows: Row[]) => {
    await db.executeSql('truncate item');
    for (const [i, { n, t, b, at }] of rows.entries()) {
      await db.executeSql('insert into item values ($1, $2, $3, $4, $5)', [i, n, t, b, at]);
    }
    return ask;
  };

  it('finds what the same filter finds in memory', { timeout: 120_000 }, () => checkAll(store));

  it('folds case, reads wildcards and numbers in text as in memory', () => checkTelling(store));

  it('a set of texts matches when one of them does', async () => {
    await store(sets);
    const known: SearchAttributes = { set: { type: 'texts', sql: `string_to_array(t, ',')` } };
    for (const [text, found] of ofSets) expect([text, await ask(parseFilter(text), known)]).toEqual([text, found]);
  });

  it('asks for the members of a set', async () => {
    await store([1, 2, 3].map((n) => ({ n, t: null, b: null, at: null })));
    const members: SearchAttributes = {
      under: { type: 'member', sql: 'n', membersOf: (n) => (n === 7 ? [1, 3] : []) },
    };
    expect(await ask(parseFilter('(under = 7)'), members)).toEqual([0, 2]);
    expect(await ask(parseFilter('(under <> "7")'), members)).toEqual([1]);
    expect(await ask(parseFilter('(under = 8)'), members)).toEqual([]);
  });
});

describe('a filter as SQL (on the event store)', () => {
  let engine: EventEngine;
  beforeAll(async () => {
    engine = await openTestEventEngine();
  });
  const store = async (rows: Row[]) => {
    await engine.command('drop table if exists item sync');
    await engine.command(
      `create table item (i UInt32, n Nullable(Int64), t Nullable(String), b Nullable(Bool),
        at Nullable(DateTime64(3, 'UTC'))) engine = MergeTree order by i`,
    );
    const time = (at: Date | null) => at?.toISOString().replace('T', ' ').replace('Z', '') ?? null;
    await engine.insert(
      'item',
      rows.map(({ n, t, b, at }, i) => ({ i, n: n === null ? null : String(n), t, b, at: time(at) })),
    );
    return async (filter: Filter, known = attributes) => {
      const { sql, params } = clickhouseText(compileSearch(filter, known, clickhouseSearch, now), 'f');
      return (await engine.query<{ i: number }>(`select i from item where ${sql} order by i`, params)).map(
        ({ i }) => i,
      );
    };
  };

  it('finds what the same filter finds in memory', { timeout: 120_000 }, () => checkAll(store));

  it('folds case, reads wildcards and numbers in text as in memory', () => checkTelling(store));

  it('a set of texts matches when one of them does', async () => {
    const ask = await store(sets);
    const known: SearchAttributes = { set: { type: 'texts', sql: `splitByChar(',', ifNull(t, ''))` } };
    for (const [text, found] of ofSets) expect([text, await ask(parseFilter(text), known)]).toEqual([text, found]);
  });
});

it('an attribute that is not in the table is an error, never a condition that is left out', () => {
  for (const text of [
    '(nothing = 1)',
    '(&(number = 1)(!(nothing & 1 <> 0)))',
    '(constructor = 1)',
    '(__proto__ = 1)',
  ]) {
    expect(() => compileSearch(parseFilter(text), attributes, postgresqlSearch, now)).toThrow(UnknownAttribute);
  }
});
