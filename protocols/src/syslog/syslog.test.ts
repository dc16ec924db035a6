import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { garbage, syslogCorpus } from '../testing/garbage.ts';
import {
  MOST_SYSLOG_CHARACTERS,
  parseSyslog,
  type Syslog3164,
  type Syslog5424,
  writeSyslog3164,
  writeSyslog5424,
} from './index.ts';

const receivedAt = new Date('2026-03-04T12:00:00Z');
const read = (line: string) => {
  const parsed = parseSyslog(line, { receivedAt });
  if (!parsed.ok) throw new Error(`${parsed.problem.code} at ${parsed.problem.at}: ${parsed.problem.what}`);
  return parsed.message;
};
const problemOf = (line: string) => {
  const parsed = parseSyslog(line, { receivedAt });
  return parsed.ok ? null : parsed.problem.code;
};
const read3164 = (line: string) => read(line) as Syslog3164;
const corpus = (index: number) => syslogCorpus[index] ?? '';

describe('RFC 5424', () => {
  it('is read in all its parts', () => {
    expect(read(corpus(0))).toEqual({
      format: 'rfc5424',
      facility: 4,
      severity: 2,
      time: new Date('2003-10-11T22:14:15.003Z'),
      hostname: 'mymachine.example.com',
      appName: 'su',
      procId: null,
      msgId: 'ID47',
      elements: [],
      hasBom: true,
      text: "'su root' failed for lonvick on /dev/pts/8",
    });
    expect(read(corpus(1)).time).toEqual(new Date('2003-08-24T12:14:15.000Z'));
    expect(read(corpus(2))).toMatchObject({
      text: '',
      elements: [
        {
          id: 'exampleSDID@32473',
          params: [
            ['iut', '3'],
            ['eventSource', 'Application'],
            ['eventID', '1011'],
          ],
        },
        { id: 'examplePriority@32473', params: [['class', 'high']] },
      ],
    });
  });

  it('takes escapes out of values: quotes, backslashes and brackets, and nothing else', () => {
    const message = read('<14>1 - - - - - [a@1 b="x\\"y\\\\z\\]w\\n" b="]"] t') as Syslog5424;
    expect(message.elements).toEqual([
      {
        id: 'a@1',
        params: [
          ['b', 'x"y\\z]w\\n'],
          ['b', ']'],
        ],
      },
    ]);
    expect(message).toMatchObject({ time: null, hostname: null, appName: null, text: 't' });
  });

  it.each([
    ['', 'syslog.empty'],
    [' \r\n', 'syslog.empty'],
    ['hello', 'syslog.no-priority'],
    ['<>1 ', 'syslog.no-priority'],
    ['<1x>', 'syslog.no-priority'],
    ['<1234>1 - - - - - -', 'syslog.no-priority'],
    ['<192>1 - - - - - -', 'syslog.priority-range'],
    ['<14>1 - - -', 'syslog.header'],
    ['<14>1 yesterday - - - - -', 'syslog.header'],
    ['<14>1 2026-13-41T00:00:00Z - - - - -', 'syslog.header'],
    ['<14>1 - - - - - x', 'syslog.structured-data'],
    ['<14>1 - - - - - [a b="c] t', 'syslog.structured-data'],
    ['<14>1 - - - - - [a b=c] t', 'syslog.structured-data'],
    ['<14>1 - - - - - [] t', 'syslog.structured-data'],
    ['<14>1 - - - - - [a]t', 'syslog.structured-data'],
    [`<14>1 - - - - - - ${'x'.repeat(MOST_SYSLOG_CHARACTERS)}`, 'syslog.too-long'],
  ])('says what is wrong with %j', (line, code) => {
    expect(problemOf(line)).toBe(code);
  });

  const printable = (most: number) =>
    fc
      .stringMatching(/^[!-~]+$/, { maxLength: most })
      .filter((text) => text !== '-' && text.length > 0 && text.length <= most);
  const name = fc.stringMatching(/^[!#-<>-\\^-~]{1,32}$/);
  const unicode = fc.string({ unit: 'grapheme', maxLength: 40 });
  const text = unicode.filter((value) => !/[\r\n\0]$/.test(value) && !value.startsWith('\ufeff'));

  test('what was written is read again, whatever it says', () => {
    const message: fc.Arbitrary<Syslog5424> = fc.record({
      format: fc.constant('rfc5424' as const),
      facility: fc.integer({ min: 0, max: 23 }),
      severity: fc.integer({ min: 0, max: 7 }),
      time: fc.option(fc.date({ min: new Date(0), max: new Date('2299-01-01'), noInvalidDate: true })),
      hostname: fc.option(printable(255)),
      appName: fc.option(printable(48)),
      procId: fc.option(printable(128)),
      msgId: fc.option(printable(32)),
      elements: fc.array(fc.record({ id: name, params: fc.array(fc.tuple(name, unicode), { maxLength: 4 }) }), {
        maxLength: 3,
      }),
      hasBom: fc.boolean(),
      text,
    });
    fc.assert(
      fc.property(message, (said) => {
        expect(read(writeSyslog5424(said))).toEqual(said);
      }),
      { numRuns: 500 },
    );
  });

  it('mends what a header cannot say, and cuts what is too long for it', () => {
    const line = writeSyslog5424({
      facility: 1,
      severity: 2,
      time: null,
      hostname: 'Büro PC',
      appName: 'a'.repeat(60),
      procId: '',
      msgId: 'GNRL_EV_APPLICATION_LAUNCH_DENIED',
      elements: [{ id: 'my event', params: [['a=b', 'c']] }],
      hasBom: false,
      text: '',
    });
    expect(line).toBe(`<10>1 - B_ro_PC ${'a'.repeat(48)} - GNRL_EV_APPLICATION_LAUNCH_DENIE [my_event a_b="c"]`);
  });
});

describe('RFC 3164 as it is found', () => {
  it('has its year from when it came in, over the turn of a year too', () => {
    const at = (line: string, received: string) => {
      const parsed = parseSyslog(line, { receivedAt: new Date(received) });
      return parsed.ok ? parsed.message.time?.toISOString() : parsed.problem;
    };
    expect(at('<13>Oct 11 22:14:15 h t: x', '2026-10-12T00:00:00Z')).toBe('2026-10-11T22:14:15.000Z');
    expect(at('<13>Dec 31 23:59:59 h t: x', '2027-01-01T00:00:01Z')).toBe('2026-12-31T23:59:59.000Z');
    expect(at('<13>Jan  1 00:00:01 h t: x', '2026-12-31T23:59:59Z')).toBe('2027-01-01T00:00:01.000Z');
    const local = parseSyslog('<13>Oct 11 22:14:15 h t: x', {
      receivedAt: new Date('2026-10-12'),
      zoneOffsetMinutes: 120,
    });
    expect(local.ok && local.message.time?.toISOString()).toBe('2026-10-11T20:14:15.000Z');
  });

  it.each([
    [corpus(4), { hostname: 'mymachine', tag: 'su', text: "'su root' failed for lonvick on /dev/pts/8" }],
    [corpus(5), { hostname: '10.0.0.99', tag: null, text: 'Use the BFG!' }],
    [corpus(6), { hostname: 'mymachine', tag: 'myproc', processId: '10', time: new Date('2026-08-24T05:34:00Z') }],
    [corpus(7), { hostname: 'asa-1', tag: '%ASA-6-302013', time: new Date('2026-11-22T08:02:20Z') }],
    [corpus(8), { hostname: null, tag: '%SYS-5-CONFIG_I', time: new Date('2026-03-01T18:46:11.003Z') }],
    [corpus(9), { hostname: 'gateway', tag: 'sshd', processId: '4711', time: new Date('2026-03-04T04:06:07.123Z') }],
    [corpus(10), { hostname: null, tag: null, time: null }],
    [corpus(11), { hostname: 'host', tag: null, text: expect.stringMatching(/^CEF:0\|Vendor/) }],
    [corpus(13), { hostname: null, tag: null, time: null, text: 'no time, no host' }],
    ['<13>Oct 11 22:14:15 CEF:0|a|b|c|d|e|5|', { hostname: null, tag: null, text: 'CEF:0|a|b|c|d|e|5|' }],
    ['<13>Oct 11 22:14:15 h LEEF:1.0|a|b|c|d|', { hostname: 'h', tag: null, text: 'LEEF:1.0|a|b|c|d|' }],
    ['<13>Oct 11 22:14:15 fe80::1 t: x', { hostname: 'fe80::1', tag: 't', text: 'x' }],
    ['<13>Oct 32 22:14:15 h t: x', { time: null }],
  ])('is read: %s', (line, expected) => {
    expect(read3164(line)).toMatchObject({ format: 'rfc3164', ...expected });
  });

  it('has no priority above 191', () => {
    expect(problemOf(corpus(12))).toBe('syslog.priority-range');
  });

  test('what was written is read again', () => {
    const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9._-]{0,20}$/);
    const message = fc.record({
      format: fc.constant('rfc3164' as const),
      facility: fc.integer({ min: 0, max: 23 }),
      severity: fc.integer({ min: 0, max: 7 }),
      time: fc
        .date({ min: new Date('2026-01-01'), max: new Date('2026-06-01'), noInvalidDate: true })
        .map((time): Date | null => new Date(Math.floor(time.getTime() / 1000) * 1000)),
      hostname: word.map((text): string | null => text),
      tag: word.map((text): string | null => text),
      processId: fc.option(fc.integer({ min: 1, max: 99_999 }).map(String)),
      text: fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !/[\r\n\0]$/.test(text)),
    });
    fc.assert(
      fc.property(message, (said) => {
        expect(read(writeSyslog3164(said))).toEqual(said);
      }),
      { numRuns: 300 },
    );
  });
});

