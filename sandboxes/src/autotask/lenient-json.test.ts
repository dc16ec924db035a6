import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApiFailure } from './errors.ts';
import { readLenientJson } from './lenient-json.ts';

describe('reading JSON leniently', () => {
  test.each([
    ['{"id":0,"name":"a",}', { id: 0, name: 'a' }],
    ['{id: 0, $x_1: [1, 2,],}', { id: 0, $x_1: [1, 2] }],
    [`{'a': 'it\\'s "so"'}`, { a: 'it\'s "so"' }],
    ['{a: -1.5e2, b: null, c: true, d: "\\u00e4\\n",}', { a: -150, b: null, c: true, d: 'ä\n' }],
  ])('%s is understood', (source, expected) => {
    expect(readLenientJson(source)).toEqual(expected);
  });

  test.each(['', '{', '[1 2]', '{"a" 1}', '{a: 01x}', 'nulll', '{"a": "b', '{,}', '[,]', '{"a": 1} x', '["\n"'])(
    '%j is refused with a text that says where',
    (source) => {
      expect(() => readLenientJson(source)).toThrow(ApiFailure);
      expect(() => readLenientJson(source)).toThrow(/line \d+, position \d+/);
    },
  );

  test('nesting beyond all reason is refused, not a crash', () => {
    expect(() => readLenientJson(`${'['.repeat(100_000)},`)).toThrow(ApiFailure);
  });

  test('strict JSON means the same here as everywhere', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const source = JSON.stringify(value);
        expect(readLenientJson(source)).toEqual(JSON.parse(source));
        // A comma at the end takes the tolerant way, and must not change the meaning.
        expect(readLenientJson(`[${source},]`)).toEqual([JSON.parse(source)]);
      }),
    );
  });

  test('any text is either read or refused by name', () => {
    const signs = fc.string({ unit: fc.constantFrom(...'{}[],:"\'\\ abn01.-tru'), maxLength: 30 });
    fc.assert(
      fc.property(fc.oneof(signs, fc.string()), (source) => {
        try {
          readLenientJson(source);
        } catch (error) {
          expect(error).toBeInstanceOf(ApiFailure);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
