import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { UnitRange } from '../psa/index.ts';
import { type Change, decide, type Question } from './decide.ts';
import { dayOf, firstOfMonth, firstOfNextMonth, unitsOn } from './units.ts';

const range = (startsOn: string, endsOn: string, units: number, more: Partial<UnitRange> = {}): UnitRange => ({
  serviceId: 's',
  lineId: 'l',
  startsOn,
  endsOn,
  units,
  isPosted: false,
  ...more,
});

/** A contract of two months, with so many units. */
const months = (first: number, second: number): UnitRange[] => [
  range('2026-03-01', '2026-03-31', first),
  range('2026-04-01', '2026-04-30', second),
];

const question = (
  more: Partial<Omit<Question, 'limits'>> & { limits?: Partial<Question['limits']> } = {},
): Question => ({
  counted: 10,
  uncertain: null,
  units: months(10, 10),
  contract: { startsOn: '2026-03-01', endsOn: '2026-04-30' },
  today: '2026-03-10',
  wasApproved: true,
  asksFirst: false,
  rejected: [],
  ...more,
  limits: {
    approval: 'automatic',
    approveFirst: true,
    largestChangePercent: 20,
    alwaysAllowedDevices: 5,
    keepAtLeastOne: false,
    effectiveDay: 'today',
    ...more.limits,
  },
});

/** As a PSA does it: the span is cut at the day, and later spans carry the change too. */
const applied = (units: readonly UnitRange[], { had, wanted, effectiveOn }: Change): UnitRange[] => {
  const change = wanted - had;
  const cut = units.flatMap((each) => {
    if (each.endsOn < effectiveOn) return [each];
    if (each.startsOn >= effectiveOn) return [{ ...each, units: each.units + change }];
    const dayBefore = dayOf(new Date(Date.parse(effectiveOn) - 86_400_000));
    return [
      { ...each, endsOn: dayBefore },
      { ...each, startsOn: effectiveOn, units: each.units + change },
    ];
  });
  return units.length > 0 ? cut : [range(effectiveOn, '2026-04-30', wanted)];
};

describe('a change is made only when the number changed', () => {
  it('and not when it is the same', () => {
    expect(decide(question())).toEqual({ kind: 'same', units: 10 });
  });

  it('by the difference, from the day of the run', () => {
    expect(decide(question({ counted: 11 }))).toMatchObject({
      kind: 'change',
      changes: [{ had: 10, wanted: 11, effectiveOn: '2026-03-10' }],
      asks: null,
    });
  });

  it('for a service that the contract does not have yet', () => {
    expect(decide(question({ counted: 3, units: [] }))).toMatchObject({
      kind: 'change',
      changes: [{ had: 0, wanted: 3 }],
      asks: null,
    });
  });
});

describe('a person is asked first', () => {
  it.each([
    ['when every change shall be approved', { limits: { approval: 'always' as const } }, 'Every change waits'],
    ['at the first change of a contract', { wasApproved: false }, 'first change of this contract'],
    ['when the run was told to', { asksFirst: true }, 'started to ask first'],
    ['when the change is too large', { counted: 16 }, 'a change by 60 %, more than 20 %'],
    ['when the last unit goes', { counted: 0, units: months(1, 1) }, 'takes the last unit away'],
    ['when a new service begins large', { counted: 6, units: [] }, 'new service with 6 units'],
  ])('%s', (_, more, words) => {
    const verdict = decide(question({ counted: 11, ...more }));
    expect(verdict.kind === 'change' && verdict.asks).toContain(words);
  });

  it('and not for a few devices, whatever their share is', () => {
    expect(decide(question({ counted: 6, units: months(1, 1) }))).toMatchObject({ asks: null });
  });
});

describe('nothing is changed', () => {
  it.each([
    ['in a contract that expired', { today: '2026-05-01' }, 'expired on 2026-04-30'],
    ['before a contract begins', { today: '2026-02-27' }, 'begins on 2026-03-01'],
    [
      'when the service stands in the contract twice',
      { units: [...months(10, 10), range('2026-03-01', '2026-04-30', 1, { lineId: 'other' })] },
      'several lines',
    ],
    [
      'downwards while the count is not certain',
      { counted: 9, uncertain: 'a device is unknown' },
      'a device is unknown',
    ],
    [
      'that was rejected with the same numbers',
      { rejected: [{ had: 10, wanted: 12, why: 'Rejected by ann: later' }] },
      'Rejected by ann',
    ],
    [
      'when a month ahead has too few to take away from',
      { counted: 1, units: months(10, 3) },
      'from 2026-04-01 on the contract has 3 units only',
    ],
    [
      'when every day of the contract was billed',
      { units: [range('2026-03-01', '2026-04-30', 10, { isPosted: true })] },
      "after the contract's last day",
    ],
  ])('%s', (_, more, words) => {
    const verdict = decide(question({ counted: 12, ...more }));
    expect(verdict.kind === 'held' && verdict.why).toContain(words);
  });

  it('but what is certain to be there is still added', () => {
    expect(decide(question({ counted: 11, uncertain: 'a device is unknown' })).kind).toBe('change');
  });
});

