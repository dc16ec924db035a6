/** Billing periods of a contract and the ranges that adjustments cut them into. Days are `YYYY-MM-DD`, both ends included. */

export interface DayRange {
  startDay: string;
  endDay: string;
}

const MONTHS: Record<string, number> = { m: 1, q: 3, s: 6, y: 12 };
/** No contract of people is longer; a wrong year must not fill the memory. */
const MAX_PERIODS = 1200;

export const dayOf = (iso: string): string => iso.slice(0, 10);
export const midnightOf = (day: string): string => `${day}T00:00:00.000Z`;
export const dayBefore = (day: string): string => shifted(day, -1);
const dayAfter = (day: string): string => shifted(day, 1);
const shifted = (day: string, days: number): string =>
  new Date(Date.parse(midnightOf(day)) + days * 86_400_000).toISOString().slice(0, 10);

/** A day some months later; the 31st becomes the last day of a shorter month. */
const monthsLater = (day: string, months: number): string => {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const lastDate = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, lastDate))).toISOString().slice(0, 10);
};

/**
 * The periods between the first and the last day of a contract, in order; the last one may be cut short.
 *
 * @param periodType `m`, `q`, `s` or `y`; everything else is a single period over the whole term
 */
export const periodsOf = ({ startDay, endDay }: DayRange, periodType: string): DayRange[] => {
  const months = MONTHS[periodType];
  if (months === undefined) return startDay <= endDay ? [{ startDay, endDay }] : [];
  const periods: DayRange[] = [];
  for (let index = 0; index < MAX_PERIODS; index += 1) {
    // From the first day each time: a contract from the 31st would slip to the 28th for good otherwise.
    const first = monthsLater(startDay, index * months);
    if (first > endDay) break;
    const last = dayBefore(monthsLater(startDay, (index + 1) * months));
    periods.push({ startDay: first, endDay: last < endDay ? last : endDay });
  }
  return periods;
};

/** The part of a longer term that its ranges do not reach yet, cut at the ends of its periods. */
export const periodsAfter = (lastDay: string, term: DayRange, periodType: string): DayRange[] =>
  periodsOf(term, periodType)
    .filter((period) => period.endDay > lastDay)
    .map((period) => (period.startDay > lastDay ? period : { ...period, startDay: dayAfter(lastDay) }));
