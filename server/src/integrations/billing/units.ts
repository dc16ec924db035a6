import { DAY_MS } from '../../platform/clock/index.ts';
import type { UnitRange } from '../psa/index.ts';

/** The day of a moment in UTC, as `2026-03-04`. Days compare as text. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

export const dayAfter = (day: string): string => dayOf(new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS));

export const firstOfMonth = (day: string): string => `${day.slice(0, 7)}-01`;

export const firstOfNextMonth = (day: string): string => {
  const [year = 0, month = 1] = day.split('-').map(Number);
  return dayOf(new Date(Date.UTC(year, month, 1)));
};

export const lastOfMonth = (day: string): string =>
  dayOf(new Date(Date.parse(`${firstOfNextMonth(day)}T00:00:00Z`) - DAY_MS));

export const earliest = (...days: string[]): string => days.toSorted()[0] ?? '';
export const latest = (...days: string[]): string => days.toSorted().at(-1) ?? '';

/** The units of one service in one contract, over its days. */
export type ServiceUnits = readonly UnitRange[];

export const unitsOfService = (ranges: readonly UnitRange[], serviceId: string): ServiceUnits =>
  ranges.filter((range) => range.serviceId === serviceId);

/** The contract has several lines of the service: nobody can say which of them a change would go to. */
export const isAmbiguous = (units: ServiceUnits): boolean => new Set(units.map(({ lineId }) => lineId)).size > 1;

const covering = (units: ServiceUnits, day: string): UnitRange | undefined =>
  // Ranges that touch on one day: the one that begins later is what holds from that day on.
  units
    .filter(({ startsOn, endsOn }) => startsOn <= day && endsOn >= day)
    .reduce<UnitRange | undefined>((best, each) => (!best || each.startsOn > best.startsOn ? each : best), undefined);

/** Since when the units have been what they are on a day; null when the contract does not have the service then. */
export const sinceWhen = (units: ServiceUnits, day: string): string | null => covering(units, day)?.startsOn ?? null;

/** Units on a day; a service that the contract does not have on it counts as none. */
export const unitsOn = (units: ServiceUnits, day: string): number => covering(units, day)?.units ?? 0;

/** The first day from `day` on that was not billed yet. */
export const firstOpenDay = (units: ServiceUnits, day: string): string => {
  const posted = units.find(({ startsOn, endsOn, isPosted }) => isPosted && startsOn <= day && endsOn >= day);
  return posted ? firstOpenDay(units, dayAfter(posted.endsOn)) : day;
};

/** The fewest units that there are on any day from `day` on, and when: a later change may have been dated ahead. */
export const fewestFrom = (units: ServiceUnits, day: string): { units: number; from: string } | null =>
  units
    .filter(({ endsOn }) => endsOn >= day)
    .reduce<{ units: number; from: string } | null>(
      (least, each) =>
        !least || each.units < least.units ? { units: each.units, from: latest(each.startsOn, day) } : least,
      null,
    );
