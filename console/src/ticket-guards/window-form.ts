import { type MaintenanceScope, MaintenanceWindow, type Weekday } from '@gatehouse/contract';

/** What stands in the fields, whether it fits or not. */
export interface TypedWindow {
  id: string;
  name: string;
  kind: MaintenanceScope['kind'];
  client: { sourceId: string; sourceTenantId: string } | null;
  groupPath: string;
  deviceName: string;
  schedule: 'once' | 'weekly';
  /** `2026-03-08 22:30` by the clock of the browser. */
  from: string;
  until: string;
  days: Weekday[];
  startsAt: string;
  durationMinutes: string;
  timeZone: string;
  events: MaintenanceWindow['events'];
}

const two = (value: number): string => String(value).padStart(2, '0');

/** A moment as it is typed: by the clock of the browser. */
export const localTime = (at: Date): string =>
  `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;

/** The moment that is meant, or null when it is none. */
export const momentOf = (typed: string): Date | null => {
  const [, year, month, day, hour, minute] =
    /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})$/.exec(typed.trim())?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined || hour === undefined || minute === undefined) {
    return null;
  }
  const at = new Date(year, month - 1, day, hour, minute);
  // The thirtieth of February is not the second of March.
  return at.getMonth() === month - 1 && at.getDate() === day && at.getHours() === hour ? at : null;
};

const HOUR_MS = 3_600_000;

/** @param timeZone of the browser */
export const typedWindow = (
  window: MaintenanceWindow | null,
  { id, now, timeZone }: { id: string; now: Date; timeZone: string },
): TypedWindow => {
  const scope = window?.scope;
  const schedule = window?.schedule;
  const next = new Date(Math.ceil(now.getTime() / HOUR_MS) * HOUR_MS);
  return {
    id: window?.id ?? id,
    name: window?.name ?? '',
    kind: scope?.kind ?? 'tenant',
    client:
      scope && scope.kind !== 'everything' ? { sourceId: scope.sourceId, sourceTenantId: scope.sourceTenantId } : null,
    groupPath: scope?.kind === 'group' ? scope.groupPath : '',
    deviceName: scope?.kind === 'device' ? scope.deviceName : '',
    schedule: schedule?.kind ?? 'once',
    from: localTime(schedule?.kind === 'once' ? new Date(schedule.from) : next),
    until: localTime(schedule?.kind === 'once' ? new Date(schedule.until) : new Date(next.getTime() + 2 * HOUR_MS)),
    days: schedule?.kind === 'weekly' ? schedule.days : ['sunday'],
    startsAt: schedule?.kind === 'weekly' ? schedule.startsAt : '22:00',
    durationMinutes: String(schedule?.kind === 'weekly' ? schedule.durationMinutes : 240),
    timeZone: schedule?.kind === 'weekly' ? schedule.timeZone : timeZone,
    events: window?.events ?? 'later',
  };
};

/** Checked by the contract's own rules. Issues are by the field's name. */
export const checkedWindow = (
  typed: TypedWindow,
): { window: MaintenanceWindow; issues: Map<string, string> } | { window: null; issues: Map<string, string> } => {
  const place = typed.client ?? { sourceId: '', sourceTenantId: '' };
  const read = MaintenanceWindow.safeParse({
    id: typed.id,
    name: typed.name,
    scope: {
      kind: typed.kind,
      ...(typed.kind === 'everything' ? {} : place),
      ...(typed.kind === 'group' ? { groupPath: typed.groupPath } : {}),
      ...(typed.kind === 'device' ? { deviceName: typed.deviceName } : {}),
    },
    schedule:
      typed.schedule === 'once'
        ? { kind: 'once', from: momentOf(typed.from)?.toISOString(), until: momentOf(typed.until)?.toISOString() }
        : {
            kind: 'weekly',
            days: typed.days,
            startsAt: typed.startsAt,
            durationMinutes: /^\d{1,5}$/.test(typed.durationMinutes.trim())
              ? Number(typed.durationMinutes)
              : Number.NaN,
            timeZone: typed.timeZone,
          },
    events: typed.events,
  });
  if (read.success) return { window: read.data, issues: new Map() };
  const issues = new Map(read.error.issues.map(({ path, message }) => [String(path.at(-1)), message]));
  return { window: null, issues };
};
