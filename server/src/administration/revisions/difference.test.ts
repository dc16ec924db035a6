import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { applied, difference, type Json } from './difference.ts';

const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

describe('a difference', () => {
  it('names the innermost field with its old and new value', () => {
    const a = { name: 'Branch', levels: { critical: { enabled: true, days: 7 } } };
    const b = { name: 'Branch', levels: { critical: { enabled: true, days: 3 } } };
    expect(difference(a, b)).toEqual([{ path: ['levels', 'critical', 'days'], what: 'changed', before: 7, after: 3 }]);
  });

  it('says what was added and removed as a whole', () => {
    expect(difference({ a: { deep: 1 } }, { b: null })).toEqual([
      { path: ['a'], what: 'removed', before: { deep: 1 } },
      { path: ['b'], what: 'added', after: null },
    ]);
  });

  it('knows elements of lists by their key, wherever they stand', () => {
    const a = {
      rules: [
        { id: 1, on: true },
        { id: 2, on: true },
      ],
    };
    const b = {
      rules: [
        { id: 2, on: false },
        { id: 1, on: true },
        { id: 3, on: true },
      ],
    };
    expect(difference(a, b)).toEqual([
      { path: ['rules', { by: 'id', key: 2 }, 'on'], what: 'changed', before: true, after: false },
      { path: ['rules', { by: 'id', key: 3 }], what: 'added', after: { id: 3, on: true } },
      { path: ['rules'], what: 'order', by: 'id', before: [1, 2, 3], after: [2, 1, 3] },
    ]);
  });

  it('tells words of a list apart by themselves, and repeated ones by their place', () => {
    expect(difference(['a', 'b', 'c'], ['a', 'c'])).toEqual([
      { path: [{ by: '', key: 'b' }], what: 'removed', before: 'b' },
    ]);
    expect(difference(['a', 'a'], ['a', 'b'])).toEqual([{ path: [1], what: 'changed', before: 'a', after: 'b' }]);
  });

  it('is empty for equal states, in whatever order their fields were written', () => {
    expect(difference({ a: 1, b: [] }, { b: [], a: 1 })).toEqual([]);
  });

  it('takes fields with the names of inherited ones for what they are', () => {
    const a = JSON.parse('{"__proto__":{"x":1},"constructor":"c"}') as Json;
    const b = JSON.parse('{"__proto__":{"x":2},"toString":null}') as Json;
    const changes = difference(a, b);
    expect(changes.map(({ path, what }) => `${what} ${path.join('.')}`)).toEqual([
      'changed __proto__.x',
      'removed constructor',
      'added toString',
    ]);
    expect(JSON.stringify(applied(a, changes))).toBe('{"__proto__":{"x":2},"toString":null}');
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

describe('whatever two states are', () => {
  const word = fc.constantFrom('a', 'b', '__proto__', 'id', 'name', '', 'ü\u{1f600}', '<img src=x onerror=1>');
  const scalar = fc.oneof(
    word,
    fc.integer({ min: -3, max: 3 }),
    fc.boolean(),
    fc.constant(null),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  // Few words, so that two states share keys and elements often.
  const { state } = fc.letrec((tie) => ({
    state: fc.oneof(
      { maxDepth: 4 },
      scalar,
      fc.dictionary(word, tie('state'), { maxKeys: 4 }),
      fc.array(tie('state'), { maxLength: 4 }),
      fc.uniqueArray(fc.record({ id: fc.integer({ min: 0, max: 6 }), on: fc.boolean(), more: tie('state') }), {
        selector: ({ id }) => id,
        maxLength: 5,
      }),
      fc.uniqueArray(scalar, { maxLength: 6 }),
    ),
  }));
  const pair = fc.tuple(state, state).map(([a, b]) => [plain(a), plain(b)] as const);

  test('applying their difference to the one gives the other', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(applied(a, difference(a, b))).toEqual(b);
      }),
      { numRuns: 3000 },
    );
  });

  test('a difference is empty just when they are equal, and changes neither', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const [aBefore, bBefore] = [JSON.stringify(a), JSON.stringify(b)];
        const changes = difference(a, b);
        applied(a, changes);
        expect([JSON.stringify(a), JSON.stringify(b)]).toEqual([aBefore, bBefore]);
        expect(difference(a, plain(a))).toEqual([]);
        if (changes.length === 0) expect(a).toEqual(b);
      }),
      { numRuns: 1000 },
    );
  });
});
