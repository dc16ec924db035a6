import type { MaintenanceSchedule, MaintenanceScope, MaintenanceWindow, Weekday } from '@gatehouse/contract';

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

/** A device as maintenance windows know it. */
export interface MaintainedDevice {
  sourceId: string;
  tenantId: string;
  deviceName: string;
  /** `Servers/Mail`; null when the source does not tell. */
  groupPath: string | null;
}

/** Masks are compared without a regular expression, so that no name is slow. */
const fitsMask = (mask: string, name: string): boolean => {
  const [first = '', ...rest] = mask.toLowerCase().split('*');
  const target = name.toLowerCase();
  if (rest.length === 0) return target === first;
  if (!target.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const piece of rest) {
    const found = target.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return target.length - last.length >= at && target.endsWith(last);
};

const isInScope = (scope: MaintenanceScope, device: MaintainedDevice): boolean => {
  if (scope.kind === 'everything') return true;
  if (scope.sourceId !== device.sourceId || scope.sourceTenantId !== device.tenantId) return false;
  if (scope.kind === 'tenant') return true;
  if (scope.kind === 'device') return fitsMask(scope.deviceName, device.deviceName);
  const [path, group] = [device.groupPath?.toLowerCase(), scope.groupPath.toLowerCase()];
  return path === group || (path?.startsWith(`${group}/`) ?? false);
};

/** The maintenance that keeps this device's tickets from being opened now; null when there is none. */
export const windowOf = (
  windows: readonly MaintenanceWindow[],
  device: MaintainedDevice,
  now: Date,
): MaintenanceWindow | null =>
  windows.find(({ scope, schedule }) => isInScope(scope, device) && isInForce(schedule, now)) ?? null;

/** Whether a tenant's groups have to be read to know which maintenance its devices are in. */
export const needsGroups = (
  windows: readonly MaintenanceWindow[],
  { sourceId, tenantId }: { sourceId: string; tenantId: string },
): boolean =>
  windows.some(
    ({ scope }) => scope.kind === 'group' && scope.sourceId === sourceId && scope.sourceTenantId === tenantId,
  );
