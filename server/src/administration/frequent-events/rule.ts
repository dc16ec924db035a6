import type { FrequentEventSettings } from '@gatehouse/contract';

/** The rule as it is until somebody changes it (docs/frequent-events.md says why). */
export const defaultSettings: FrequentEventSettings = {
  enabled: true,
  windowMinutes: 10,
  sharePercent: 20,
  minimumEvents: 1000,
  budgetPerDay: null,
  roomForDays: 30,
  calmWindows: 2,
  noticeHours: 24,
  historyDays: 90,
};

const MINUTES_PER_DAY = 24 * 60;

/** What one tenant may bring in 24 hours: all the room that the database has for a day, if it shall reach back so far. */
export const budgetPerDay = (
  settings: Pick<FrequentEventSettings, 'budgetPerDay' | 'roomForDays'>,
  maximumEvents: number,
): number => settings.budgetPerDay ?? Math.max(1, Math.floor(maximumEvents / settings.roomForDays));

export interface Frequency {
  key: string;
  /** Arrivals in the window, stored or not; never more than there were. */
  events: number;
}

type Thresholds = Pick<FrequentEventSettings, 'minimumEvents' | 'sharePercent'>;

/** Whether a kind with so many of a tenant's events in the window is frequent. A blocked one stays so as long as it is. */
export const isFrequent = (events: number, eventsInWindow: number, settings: Thresholds): boolean =>
  events > settings.minimumEvents && events * 100 > settings.sharePercent * eventsInWindow;

/** What is known of one tenant's events now. */
export interface TenantTraffic {
  /** Arrivals of all kinds in the window, stored or not, without those that an administrator excluded. */
  eventsInWindow: number;
  /** Of these, what the kinds brought that are blocked already. */
  blockedInWindow: number;
  /** Let in within 24 hours, without those that an administrator excluded. */
  letInDay: number;
  /** Kinds that may be blocked and are not. */
  kinds: readonly Frequency[];
}

/**
 * Which kinds of a tenant to block now, most frequent first. Nothing as long as the tenant keeps within its budget of
 * a day; then from the top, until the rest would keep within it if it went on all day as in this window.
 */
export const decideBlocks = (traffic: TenantTraffic, settings: FrequentEventSettings, budget: number): Frequency[] => {
  if (!settings.enabled || traffic.letInDay <= budget) return [];
  const candidates = traffic.kinds
    .filter(({ events }) => isFrequent(events, traffic.eventsInWindow, settings))
    .sort((a, b) => b.events - a.events || (a.key < b.key ? -1 : 1));
  const windowsPerDay = MINUTES_PER_DAY / settings.windowMinutes;
  let rest = traffic.eventsInWindow - traffic.blockedInWindow;
  const blocks: Frequency[] = [];
  for (const candidate of candidates) {
    if (rest * windowsPerDay <= budget) break;
    blocks.push(candidate);
    rest -= candidate.events;
  }
  return blocks;
};

/** Whether blocking ends: the kind was last seen frequent so long ago. */
export const isCalm = (
  lastFrequentAt: Date,
  now: Date,
  { windowMinutes, calmWindows }: Pick<FrequentEventSettings, 'windowMinutes' | 'calmWindows'>,
): boolean => now.getTime() - lastFrequentAt.getTime() >= calmWindows * windowMinutes * 60_000;
