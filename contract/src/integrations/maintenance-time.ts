import type { MaintenanceSchedule, Weekday } from './ticket-guards.ts';

const DAY_MINUTES = 1_440;
const WEEK_MINUTES = 7 * DAY_MINUTES;
const weekdays: Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

const clocks = new Map<string, Intl.DateTimeFormat>();
const clockOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = clocks.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  clocks.set(timeZone, made);
  return made;
};

/** Minutes since Monday 00:00 by the clock on the wall there. */
const minuteOfWeek = (at: Date, timeZone: string): number => {
  const parts = Object.fromEntries(
    clockOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const day = weekdays.indexOf(String(parts['weekday']).toLowerCase() as Weekday);
  return day * DAY_MINUTES + Number(parts['hour']) * 60 + Number(parts['minute']);
};

/** Begins are inside, ends are not. A weekly window may reach over midnight and over the end of the week. */
export const isInForce = (schedule: MaintenanceSchedule, now: Date): boolean => {
  if (schedule.kind === 'once') return new Date(schedule.from) <= now && now < new Date(schedule.until);
  const minute = minuteOfWeek(now, schedule.timeZone);
  const [hours = 0, minutes = 0] = schedule.startsAt.split(':').map(Number);
  return schedule.days.some((day) => {
    const begins = weekdays.indexOf(day) * DAY_MINUTES + hours * 60 + minutes;
    return (minute - begins + WEEK_MINUTES) % WEEK_MINUTES < schedule.durationMinutes;
  });
};
