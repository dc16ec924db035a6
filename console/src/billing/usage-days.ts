import type { UsageOfAccount } from '@gatehouse/contract';

export interface DayOfUse {
  day: string;
  /** By application. */
  devices: Map<string, number>;
}

/** At most so many days, the newest of them last: of each span of days the last one that was read. */
export const thinned = <T>(days: readonly T[], most: number): T[] => {
  const step = Math.max(1, Math.ceil(days.length / most));
  return days.filter((_, index) => (days.length - 1 - index) % step === 0);
};

/** Devices by day and application; a day that was read and on which nothing was used counts zero. */
export const usageByDay = ({ days, items }: UsageOfAccount): { applications: string[]; days: DayOfUse[] } => {
  const found = new Map(days.map((day): [string, DayOfUse] => [day, { day, devices: new Map() }]));
  const applications = new Set<string>();
  for (const { day, application, devices } of items) {
    applications.add(application);
    found.get(day)?.devices.set(application, devices.total);
  }
  return { applications: [...applications].sort(), days: [...found.values()] };
};
