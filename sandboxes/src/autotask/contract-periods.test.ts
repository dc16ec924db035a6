import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayBefore, periodsAfter, periodsOf } from './contract-periods.ts';

const DAY_MS = 86_400_000;
const days = ({ startDay, endDay }: { startDay: string; endDay: string }): number =>
  (Date.parse(endDay) - Date.parse(startDay)) / DAY_MS + 1;

describe('billing periods', () => {
  test('a monthly contract has a period per month, and the last one ends with the contract', () => {
    expect(periodsOf({ startDay: '2026-01-15', endDay: '2026-03-31' }, 'm')).toEqual([
      { startDay: '2026-01-15', endDay: '2026-02-14' },
      { startDay: '2026-02-15', endDay: '2026-03-14' },
      { startDay: '2026-03-15', endDay: '2026-03-31' },
    ]);
  });

  test('a contract from the 31st keeps its day where the month has one', () => {
    const starts = periodsOf({ startDay: '2025-12-31', endDay: '2026-04-30' }, 'm').map((one) => one.startDay);
    expect(starts).toEqual(['2025-12-31', '2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30']);
  });

  test.each([
    ['q', 4],
    ['s', 2],
    ['y', 1],
    ['o', 1],
  ])('a year in periods of %s has %i', (type, count) => {
    expect(periodsOf({ startDay: '2026-01-01', endDay: '2026-12-31' }, type)).toHaveLength(count);
  });

  test('periods follow each other without a gap, from the first day to the last', () => {
    const term = fc
      .record({ start: fc.integer({ min: 0, max: 9000 }), length: fc.integer({ min: 0, max: 1500 }) })
      .map(({ start, length }) => {
        const at = (offset: number) => new Date(Date.UTC(2010, 0, 1) + offset * DAY_MS).toISOString().slice(0, 10);
        return { startDay: at(start), endDay: at(start + length) };
      });
    fc.assert(
      fc.property(term, fc.constantFrom('m', 'q', 's', 'y', 'o'), (whole, type) => {
        const periods = periodsOf(whole, type);
        expect(periods[0]?.startDay).toBe(whole.startDay);
        expect(periods.at(-1)?.endDay).toBe(whole.endDay);
        expect(periods.reduce((sum, one) => sum + days(one), 0)).toBe(days(whole));
        for (const [index, one] of periods.slice(1).entries()) {
          expect(dayBefore(one.startDay)).toBe(periods[index]?.endDay);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a longer term continues after the last day that is there', () => {
    expect(periodsAfter('2026-02-10', { startDay: '2026-01-01', endDay: '2026-03-31' }, 'm')).toEqual([
      { startDay: '2026-02-11', endDay: '2026-02-28' },
      { startDay: '2026-03-01', endDay: '2026-03-31' },
    ]);
  });
});