test('100,000 broken lines are read or refused by name, and none takes long', () => {
  const lines = garbage(syslogCorpus, 1);
  const codes = new Map<string, number>();
  const begun = performance.now();
  for (let count = 0; count < 100_000; count += 1) {
    const parsed = parseSyslog(lines.next().value, { receivedAt });
    const what = parsed.ok ? parsed.message.format : parsed.problem.code;
    codes.set(what, (codes.get(what) ?? 0) + 1);
    if (parsed.ok && parsed.message.format === 'rfc5424') {
      // Whatever was understood can be said again, and means the same.
      const again = parseSyslog(writeSyslog5424(parsed.message), { receivedAt });
      if (!again.ok) throw new Error(`${again.problem.what}: ${writeSyslog5424(parsed.message)}`);
    }
  }
  expect(performance.now() - begun).toBeLessThan(10_000);
  // Both outcomes in number: else this would test nothing but the first sign.
  expect(codes.get('rfc5424')).toBeGreaterThan(3000);
  expect(codes.get('rfc3164')).toBeGreaterThan(5000);
  expect(codes.get('syslog.structured-data')).toBeGreaterThan(1000);
});

test('lines made to be slow are not', () => {
  const begun = performance.now();
  for (const sign of ['[a ', '[a b="', '\\', '<', ' ', '[', ']', ': ', '1', 'a=', 'x:', '%']) {
    for (const head of ['<14>1 - - - - - ', '<14>', '<14>Oct 11 22:14:15 ', '']) {
      parseSyslog(head + sign.repeat(Math.floor(60_000 / sign.length)), { receivedAt });
    }
  }
  expect(performance.now() - begun).toBeLessThan(1000);
});
