import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cefCorpus, garbage } from '../testing/garbage.ts';
import { MOST_CEF_CHARACTERS, parseCef, writeCef } from './index.ts';

const read = (text: string) => {
  const parsed = parseCef(text);
  if (!parsed.ok) throw new Error(`${parsed.problem.code}: ${parsed.problem.what}`);
  return parsed;
};
const extensionOf = (text: string) => Object.fromEntries(read(text).message.extension);

describe('CEF', () => {
  it('is found inside of a syslog message, with a tag and without', () => {
    expect(read(cefCorpus[1] ?? '')).toMatchObject({
      before: '<14>Jan 18 11:07:53 host ',
      message: { version: 0, vendor: 'Vendor', name: 'detected a | in message', severity: '10' },
    });
    expect(read(cefCorpus[4] ?? '')).toMatchObject({ before: 'program: ', message: { version: 1, severity: '5' } });
    expect(read(cefCorpus[5] ?? '').message.severity).toBe('5');
  });

  it('has values with blanks, escapes and forgotten escapes', () => {
    expect(extensionOf(cefCorpus[1] ?? '')).toEqual({ src: '10.0.0.1', act: 'blocked a |', dst: '1.1.1.1' });
    expect(extensionOf(cefCorpus[3] ?? '')).toEqual({
      msg: 'line one\nline two=2',
      filePath: 'C:\\Temp\\a b.txt',
      request: 'http://x.example/?a=1&b=2',
      suser: 'anna',
    });
    expect(extensionOf('CEF:0|a|b|c|d|e|5|msg=a b\\=c k= k2=x ')).toEqual({ msg: 'a b=c', k: '', k2: 'x ' });
    expect(extensionOf('CEF:0|a|b|c|d|e|5|__proto__=x')).toEqual(Object.fromEntries([['__proto__', 'x']]));
  });

  it.each([
    ['', 'cef.not-found'],
    ['xCEF:0|a|b|c|d|e|5|', 'cef.not-found'],
    ['CEF:|a|b|c|d|e|5|', 'cef.not-found'],
    ['CEF:0|a|b|c', 'cef.header'],
    [`CEF:0|a|b|c|d|e|5|k=${'x'.repeat(MOST_CEF_CHARACTERS)}`, 'cef.too-long'],
  ])('says what is wrong with %j', (text, code) => {
    const parsed = parseCef(text);
    expect(parsed.ok ? null : parsed.problem.code).toBe(code);
  });

  test('what was written is read again, whatever it says', () => {
    const field = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => !/[\r\n]/.test(text));
    const key = fc.stringMatching(/^[A-Za-z0-9_.[\]-]{1,20}$/);
    const message = fc.record({
      version: fc.integer({ min: 0, max: 1 }),
      vendor: field,
      product: field,
      deviceVersion: field,
      classId: field,
      name: field,
      severity: fc.constantFrom('0', '10', 'Low'),
      extension: fc.array(fc.tuple(key, fc.string({ unit: 'grapheme', maxLength: 40 }))).map((pairs) => new Map(pairs)),
    });
    fc.assert(
      fc.property(message, (said) => {
        const line = writeCef(said);
        expect(line).not.toMatch(/[\r\n]/);
        expect(read(line)).toEqual({ ok: true, before: '', message: said });
      }),
      { numRuns: 500 },
    );
  });

  test('100,000 broken texts are read or refused by name, and none takes long', () => {
    const texts = garbage(cefCorpus, 2);
    const begun = performance.now();
    let understood = 0;
    for (let count = 0; count < 100_000; count += 1) {
      const parsed = parseCef(texts.next().value);
      if (!parsed.ok) continue;
      understood += 1;
      const again = parseCef(writeCef(parsed.message));
      if (!again.ok || again.message.extension.size !== parsed.message.extension.size) {
        throw new Error(writeCef(parsed.message));
      }
    }
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(understood).toBeGreaterThan(20_000);
    expect(understood).toBeLessThan(90_000);
  });

  test('texts made to be slow are not', () => {
    const begun = performance.now();
    for (const sign of ['=', 'a=', ' a=', '\\', '|', ' ', 'CEF:0', 'CEF: ', 'a ', '\\=']) {
      for (const head of ['CEF:0|a|b|c|d|e|5|', 'CEF:0|', '']) parseCef(head + sign.repeat(60_000 / sign.length));
    }
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
