import type { AgentSchedule } from '@gatehouse/contract';

/** What is remembered of one schedule. */
export interface ScheduleMemory {
  /** Since when it is as it is. */
  since: Date;
  /** Null: never. */
  lastStartedAt: Date | null;
  /** A start that came too late and was left out. */
  skippedAt: Date | null;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAYS_TO_LOOK_AT = 9;

/** Later than this, a start was missed: the device was off or asleep, or something else took long. */
export const MISSED_AFTER_MS = 10 * MINUTE_MS;

const latest = (...moments: (Date | null)[]): Date | null =>
  moments.reduce((last, moment) => (moment && (!last || moment > last) ? moment : last), null);

/**
 * When it is to start next, perhaps in the past; null: never. Times of day are the device's own. In the hour that is
 * left out in spring it starts an hour later, in the one that comes twice in autumn the first time only.
 *
 * @param share from 0 to 1, this device's part of the spread
 */
export const nextStart = (schedule: AgentSchedule, memory: ScheduleMemory, share: number): Date | null => {
  if (schedule.every === 'never') return null;
  const spreadMs = Math.floor(share * schedule.spreadMinutes) * MINUTE_MS;
  if (schedule.every === 'hours') {
    const base = latest(memory.lastStartedAt, memory.skippedAt);
    return base ? new Date(base.getTime() + schedule.hours * HOUR_MS) : new Date(memory.since.getTime() + spreadMs);
  }
  const base = latest(memory.since, memory.lastStartedAt, memory.skippedAt) as Date;
  // From the day before, whose spread may reach into today.
  for (let day = -1; day < DAYS_TO_LOOK_AT; day += 1) {
    const at = new Date(base.getFullYear(), base.getMonth(), base.getDate() + day, 0, schedule.minuteOfDay);
    const date = new Date(base.getFullYear(), base.getMonth(), base.getDate() + day, 12);
    if (schedule.every === 'week' && date.getDay() !== schedule.weekday) continue;
    const start = new Date(at.getTime() + spreadMs);
    if (start > base) return start;
  }
  throw new Error('a weekly schedule comes at least once in nine days');
};

/** A clock that was set back must not put a start off until it has caught up. */
const notAfter = (moment: Date, now: Date): Date => (moment > now ? now : moment);

export type Verdict = { what: 'wait'; until: Date | null } | { what: 'start' } | { what: 'skip'; missedAt: Date };

/** What is to be done now. Decides only. */
export const decideStart = (schedule: AgentSchedule, known: ScheduleMemory, now: Date, share: number): Verdict => {
  const memory = {
    since: notAfter(known.since, now),
    lastStartedAt: known.lastStartedAt && notAfter(known.lastStartedAt, now),
    skippedAt: known.skippedAt && notAfter(known.skippedAt, now),
  };
  const at = nextStart(schedule, memory, share);
  if (at === null || schedule.every === 'never' || at > now) return { what: 'wait', until: at };
  const isMissed = now.getTime() - at.getTime() > MISSED_AFTER_MS;
  return isMissed && !schedule.runMissed ? { what: 'skip', missedAt: at } : { what: 'start' };
};