test('days that were billed already are left alone: the change counts from the first day after them', () => {
  const units = [range('2026-03-01', '2026-03-31', 10, { isPosted: true }), range('2026-04-01', '2026-04-30', 10)];
  expect(decide(question({ counted: 11, units }))).toMatchObject({
    changes: [{ had: 10, wanted: 11, effectiveOn: '2026-04-01' }],
    remark: expect.stringContaining('was billed already'),
  });
});

test('a change that somebody dated ahead is told with the change', () => {
  expect(decide(question({ counted: 11, units: months(10, 14) }))).toMatchObject({
    remark: expect.stringContaining('at its end the contract has 14 units'),
  });
});

describe('by month', () => {
  const limits = { effectiveDay: 'month' as const };
  it('more devices count from the first of this month', () => {
    expect(decide(question({ counted: 12, limits }))).toMatchObject({
      changes: [{ had: 10, wanted: 12, effectiveOn: '2026-03-01' }],
    });
  });
  it('fewer devices count from the first of the next', () => {
    expect(decide(question({ counted: 8, limits }))).toMatchObject({
      changes: [{ had: 10, wanted: 8, effectiveOn: '2026-04-01' }],
    });
  });
  it('a month that was going to have fewer is raised again', () => {
    expect(decide(question({ counted: 11, units: months(10, 8), limits }))).toMatchObject({
      changes: [
        { had: 10, wanted: 11, effectiveOn: '2026-03-01' },
        { had: 9, wanted: 11, effectiveOn: '2026-04-01' },
      ],
    });
  });
  it('units that began in the middle of the month are not doubled', () => {
    const units = [
      range('2026-03-01', '2026-03-21', 0),
      range('2026-03-22', '2026-03-31', 10),
      range('2026-04-01', '2026-04-30', 10),
    ];
    expect(decide(question({ counted: 12, units, today: '2026-03-25', limits }))).toMatchObject({
      changes: [{ had: 10, wanted: 12, effectiveOn: '2026-03-22' }],
    });
  });
  it('nothing is taken away in the last month of a contract', () => {
    expect(decide(question({ counted: 8, today: '2026-04-10', limits }))).toEqual({ kind: 'same', units: 8 });
  });
});

test('keeps at least one unit when told so, and does not make one where there was none', () => {
  const limits = { keepAtLeastOne: true };
  expect(decide(question({ counted: 0, limits }))).toMatchObject({ changes: [{ had: 10, wanted: 1 }] });
  expect(decide(question({ counted: 0, units: [], limits })).kind).toBe('same');
});

test('whatever was there, the changes lead to the number that was counted, once, and never below zero', () => {
  fc.assert(
    fc.property(
      fc.record({
        counted: fc.nat(40),
        first: fc.nat(40),
        second: fc.nat(40),
        hasService: fc.boolean(),
        day: fc.integer({ min: 1, max: 31 }),
        posted: fc.boolean(),
        effectiveDay: fc.constantFrom('today' as const, 'month' as const),
        uncertain: fc.option(fc.constant('unknown'), { nil: null }),
        largestChangePercent: fc.integer({ min: 1, max: 300 }),
        alwaysAllowedDevices: fc.nat(10),
      }),
      ({ counted, first, second, hasService, day, posted, uncertain, ...limits }) => {
        const today = `2026-03-${String(day).padStart(2, '0')}`;
        const units = hasService
          ? months(first, second).map((each, at) => ({ ...each, isPosted: posted && at === 0 }))
          : [];
        const asked = question({ counted, units, today, uncertain, limits });
        const verdict = decide(asked);
        if (verdict.kind === 'held') {
          // Only what would take units away on uncertain ground, or more than a later month has.
          expect(uncertain !== null || (limits.effectiveDay === 'today' && second < first)).toBe(true);
          expect(counted).toBeLessThan(Math.max(first, second));
          return;
        }
        const changes = verdict.kind === 'change' ? verdict.changes : [];
        let after: UnitRange[] = [...units];
        for (const change of changes) {
          expect(unitsOn(after, change.effectiveOn)).toBe(change.had);
          expect(change.wanted).not.toBe(change.had);
          if (uncertain !== null) expect(change.wanted).toBeGreaterThanOrEqual(unitsOn(units, change.effectiveOn));
          after = applied(after, change);
        }
        for (const each of after) expect(each.units).toBeGreaterThanOrEqual(0);
        const from = limits.effectiveDay === 'month' || (posted && hasService) ? firstOfNextMonth(today) : today;
        expect(unitsOn(after, from)).toBe(counted);
        if (first === second || limits.effectiveDay === 'month') expect(unitsOn(after, '2026-04-30')).toBe(counted);
        if (limits.effectiveDay === 'month' && !(posted && hasService)) {
          expect(unitsOn(after, firstOfMonth(today))).toBe(Math.max(unitsOn(units, firstOfMonth(today)), counted));
        }
        if (verdict.kind === 'change' && verdict.asks === null) {
          for (const { had, wanted } of changes) {
            const size = Math.abs(wanted - had);
            const isWithin = size <= limits.alwaysAllowedDevices || size * 100 <= limits.largestChangePercent * had;
            expect(isWithin).toBe(true);
            expect(wanted).toBeGreaterThan(0);
          }
        }
        // Having carried it out, there is nothing left to do.
        expect(decide({ ...asked, units: after }).kind).toBe('same');
      },
    ),
    { numRuns: 500 },
  );
});
