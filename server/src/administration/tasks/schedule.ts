import type { TaskSchedule } from '@gatehouse/contract';
import { addDays, type Day, dayIn, lastDayOfMonth, momentOf, weekdayOf } from './zone.ts';

const UNIT_MS = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
/** Beyond this no day is looked for: every schedule of days has one within two months. */
const MOST_DAYS = 63;

/** The first moment after `moment` that lies at the time of day on a day that fits. */
const nextDayThat = (fits: (day: Day) => boolean, minuteOfDay: number, moment: Date, zone: string): Date | null => {
  // One day before: where clocks jump, a day's time may come after the next midnight of the calendar.
  let day = addDays(dayIn(moment, zone), -1);
  for (let tried = 0; tried < MOST_DAYS; tried += 1) {
    if (fits(day)) {
      const at = momentOf(day, minuteOfDay, zone);
      if (at > moment) return at;
    }
    day = addDays(day, 1);
  }
  return null;
};

/**
 * The first time after `moment` that a schedule names, or null when it names none (any more).
 *
 * @param zone IANA name of the zone in which times of day count
 */
export const nextRunAfter = (schedule: TaskSchedule, moment: Date, zone: string): Date | null => {
  switch (schedule.kind) {
    case 'once': {
      const at = new Date(schedule.at);
      return at > moment ? at : null;
    }
    case 'interval': {
      const fromMs = Date.parse(schedule.from);
      const stepMs = schedule.every * UNIT_MS[schedule.unit];
      if (fromMs > moment.getTime()) return new Date(fromMs);
      return new Date(fromMs + (Math.floor((moment.getTime() - fromMs) / stepMs) + 1) * stepMs);
    }
    case 'daily':
      return nextDayThat(() => true, schedule.minuteOfDay, moment, zone);
    case 'weekly':
      return nextDayThat((day) => schedule.weekdays.includes(weekdayOf(day)), schedule.minuteOfDay, moment, zone);
    case 'monthly':
      return nextDayThat(
        (day) => day.day === Math.min(schedule.dayOfMonth, lastDayOfMonth(day)),
        schedule.minuteOfDay,
        moment,
        zone,
      );
    case 'manual':
    case 'on-event':
    case 'after-task':
      return null;
  }
};

/** The next times of a schedule, at most `count`. */
export const nextRuns = (schedule: TaskSchedule, after: Date, zone: string, count: number): Date[] => {
  const times: Date[] = [];
  let last: Date | null = after;
  while (times.length < count) {
    last = nextRunAfter(schedule, last, zone);
    if (!last) break;
    times.push(last);
  }
  return times;
};

/** A run that begins so long after its time was missed: the server was off. */
const MISSED_AFTER_MS = 10 * 60_000;

/** Whether a due task is to run, and when it is due next. Of many missed times at most one is made up for. */
export const decideDue = (
  { schedule, runMissed, dueAt }: { schedule: TaskSchedule; runMissed: boolean; dueAt: Date },
  now: Date,
  zone: string,
): { runs: boolean; nextRunAt: Date | null } => ({
  runs: runMissed || now.getTime() - dueAt.getTime() <= MISSED_AFTER_MS,
  nextRunAt: nextRunAfter(schedule, now, zone),
});
