const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A day of the calendar, without a zone. `month` counts from 1. */
export interface Day {
  year: number;
  month: number;
  day: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a wall clock of the zone shows, as if it were UTC. */
const wallMs = (moment: Date, zone: string): number => {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
};

/** Which day it is in the zone. */
export const dayIn = (moment: Date, zone: string): Day => {
  const wall = new Date(wallMs(moment, zone));
  return { year: wall.getUTCFullYear(), month: wall.getUTCMonth() + 1, day: wall.getUTCDate() };
};

/** What time of day it is in the zone, in whole minutes. */
export const minuteOfDayIn = (moment: Date, zone: string): number => {
  const wall = new Date(wallMs(moment, zone));
  return wall.getUTCHours() * 60 + wall.getUTCMinutes();
};

export const addDays = ({ year, month, day }: Day, days: number): Day => {
  const date = new Date(Date.UTC(year, month - 1, day) + days * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
};

/** 0 is Sunday. */
export const weekdayOf = ({ year, month, day }: Day): number => new Date(Date.UTC(year, month - 1, day)).getUTCDay();

export const lastDayOfMonth = ({ year, month }: Pick<Day, 'year' | 'month'>): number =>
  new Date(Date.UTC(year, month, 0)).getUTCDate();

/**
 * When a wall clock of the zone shows this time of that day. Where clocks are put back and show it twice, the first
 * time; where they are put forward and never show it, the moment that is as long after midnight as it was meant to be:
 * an hour later on the clock.
 */
export const momentOf = (day: Day, minuteOfDay: number, zone: string): Date => {
  const wantedMs = Date.UTC(day.year, day.month - 1, day.day) + minuteOfDay * MINUTE_MS;
  // The two offsets around: clocks change at most once within a day in either direction.
  const offsets = [-DAY_MS, DAY_MS].map((away) => {
    const at = new Date(wantedMs + away);
    return wallMs(at, zone) - at.getTime();
  });
  const fitting = offsets
    .map((offsetMs) => wantedMs - offsetMs)
    .filter((ms) => wallMs(new Date(ms), zone) === wantedMs);
  return new Date(fitting.length > 0 ? Math.min(...fitting) : wantedMs - Math.min(...offsets));
};
