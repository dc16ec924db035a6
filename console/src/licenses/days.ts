import type { LicenseUsageHistory } from '@gatehouse/contract';

const DAY_MS = 86_400_000;

/** The last so many days, to today, in UTC. */
export const lastDays = (days: number, now: Date): { from: string; to: string } => ({
  from: new Date(now.getTime() - (days - 1) * DAY_MS).toISOString().slice(0, 10),
  to: now.toISOString().slice(0, 10),
});

export interface DayOfUse {
  day: string;
  workstations: number;
  servers: number;
  unknown: number;
}

/** At most so many days, the newest of them last: of each span of days the last one that was checked. */
export const thinned = <T>(days: readonly T[], most: number): T[] => {
  const step = Math.ceil(days.length / most);
  return days.filter((_, index) => (days.length - 1 - index) % Math.max(1, step) === 0);
};

/** Devices day by day, over all rows; a checked day on which nothing was used counts zero. */
export const byDay = ({ days, items }: LicenseUsageHistory): DayOfUse[] => {
  const found = new Map(days.map((day) => [day, { day, workstations: 0, servers: 0, unknown: 0 }]));
  for (const { day, devices } of items) {
    const counts = found.get(day);
    if (!counts) continue;
    counts.workstations += devices.windowsWorkstations + devices.otherWorkstations;
    counts.servers += devices.windowsServers + devices.otherServers;
    counts.unknown += devices.unknown;
  }
  return [...found.values()];
};
