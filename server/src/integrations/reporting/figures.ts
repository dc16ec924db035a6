import type { LicenseReport, ReportPeriod, ServiceReport } from '@gatehouse/contract';
import type { LicenseKeyUse, SourceDevice } from '../sources/index.ts';
import type { ReportCounts } from '../ticketing/index.ts';

const DAY_MS = 86_400_000;
/** A client that was not read for longer is not known, and neither are sums over it. */
const KNOWN_FOR_MS = 2 * DAY_MS;
const SOON_MS = 30 * DAY_MS;
const NEARLY = 0.9;

/** The day in UTC, `YYYY-MM-DD`. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** A licence key as a client has it. */
export interface LicenseFigures {
  licenseId: string;
  application: string;
  periodDays: number | null;
  expiresOn: string | null;
  limit: number | null;
  /** Of this client. */
  devices: number;
  information: string;
  support: string;
}

export interface DeviceFigures {
  managed: number;
  protected: number;
  problem: number;
}

/** What was last read of one tenant. */
export interface Reading {
  sourceId: string;
  tenantId: string;
  readAt: Date;
  licenses: LicenseFigures[];
  /** Null for tenants that no account belongs to: of those only the licences are read. */
  devices: DeviceFigures | null;
  tickets: Record<ReportPeriod, ReportCounts> | null;
}

export const deviceFigures = (devices: SourceDevice[]): DeviceFigures => {
  // A device that is only seen on the network belongs to nobody's report.
  const managed = devices.filter(({ isManaged }) => isManaged !== false);
  return {
    managed: managed.length,
    protected: managed.filter(({ isProtected, signals }) => isProtected ?? !signals.includes('securityAppNotInstalled'))
      .length,
    problem: managed.filter(({ level }) => level !== 'ok').length,
  };
};

export const licenseFigures = (keys: LicenseKeyUse[]): LicenseFigures[] =>
  keys.map((key) => ({
    licenseId: key.serialNumber,
    application: key.productName,
    periodDays: key.periodDays ?? null,
    expiresOn: key.expiresAt === null ? null : dayOf(key.expiresAt),
    limit: key.deviceLimit,
    devices: key.holders.length,
    information: key.information ?? '',
    support: key.supportInformation ?? '',
  }));

/** Begin and end of a period that ends now. */
export const periodUntil = (until: Date, days: ReportPeriod): { from: Date; until: Date } => ({
  from: new Date(until.getTime() - days * DAY_MS),
  until,
});

type ServiceFigures = Omit<
  ServiceReport,
  | 'integrationId'
  | 'sourceId'
  | 'sourceName'
  | 'sourceTenantId'
  | 'sourceTenantName'
  | 'accountId'
  | 'accountName'
  | 'madeAt'
  | 'problem'
>;

/** The service report of a tenant, or null when it was read without one. */
export const serviceFigures = (reading: Reading, days: ReportPeriod): ServiceFigures | null => {
  const { devices, tickets, readAt } = reading;
  const counts = tickets?.[days];
  if (!devices || !counts) return null;
  return {
    days,
    startsOn: dayOf(periodUntil(readAt, days).from),
    endsOn: dayOf(readAt),
    managedDevices: devices.managed,
    protectedDevices: devices.protected,
    problemDevices: devices.problem,
    newCriticalTickets: counts.newCritical,
    closedCriticalTickets: counts.closedCritical,
    newWarningTickets: counts.newWarning,
    closedWarningTickets: counts.closedWarning,
    newFunctionalFailureTickets: counts.newFunctionalFailure,
    closedFunctionalFailureTickets: counts.closedFunctionalFailure,
  };
};

/** How many devices use each key, over all tenants of a server; null when one of them is not known. */
export type KeyTotals = ReadonlyMap<string, number> | null;

/**
 * @param tenantIds every tenant that the server has now, with an account or without
 * @param readings of this server, whatever became of their tenants
 */
export const keyTotals = (tenantIds: string[], readings: Reading[], now: Date): KeyTotals => {
  const known = new Map(
    readings
      .filter(({ readAt }) => now.getTime() - readAt.getTime() <= KNOWN_FOR_MS)
      .map((reading) => [reading.tenantId, reading]),
  );
  const totals = new Map<string, number>();
  for (const tenantId of tenantIds) {
    const reading = known.get(tenantId);
    if (!reading) return null;
    for (const { licenseId, devices } of reading.licenses) {
      totals.set(licenseId, (totals.get(licenseId) ?? 0) + devices);
    }
  }
  return totals;
};

type KeyFigures = Pick<
  LicenseReport,
  | 'reportedOn'
  | 'licenseId'
  | 'application'
  | 'periodDays'
  | 'expiresOn'
  | 'limit'
  | 'clientDevices'
  | 'totalDevices'
  | 'isOver90Percent'
  | 'isExceeded'
  | 'information'
  | 'support'
>;

/** The license reports of a tenant, one for each key that it has. */
export const keyFigures = (reading: Reading, totals: KeyTotals): KeyFigures[] =>
  reading.licenses.map(({ licenseId, application, periodDays, expiresOn, limit, devices, information, support }) => {
    const totalDevices = totals === null ? null : (totals.get(licenseId) ?? devices);
    // Without a limit a key can be used by any number.
    const share = totalDevices === null ? null : limit === null ? 0 : totalDevices / limit;
    return {
      reportedOn: dayOf(reading.readAt),
      licenseId,
      application,
      periodDays,
      expiresOn,
      limit,
      clientDevices: devices,
      totalDevices,
      isOver90Percent: share === null ? null : share > NEARLY,
      isExceeded: share === null ? null : share > 1,
      information,
      support,
    };
  });

/** A key that somebody should look at. */
export const isProblem = (
  { isOver90Percent, isExceeded, expiresOn }: Pick<KeyFigures, 'isOver90Percent' | 'isExceeded' | 'expiresOn'>,
  now: Date,
): boolean =>
  isOver90Percent === true ||
  isExceeded === true ||
  (expiresOn !== null && expiresOn <= dayOf(new Date(now.getTime() + SOON_MS)));
