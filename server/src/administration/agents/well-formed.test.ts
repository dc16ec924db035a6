import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wellFormed } from './well-formed.ts';

const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) });

describe('texts of a device', () => {
  it('lose what no store can hold, wherever it stands, and nothing else', () => {
    expect(wellFormed({ a: ['x\0y', { b: '\ud800', 'k\0': 1 }], c: null, d: 2 })).toEqual({
      a: ['x\u{fffd}y', { b: '\u{fffd}', 'k\u{fffd}': 1 }],
      c: null,
      d: 2,
    });
  });

  it('are not copied when all of them can be stored', () => {
    const body = { epoch: 'é', events: [{ seq: 1, params: { '1': '😀' } }] };
    expect(wellFormed(body)).toBe(body);
  });

  it('can be stored afterwards, whatever they were', () => {
    const anything = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        anyText,
        fc.integer(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(anyText, tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(anything, (value) => {
        const before = JSON.stringify(value);
        const text = JSON.stringify(wellFormed(value));
        expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/);
        expect(JSON.stringify(value)).toBe(before);
        expect(JSON.stringify(wellFormed(wellFormed(value)))).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});
