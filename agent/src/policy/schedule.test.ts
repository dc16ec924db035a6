import { AgentSchedule } from '@gatehouse/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideStart, MISSED_AFTER_MS, nextStart, type ScheduleMemory } from './schedule.ts';

const HOUR_MS = 3_600_000;
const zoneBefore = process.env.TZ;
beforeAll(() => {
  process.env.TZ = 'Europe/Berlin';
});
afterAll(() => {
  if (zoneBefore === undefined) delete process.env.TZ;
  else process.env.TZ = zoneBefore;
});

const at = (text: string) => new Date(text);
const never: ScheduleMemory = { since: at('2026-01-01T00:00:00Z'), lastStartedAt: null, skippedAt: null };
const startedAt = (text: string): ScheduleMemory => ({ ...never, lastStartedAt: at(text) });
const daily = (minuteOfDay: number, more: object = {}) => AgentSchedule.parse({ every: 'day', minuteOfDay, ...more });
const next = (schedule: AgentSchedule, memory: ScheduleMemory, share = 0) =>
  nextStart(schedule, memory, share)?.toISOString() ?? null;

describe('the next start', () => {
  it('is at the time of day of the device’s own zone, in winter and in summer', () => {
    expect(next(daily(12 * 60), startedAt('2026-01-10T11:00:00Z'))).toBe('2026-01-11T11:00:00.000Z');
    expect(next(daily(12 * 60), startedAt('2026-07-10T10:00:00Z'))).toBe('2026-07-11T10:00:00.000Z');
    // The night in between: 23 hours later.
    expect(next(daily(12 * 60), startedAt('2026-03-28T11:00:00Z'))).toBe('2026-03-29T10:00:00.000Z');
  });

  it('in the hour that spring leaves out is an hour later, and in the hour that autumn has twice comes once', () => {
    const atHalfPastTwo = daily(150);
    expect(next(atHalfPastTwo, startedAt('2026-03-28T01:30:00Z'))).toBe('2026-03-29T01:30:00.000Z');
    expect(next(atHalfPastTwo, startedAt('2026-03-29T01:30:00Z'))).toBe('2026-03-30T00:30:00.000Z');
    expect(next(atHalfPastTwo, startedAt('2026-10-24T00:30:00Z'))).toBe('2026-10-25T00:30:00.000Z');
    expect(next(atHalfPastTwo, startedAt('2026-10-25T00:30:00Z'))).toBe('2026-10-26T01:30:00.000Z');
  });

  it('of a week is on its day, and of hours so long after the last', () => {
    const monday = AgentSchedule.parse({ every: 'week', weekday: 1, minuteOfDay: 0 });
    expect(next(monday, startedAt('2026-06-07T22:00:00Z'))).toBe('2026-06-14T22:00:00.000Z');
    expect(next(monday, startedAt('2026-06-09T12:00:00Z'))).toBe('2026-06-14T22:00:00.000Z');
    const everySix = AgentSchedule.parse({ every: 'hours', hours: 6 });
    expect(next(everySix, startedAt('2026-03-29T00:00:00Z'))).toBe('2026-03-29T06:00:00.000Z');
    expect(next(everySix, never)).toBe(never.since.toISOString());
    expect(next(AgentSchedule.parse({ every: 'never' }), never)).toBeNull();
  });

  it('is spread over devices, also past midnight, and comes once a day all the same', () => {
    const late = daily(23 * 60 + 50, { spreadMinutes: 60 });
    expect(next(late, startedAt('2026-01-10T12:00:00Z'), 0.5)).toBe('2026-01-10T23:20:00.000Z');
    expect(next(late, startedAt('2026-01-10T23:20:00Z'), 0.5)).toBe('2026-01-11T23:20:00.000Z');
  });

  it('comes again and again, always later and never more than a day and an hour or eight days later', () => {
    const moment = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }).map((ms) => new Date(ms));
    const minuteOfDay = fc.integer({ min: 0, max: 1439 });
    const weekly = fc.record({ every: fc.constant('week'), weekday: fc.integer({ min: 0, max: 6 }), minuteOfDay });
    const schedules = fc.oneof(fc.record({ every: fc.constant('day'), minuteOfDay }), weekly);
    fc.assert(
      fc.property(schedules, moment, (schedule, lastStartedAt) => {
        const read = AgentSchedule.parse(schedule);
        const start = nextStart(read, { ...never, lastStartedAt }, 0);
        const hours = ((start?.getTime() ?? 0) - lastStartedAt.getTime()) / HOUR_MS;
        expect(hours).toBeGreaterThan(0);
        expect(hours).toBeLessThanOrEqual(read.every === 'day' ? 25 : 7 * 24 + 1);
        // At that very time of the device's day, but in the night when there is none.
        const asked = 'minuteOfDay' in read ? read.minuteOfDay : 0;
        const minutes = (start?.getHours() ?? 0) * 60 + (start?.getMinutes() ?? 0);
        expect([asked, asked + 60]).toContain(minutes);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a start that came while the device was off', () => {
  const due = at('2026-01-11T11:00:00Z');
  const memory = startedAt('2026-01-10T11:00:00Z');
  const after = (ms: number) => new Date(due.getTime() + ms);

  it('is made up for, once', () => {
    expect(decideStart(daily(720), memory, after(5 * HOUR_MS), 0)).toEqual({ what: 'start' });
    const made = { ...memory, lastStartedAt: after(5 * HOUR_MS) };
    expect(decideStart(daily(720), made, after(6 * HOUR_MS), 0)).toEqual({
      what: 'wait',
      until: at('2026-01-12T11:00:00Z'),
    });
  });

  it('is left out where the policy says so, and the next one is not', () => {
    const strict = daily(720, { runMissed: false });
    expect(decideStart(strict, memory, after(MISSED_AFTER_MS), 0)).toEqual({ what: 'start' });
    expect(decideStart(strict, memory, after(MISSED_AFTER_MS + 1), 0)).toEqual({ what: 'skip', missedAt: due });
    const skipped = { ...memory, skippedAt: after(HOUR_MS) };
    expect(decideStart(strict, skipped, after(2 * HOUR_MS), 0)).toMatchObject({ what: 'wait' });
    expect(decideStart(strict, skipped, at('2026-01-12T11:00:30Z'), 0)).toEqual({ what: 'start' });
  });

  it('is found again after the clock was set back by a year', () => {
    const future = startedAt('2027-01-10T11:00:00Z');
    expect(decideStart(daily(720), future, at('2026-01-10T11:00:00Z'), 0)).toEqual({
      what: 'wait',
      until: at('2026-01-11T11:00:00Z'),
    });
  });
});
