import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createFrameReader, lineFramed, octetCounted } from './index.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');
const readAll = (chunks: readonly Uint8Array[], mostBytes?: number) => {
  const reader = createFrameReader({ mostBytes });
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()];
};
const texts = (chunks: readonly Uint8Array[], mostBytes?: number) =>
  readAll(chunks, mostBytes).map((frame) => (frame.ok ? frame.text : frame.problem.code));

describe('messages of a stream', () => {
  it('are told apart by count or by line end, each for itself', () => {
    expect(texts([bytes('5 <1>ab<2>line\n6 <3>é\n<4>last')])).toEqual(['<1>ab', '<2>line', '<3>é\n', '<4>last']);
  });

  it('may end with a NUL, and blanks between them mean nothing', () => {
    expect(texts([bytes('<1>a\0\r\n  <2>b\r\n\n4 <3>c 4 <4>d')])).toEqual(['<1>a', '<2>b\r', '<3>c', '<4>d']);
  });

  it('are kept in bounds: a long one is passed over and the next is read', () => {
    const long = 'x'.repeat(300);
    expect(texts([bytes(`<1>${long}\n<2>b\n`)], 100)).toEqual(['syslog.frame-too-long', '<2>b']);
    expect(texts([bytes(`300 ${long}4 <2>b`)], 100)).toEqual(['syslog.frame-too-long', '<2>b']);
    expect(texts([bytes(`999999999 <1>`)], 100)).toEqual(['syslog.frame-too-long', 'syslog.frame-cut']);
  });

  it('take no more memory than said, whatever a sender does', () => {
    const reader = createFrameReader({ mostBytes: 1000 });
    const chunk = bytes('x'.repeat(1_000_000));
    for (let count = 0; count < 20; count += 1) {
      reader.push(chunk);
      expect(reader.heldBytes()).toBeLessThanOrEqual(1001);
    }
    for (let count = 0; count < 100_000; count += 1) reader.push(bytes('1'));
    expect(reader.heldBytes()).toBeLessThanOrEqual(1001);
  });

  it('that were cut by the end of the stream are said to be', () => {
    expect(texts([bytes('10 <1>abc')])).toEqual(['syslog.frame-cut']);
  });

  test('what was framed is read again, however the network cuts it', () => {
    const message = fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => `<14>${text}`);
    fc.assert(
      fc.property(fc.array(fc.tuple(message, fc.boolean())), fc.array(fc.integer({ min: 1, max: 9 })), (said, cuts) => {
        const stream = Buffer.concat(said.map(([text, counted]) => (counted ? octetCounted(text) : lineFramed(text))));
        const chunks: Buffer[] = [];
        for (let from = 0, turn = 0; from < stream.length; turn += 1) {
          const size = cuts[turn % cuts.length] ?? 7;
          chunks.push(stream.subarray(from, from + size));
          from += size;
        }
        const expected = said.map(([text, counted]) => (counted ? text : text.replace(/[\r\n\0]+/g, ' ')));
        expect(texts(chunks)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});
