/** Thirty days of a device's life, with nights, weekends and a lively last day. */
import type { ReportedEvent } from '../../contract/src/index.ts';
import { type Chance, chanceOf } from '../lib/chance.ts';
import { type SampleDevice, SEED } from './fleet.ts';
import {
  attacked,
  deviceMoved,
  found,
  type Happening,
  healed,
  type Infection,
  infectionOf,
  launchDenied,
  taskRun,
  webBlocked,
} from './happenings.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
export const HISTORY_DAYS = 30;

/** How much of a working day's activity falls on each hour, UTC; together 1. */
const hourShares = [0, 0, 0, 0, 0, 0.01, 0.03, 0.08, 0.12, 0.13, 0.12, 0.09, 0.07, 0.11, 0.1, 0.07, 0.04, 0.02, 0.01];

const workingHour = (chance: Chance): number => {
  let rest = chance.next();
  const hour = hourShares.findIndex((share) => {
    rest -= share;
    return rest < 0;
  });
  return hour < 0 ? 18 : hour;
};

interface DayRates {
  web: number;
  launch: number;
  usb: number;
  infection: number;
  attack: number;
}
const usualRates = (device: SampleDevice): DayRates =>
  device.isServer
    ? { web: 0.1, launch: 0.05, usb: 0, infection: 0.01, attack: 0.06 }
    : { web: 1.6, launch: 0.25, usb: 0.4, infection: device.trouble === 'often-infected' ? 0.3 : 0.02, attack: 0.01 };

/** What one day brings; moments after `until` have not happened yet. */
const dayOf = (device: SampleDevice, chance: Chance, midnight: number, until: number): Happening[] => {
  const day: Happening[] = [];
  const moment = (hour: number) => new Date(midnight + hour * HOUR_MS + chance.next() * HOUR_MS);
  const weekday = new Date(midnight).getUTCDay();
  const isRecent = until - midnight < 2 * DAY_MS;
  const isWorkday = (weekday !== 0 && weekday !== 6) || isRecent;

  const updateFails = chance.happens(0.02);
  day.push(
    ...taskRun({ id: 'local-update', displayName: 'Database update' }, moment(6), chance.whole(20, 120) * 1000, {
      ...(updateFails ? { failedWith: 'The update source did not answer' } : {}),
    }),
    ...taskRun(
      { id: 'local-quick-scan', displayName: 'Quick scan' },
      moment(isWorkday ? 12 : 4),
      chance.whole(3, 15) * MINUTE_MS,
      { found: `${chance.whole(2000, 9000)} objects scanned` },
    ),
  );
  if (weekday === 0) {
    day.push(
      ...taskRun({ id: 'local-full-scan', displayName: 'Full scan' }, moment(1), chance.whole(40, 160) * MINUTE_MS, {
        found: `${chance.whole(200_000, 900_000)} objects scanned`,
      }),
    );
  }
  if (!isWorkday && !device.isServer) return day;

  const rates = usualRates(device);
  const liveliness = isRecent ? 1.8 : 1;
  const each = (mean: number, make: (at: Date) => Happening[]) => {
    for (let left = chance.times(mean * liveliness); left > 0; left--) {
      day.push(...make(moment(device.isServer ? chance.whole(0, 23) : workingHour(chance))));
    }
  };
  each(rates.web, (at) => [webBlocked(device, chance, at)]);
  each(rates.launch, (at) => [launchDenied(device, chance, at)]);
  each(rates.usb, (at) => [
    deviceMoved(chance, at, true),
    deviceMoved(chance, new Date(at.getTime() + chance.whole(2, 90) * MINUTE_MS), false),
  ]);
  each(rates.attack, (at) => [attacked(device, chance, at)]);
  each(rates.infection, (at) => {
    const infection = infectionOf(device, chance);
    const end = new Date(at.getTime() + chance.whole(1, 240) * 1000);
    // Found and not yet over would count as an active threat: what is healed after the end did not begin either.
    if (end.getTime() > until) return [];
    return [found(device, infection, at), healed(device, infection, end, chance.pick(['deleted', 'cured']))];
  });
  return day;
};

export interface History {
  events: ReportedEvent[];
  /** The infection that an infected device still has. */
  infection: Infection | null;
}

/**
 * What a device reported in the thirty days until `until`, numbered from 1 in the order of time. The same for the same
 * device and moment, so that a seeding that was cut off sends the same numbers again.
 */
export const historyOf = (device: SampleDevice, until: Date): History => {
  const chance = chanceOf(`${SEED} history ${device.machineId}`);
  const untilMs = until.getTime();
  const today = Math.floor(untilMs / DAY_MS) * DAY_MS;
  const happenings: Happening[] = [];
  for (let back = HISTORY_DAYS; back >= 0; back--) {
    happenings.push(...dayOf(device, chance, today - back * DAY_MS, untilMs));
  }
  const infection = device.trouble === 'infected' ? infectionOf(device, chance) : null;
  if (infection) {
    happenings.push(found(device, infection, new Date(untilMs - chance.whole(10, 300) * MINUTE_MS)));
  }
  const fromMs = untilMs - HISTORY_DAYS * DAY_MS;
  const events = happenings
    .filter(({ riseTime }) => Date.parse(riseTime) > fromMs && Date.parse(riseTime) <= untilMs)
    .sort((a, b) => Date.parse(a.riseTime) - Date.parse(b.riseTime))
    .map((happening, index) => ({ seq: index + 1, ...happening }));
  return { events, infection };
};
