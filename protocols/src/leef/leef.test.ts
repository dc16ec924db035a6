import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { garbage, leefCorpus } from '../testing/garbage.ts';
import { type LeefMessage, MOST_LEEF_CHARACTERS, parseLeef, writeLeef } from './index.ts';

const read = (text: string) => {
  const parsed = parseLeef(text);
  if (!parsed.ok) throw new Error(`${parsed.problem.code}: ${parsed.problem.what}`);
  return parsed;
};
const attributesOf = (text: string) => Object.fromEntries(read(text).message.attributes);

describe('LEEF', () => {
  it('1.0 has tabs between attributes', () => {
    expect(read(leefCorpus[0] ?? '').message).toMatchObject({ version: '1.0', eventId: '15345', delimiter: '\t' });
    expect(attributesOf(leefCorpus[0] ?? '')).toMatchObject({ src: '192.0.2.0', sev: '5', usrName: 'joe.black' });
    expect(read(leefCorpus[5] ?? '').before).toBe('<13>Jan 18 11:07:53 192.168.1.1 ');
  });

  it('2.0 says its delimiter as a sign, by code, or not at all', () => {
    expect(attributesOf(leefCorpus[1] ?? '')).toEqual({
      src: '192.0.2.0',
      dst: '172.50.123.1',
      sev: '5',
      cat: 'anomaly',
    });
    expect(attributesOf(leefCorpus[2] ?? '')).toEqual({ a: '1', b: 'two words' });
    expect(attributesOf(leefCorpus[3] ?? '')).toEqual({ a: '1', b: 'c=d' });
    expect(attributesOf(leefCorpus[4] ?? '')).toEqual({ a: '1', b: '2' });
    expect(attributesOf('LEEF:2.0|V|P|1|id||a=1\tb=2')).toEqual({ a: '1', b: '2' });
  });

  it.each([
    ['', 'leef.not-found'],
    ['LEEF:|a|b|c|d|', 'leef.not-found'],
    ['LEEF:3.0|a|b|c|d|', 'leef.version'],
    ['LEEF:1.0|a|b|c', 'leef.header'],
    [`LEEF:1.0|a|b|c|d|k=${'x'.repeat(MOST_LEEF_CHARACTERS)}`, 'leef.too-long'],
  ])('says what is wrong with %j', (text, code) => {
    const parsed = parseLeef(text);
    expect(parsed.ok ? null : parsed.problem.code).toBe(code);
  });

  const aMessage: LeefMessage = {
    version: '1.0',
    vendor: 'a|b',
    product: 'p',
    productVersion: '1',
    eventId: 'e\nf',
    delimiter: '\t',
    attributes: new Map([['k=1', 'one\ttwo\r\nthree=3']]),
  };

  it('has no escapes: what would cut a line becomes a blank', () => {
    expect(writeLeef(aMessage)).toBe('LEEF:1.0|a/b|p|1|e f|k_1=one two three=3');
  });

  it('is not written with a delimiter that cannot divide', () => {
    for (const delimiter of ['', '=', '\n', 'ab']) {
      expect(() => writeLeef({ ...aMessage, version: '2.0', delimiter })).toThrow(RangeError);
    }
  });

  test('what can be written is read again', () => {
    const field = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !/[\r\n\t|]/.test(text));
    const message = fc
      .record({
        version: fc.constantFrom('1.0' as const, '2.0' as const),
        vendor: field,
        product: field,
        productVersion: field,
        eventId: field,
        delimiter: fc.constantFrom('\t', '^', '|', '\u0001', ';', 'é', '~', 'a', '0'),
        attributes: fc.array(
          fc.tuple(fc.stringMatching(/^[A-Z_]{1,12}$/), fc.string({ unit: 'grapheme', maxLength: 40 })),
        ),
      })
      .map(({ attributes, ...said }) => {
        const delimiter = said.version === '1.0' ? '\t' : said.delimiter;
        const without = attributes.map(([k, v]): [string, string] => [
          k,
          v.replace(/[\r\n]/g, '').replaceAll(delimiter, ''),
        ]);
        return { ...said, delimiter, attributes: new Map(without) };
      });
    fc.assert(
      fc.property(message, (said) => {
        expect(read(writeLeef(said))).toEqual({ ok: true, before: '', message: said });
      }),
      { numRuns: 500 },
    );
  });

  test('100,000 broken texts are read or refused by name, and none takes long', () => {
    const texts = garbage(leefCorpus, 3);
    const begun = performance.now();
    let understood = 0;
    for (let count = 0; count < 100_000; count += 1) {
      const parsed = parseLeef(texts.next().value);
      if (!parsed.ok || /[=\r\n\ud800-\udfff]/.test(parsed.message.delimiter)) continue;
      understood += 1;
      if (!parseLeef(writeLeef(parsed.message)).ok) throw new Error(writeLeef(parsed.message));
    }
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(understood).toBeGreaterThan(20_000);
    expect(understood).toBeLessThan(90_000);
  });

  test('texts made to be slow are not', () => {
    const begun = performance.now();
    for (const sign of ['=', 'a=', '\t', '|', ' ', 'LEEF:1', 'LEEF: ', 'x']) {
      for (const head of ['LEEF:2.0|a|b|c|d|', 'LEEF:1.0|', '']) parseLeef(head + sign.repeat(60_000 / sign.length));
    }
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
