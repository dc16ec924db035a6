import type { TaskSchedule } from '@gatehouse/contract';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { decideDue, nextRunAfter, nextRuns } from './schedule.ts';

const DAY_MS = 86_400_000;
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Apia'];
const anyZone = fc.constantFrom(...zones);
const anyMoment = fc
  .integer({ min: Date.UTC(2024, 0, 1) / 1000, max: Date.UTC(2030, 0, 1) / 1000 })
  .map((seconds) => new Date(seconds * 1000));
const anyMinute = fc.integer({ min: 0, max: 1439 });

/** What a wall clock shows, told by the standard library. */
const wall = (moment: Date, timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(moment);
const timeOf = (minuteOfDay: number) =>
  `${String(Math.floor(minuteOfDay / 60)).padStart(2, '0')}:${String(minuteOfDay % 60).padStart(2, '0')}`;
const at = (text: string) => new Date(text);

describe('a schedule', () => {
  test('names the next time of day, in the zone of the server', () => {
    const daily: TaskSchedule = { kind: 'daily', minuteOfDay: 9 * 60 };
    expect(nextRunAfter(daily, at('2026-11-22T07:59:00Z'), 'Europe/Berlin')).toEqual(at('2026-11-22T08:00:00Z'));
    expect(nextRunAfter(daily, at('2026-11-22T08:00:00Z'), 'Europe/Berlin')).toEqual(at('2026-11-23T08:00:00Z'));
    expect(nextRunAfter(daily, at('2026-06-22T06:59:00Z'), 'Europe/Berlin')).toEqual(at('2026-06-22T07:00:00Z'));
  });

  test('runs once on the day when clocks are put forward over its time, an hour later on the clock', () => {
    const daily: TaskSchedule = { kind: 'daily', minuteOfDay: 2 * 60 + 30 };
    const times = nextRuns(daily, at('2026-03-28T00:00:00Z'), 'Europe/Berlin', 3);
    expect(times.map((time) => wall(time, 'Europe/Berlin'))).toEqual([
      '2026-03-28 02:30',
      '2026-03-29 03:30',
      '2026-03-30 02:30',
    ]);
  });

  test('runs once on the day when clocks are put back and show its time twice', () => {
    const daily: TaskSchedule = { kind: 'daily', minuteOfDay: 2 * 60 + 30 };
    expect(nextRuns(daily, at('2026-10-24T12:00:00Z'), 'Europe/Berlin', 2)).toEqual([
      at('2026-10-25T00:30:00Z'),
      at('2026-10-26T01:30:00Z'),
    ]);
  });

  test('of a day that a month does not have runs on its last day', () => {
    const monthly: TaskSchedule = { kind: 'monthly', dayOfMonth: 31, minuteOfDay: 0 };
    expect(
      nextRuns(monthly, at('2028-01-30T12:00:00Z'), 'UTC', 4).map((time) => time.toISOString().slice(0, 10)),
    ).toEqual(['2028-01-31', '2028-02-29', '2028-03-31', '2028-04-30']);
  });

  test('of week days runs on those alone', () => {
    const weekly: TaskSchedule = { kind: 'weekly', weekdays: [1, 5], minuteOfDay: 18 * 60 };
    expect(nextRuns(weekly, at('2026-11-22T12:00:00Z'), 'UTC', 3).map((time) => time.toISOString())).toEqual([
      '2026-11-23T18:00:00.000Z',
      '2026-11-27T18:00:00.000Z',
      '2026-11-30T18:00:00.000Z',
    ]);
  });

  test('that is over, by hand, or waits for something else names no time', () => {
    const now = at('2026-11-22T12:00:00Z');
    expect(nextRunAfter({ kind: 'manual' }, now, 'UTC')).toBeNull();
    expect(nextRunAfter({ kind: 'once', at: now.toISOString() }, now, 'UTC')).toBeNull();
    expect(nextRunAfter({ kind: 'once', at: '2026-11-22T12:00:01Z' }, now, 'UTC')).toEqual(at('2026-11-22T12:00:01Z'));
    expect(nextRunAfter({ kind: 'after-task', taskId: '', result: 'any' }, now, 'UTC')).toBeNull();
  });

  it('of a time of day names that time, on days that follow one another, in every zone', () => {
    fc.assert(
      fc.property(anyZone, anyMinute, anyMoment, (zone, minuteOfDay, from) => {
        const times = nextRuns({ kind: 'daily', minuteOfDay }, from, zone, 4);
        expect(times).toHaveLength(4);
        let last = from;
        for (const [index, time] of times.entries()) {
          expect(time.getTime()).toBeGreaterThan(last.getTime());
          // Never a day left out: clocks jump by two hours at most, but for a day that a zone skips.
          if (index > 0) expect(time.getTime() - last.getTime()).toBeLessThanOrEqual(DAY_MS + 2 * 3_600_000);
          const shown = wall(time, zone).slice(11);
          if (shown !== timeOf(minuteOfDay)) {
            // Only where no clock shows the time on that day.
            const around = [...Array(180).keys()].map((minutes) =>
              wall(new Date(time.getTime() - minutes * 60_000), zone),
            );
            expect(around).not.toContain(`${wall(time, zone).slice(0, 10)} ${timeOf(minuteOfDay)}`);
          }
          last = time;
        }
        expect(new Set(times.map((time) => wall(time, zone).slice(0, 10))).size).toBe(4);
      }),
      { numRuns: 150 },
    );
  });

  it('of every so much time keeps to its grid, whatever happened in between', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.constantFrom('minutes' as const, 'hours' as const, 'days' as const),
        anyMoment,
        anyMoment,
        (every, unit, from, moment) => {
          const next = nextRunAfter({ kind: 'interval', every, unit, from: from.toISOString() }, moment, 'UTC');
          const stepMs = every * { minutes: 60_000, hours: 3_600_000, days: DAY_MS }[unit];
          expect(next?.getTime()).toBeGreaterThan(moment.getTime());
          expect(((next?.getTime() ?? 0) - from.getTime()) % stepMs).toBe(0);
          if (moment >= from) expect((next?.getTime() ?? 0) - moment.getTime()).toBeLessThanOrEqual(stepMs);
          else expect(next).toEqual(from);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('of week days and of months leaves no fitting day out', () => {
    const schedules = fc.oneof(
      fc.record({
        kind: fc.constant('weekly' as const),
        weekdays: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }),
        minuteOfDay: anyMinute,
      }),
      fc.record({
        kind: fc.constant('monthly' as const),
        dayOfMonth: fc.integer({ min: 1, max: 31 }),
        minuteOfDay: anyMinute,
      }),
    );
    fc.assert(
      fc.property(schedules, anyMoment, (schedule, from) => {
        const next = nextRunAfter(schedule, from, 'UTC');
        // The same, found by going through the days one by one.
        const midnight = Math.floor(from.getTime() / DAY_MS) * DAY_MS;
        const expected = [...Array(70).keys()]
          .map((days) => new Date(midnight + days * DAY_MS + schedule.minuteOfDay * 60_000))
          .find((time) => {
            if (time <= from) return false;
            if (schedule.kind === 'weekly') return schedule.weekdays.includes(time.getUTCDay());
            const isLast = new Date(time.getTime() + DAY_MS).getUTCDate() === 1;
            return time.getUTCDate() === schedule.dayOfMonth || (isLast && time.getUTCDate() < schedule.dayOfMonth);
          });
        expect(next).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a task whose time came while the server was off', () => {
  const schedule: TaskSchedule = { kind: 'interval', every: 1, unit: 'hours', from: '2026-11-22T00:00:00Z' };
  const dueAt = at('2026-11-22T03:00:00Z');
  const now = at('2026-11-22T07:20:00Z');

  it('is made up for once when it is told to, and goes on from now', () => {
    expect(decideDue({ schedule, runMissed: true, dueAt }, now, 'UTC')).toEqual({
      runs: true,
      nextRunAt: at('2026-11-22T08:00:00Z'),
    });
  });

  it('is left out else', () => {
    expect(decideDue({ schedule, runMissed: false, dueAt }, now, 'UTC').runs).toBe(false);
    expect(decideDue({ schedule, runMissed: false, dueAt }, at('2026-11-22T03:00:04Z'), 'UTC').runs).toBe(true);
  });
});
