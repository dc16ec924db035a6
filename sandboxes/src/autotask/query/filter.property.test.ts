import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startForTest, type TestSandbox } from '../test-client.ts';

/** A filter over random rows finds what this plain reading of the rules finds: written apart from the sandbox's own. */

type Cell = string | number | boolean | null;
interface Row {
  id: number;
  title: string | null;
  status: number | null;
  estimatedHours: number | null;
  dueDateTime: string | null;
  serviceLevelAgreementHasBeenMet: boolean | null;
}
type Condition = { op: string; field: keyof Row; value?: Cell | Cell[] } | { op: 'and' | 'or'; items: Condition[] };

const holds = (condition: Condition, row: Row): boolean => {
  if ('items' in condition) {
    let truths = 0;
    for (const item of condition.items) if (holds(item, row)) truths += 1;
    return condition.op === 'and' ? truths === condition.items.length : truths > 0;
  }
  const plain = (cell: Cell): string | number => {
    if (typeof cell === 'boolean') return cell ? 1 : 0;
    if (condition.field === 'dueDateTime') return new Date(String(cell)).getTime();
    return typeof cell === 'string' ? cell.toLowerCase() : Number(cell);
  };
  const stored = row[condition.field];
  if (condition.op === 'exist') return stored !== null;
  if (condition.op === 'notExist') return stored === null;
  if (stored === null) return false;
  const have = plain(stored);
  const values = (Array.isArray(condition.value) ? condition.value : [condition.value ?? null]).map(plain);
  const want = values[0] ?? 0;
  switch (condition.op) {
    case 'eq':
      return have === want;
    case 'noteq':
      return have !== want;
    case 'gt':
      return have > want;
    case 'gte':
      return have >= want;
    case 'lt':
      return have < want;
    case 'lte':
      return have <= want;
    case 'in':
      return values.includes(have);
    case 'notIn':
      return !values.includes(have);
    case 'beginsWith':
      return String(have).slice(0, String(want).length) === want;
    case 'endsWith':
      return String(want) === '' || String(have).slice(-String(want).length) === want;
    case 'contains':
      return String(have).split(String(want)).length > 1 || want === '';
    default:
      throw new Error(`The test does not know ${condition.op}`);
  }
};

// Few letters and few numbers, so that conditions and rows often meet.
const word = fc.string({ unit: fc.constantFrom('a', 'A', 'b', '%', '_', 'ß'), maxLength: 4 });
const small = fc.integer({ min: -2, max: 3 });
const half = fc.integer({ min: -4, max: 6 }).map((n) => n / 2);
const moment = fc.integer({ min: 0, max: 5 }).map((hour) => `2026-03-01T0${hour}:00:00.000Z`);
const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 3 });

const row = fc.record({
  title: nullable(word),
  status: nullable(small),
  estimatedHours: nullable(half),
  dueDateTime: nullable(moment),
  serviceLevelAgreementHasBeenMet: nullable(fc.boolean()),
});

const ORDERED = ['eq', 'noteq', 'gt', 'gte', 'lt', 'lte'];
const onField = (field: keyof Row, value: fc.Arbitrary<Cell>, ops: string[]): fc.Arbitrary<Condition> =>
  fc.oneof(
    fc.record({ op: fc.constantFrom(...ops), field: fc.constant(field), value }),
    fc.record({
      op: fc.constantFrom('in', 'notIn'),
      field: fc.constant(field),
      value: fc.array(value, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ op: fc.constantFrom('exist', 'notExist'), field: fc.constant(field) }),
  );
const leaf = fc.oneof(
  onField('id', fc.integer({ min: 0, max: 9 }), ORDERED),
  onField('title', word, [...ORDERED, 'beginsWith', 'endsWith', 'contains']),
  onField('status', small, ORDERED),
  onField('estimatedHours', half, ORDERED),
  onField('dueDateTime', moment, ORDERED),
  onField('serviceLevelAgreementHasBeenMet', fc.boolean(), ['eq', 'noteq']),
);
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const),
      items: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
    }),
  ),
}));

let box: TestSandbox;
beforeAll(async () => {
  box = await startForTest();
});
afterAll(() => box.sandbox.close());

test('a filter finds exactly the rows that satisfy it, and count agrees', async () => {
  box.controls.changeLimits({ threshold: 1_000_000 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 8 }),
      fc.array(condition, { minLength: 1, maxLength: 3 }),
      async (cells, filter) => {
        const rows: Row[] = cells.map((one, index) => ({ ...one, id: index + 1 }));
        box.controls.putRows('Tickets', rows as never, { clearFirst: true });
        const expected = rows.filter((one) => filter.every((each) => holds(each, one))).map(({ id }) => id);
        const { json, status, text } = await box.query('Tickets', filter, { IncludeFields: ['id'] });
        expect(status, text).toBe(200);
        expect(json.items.map((item: { id: number }) => item.id)).toEqual(expected);
        const count = await box.call('POST', '/Tickets/query/count', { body: { filter } });
        expect(count.json.queryCount).toBe(expected.length);
      },
    ),
    { numRuns: 250 },
  );
});
