import { expect, it, test } from 'vitest';
import { bodyOf, cut, subjectOf } from './template.ts';

it('puts values in once: what looks like a placeholder in a value stays as it came', () => {
  expect(bodyOf('%EVENT%: %DESCR%', { EVENT: '%DESCR%', DESCR: '%%EVENT%%' })).toBe('%DESCR%: %%EVENT%%');
});

it('takes two percent signs for one', () => {
  expect(bodyOf('100%% of %COMPUTER%', { COMPUTER: 'pc' })).toBe('100% of pc');
});

test.each(['\r\n', '\n', '\r', '\u2028', '\u0085', '\u0000'])(
  'a subject stays one line, whatever is in a value (%j)',
  (end) => {
    expect(subjectOf('%EVENT%', { EVENT: `one${end}Bcc: two@example.com` })).toBe('one Bcc: two@example.com');
  },
);

it('keeps lines in a message, and no other control character', () => {
  expect(bodyOf('%DESCR%', { DESCR: 'one\r\ntwo\u0007\u001b[31mthree' })).toBe('one\ntwo [31mthree');
});

it('cuts long values and long subjects, and leaves no half of a character', () => {
  expect(bodyOf('%DESCR%', { DESCR: 'x'.repeat(5000) })).toBe(`${'x'.repeat(2000)}…`);
  expect(subjectOf('%EVENT%%DESCR%', { EVENT: 'x'.repeat(200), DESCR: 'y'.repeat(200) })).toHaveLength(251);
  expect(cut('a😀b', 2)).toBe('a\ufffd…');
});
