import { describe, expect, it } from 'vitest';
import type { SourceDevice } from '../sources/index.ts';
import {
  deviceFigures,
  isProblem,
  keyFigures,
  keyTotals,
  type LicenseFigures,
  type Reading,
  serviceFigures,
} from './figures.ts';

const now = new Date('2026-03-05T09:30:00Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
const device = (more: Partial<SourceDevice> = {}): SourceDevice => ({
  deviceId: 'd1',
  name: 'WS-1',
  level: 'ok',
  signals: [],
  visible: true,
  lastVisibleAt: now,
  applicationStatus: null,
  isManaged: true,
  isProtected: true,
  ...more,
});
const key = (more: Partial<LicenseFigures> = {}): LicenseFigures => ({
  licenseId: 'A-1',
  application: 'Endpoint Security',
  periodDays: 365,
  expiresOn: '2026-12-31',
  limit: 10,
  devices: 4,
  information: '',
  support: '',
  ...more,
});
const counts = {
  newCritical: 1,
  closedCritical: 2,
  newWarning: 3,
  closedWarning: 4,
  newFunctionalFailure: 5,
  closedFunctionalFailure: 6,
};
const reading = (more: Partial<Reading> = {}): Reading => ({
  sourceId: 's',
  tenantId: '1',
  readAt: now,
  licenses: [key()],
  devices: { managed: 9, protected: 8, problem: 2 },
  tickets: { 7: counts, 30: { ...counts, newCritical: 10 } },
  ...more,
});

describe('devices of a service report', () => {
  it('managed are those in groups, protected those with real-time protection, problem those that are not OK', () => {
    const devices = [
      device(),
      device({ level: 'warning' }),
      device({ level: 'critical', isProtected: false }),
      device({ level: 'critical', isManaged: false }),
    ];
    expect(deviceFigures(devices)).toEqual({ managed: 3, protected: 2, problem: 2 });
  });

  it('where the server does not tell protection, the status condition does', () => {
    const { isProtected: _, ...silent } = device();
    expect(deviceFigures([silent, { ...silent, signals: ['securityAppNotInstalled'] }]).protected).toBe(1);
  });
});

describe('a service report', () => {
  it('has the dates of its period and the counts of that period', () => {
    expect(serviceFigures(reading(), 7)).toEqual({
      days: 7,
      startsOn: '2026-02-26',
      endsOn: '2026-03-05',
      managedDevices: 9,
      protectedDevices: 8,
      problemDevices: 2,
      newCriticalTickets: 1,
      closedCriticalTickets: 2,
      newWarningTickets: 3,
      closedWarningTickets: 4,
      newFunctionalFailureTickets: 5,
      closedFunctionalFailureTickets: 6,
    });
    expect(serviceFigures(reading(), 30)).toMatchObject({ startsOn: '2026-02-03', newCriticalTickets: 10 });
  });

  it('is not made of a tenant that was read without an account', () => {
    expect(serviceFigures(reading({ devices: null, tickets: null }), 7)).toBeNull();
  });
});

describe('the use of a key', () => {
  const total = (ids: string[], readings: Reading[]) => keyTotals(ids, readings, now)?.get('A-1');
  const other = (devices: number, more: Partial<Reading> = {}) =>
    reading({ tenantId: '2', licenses: [key({ devices })], devices: null, ...more });

  it('is counted over all tenants of the server, also those without an account', () => {
    expect(total(['1', '2'], [reading(), other(5)])).toBe(9);
  });

  it('is not known when one tenant was not read for two days, or never', () => {
    expect(keyTotals(['1', '2'], [reading()], now)).toBeNull();
    expect(keyTotals(['1', '2'], [reading(), other(5, { readAt: hoursAgo(49) })], now)).toBeNull();
    expect(total(['1', '2'], [reading(), other(5, { readAt: hoursAgo(47) })])).toBe(9);
  });

  it('does not count tenants that the server no longer has', () => {
    expect(total(['1'], [reading(), other(5)])).toBe(4);
  });

  it.each([
    [9, false, false],
    [10, true, false],
    [11, true, true],
  ])('%i of 10: more than 90 %% %s, exceeded %s', (devices, isOver90Percent, isExceeded) => {
    const [report] = keyFigures(reading(), new Map([['A-1', devices]]));
    expect(report).toMatchObject({ clientDevices: 4, totalDevices: devices, isOver90Percent, isExceeded });
  });

  it('without a limit is never too much, and without a total is not judged', () => {
    const [unlimited] = keyFigures(reading({ licenses: [key({ limit: null })] }), new Map([['A-1', 1_000]]));
    expect(unlimited).toMatchObject({ isOver90Percent: false, isExceeded: false });
    const [unknown] = keyFigures(reading(), null);
    expect(unknown).toMatchObject({ clientDevices: 4, totalDevices: null, isOver90Percent: null, isExceeded: null });
  });

  it('is a problem when it is nearly used up or ends within 30 days', () => {
    const fine = { isOver90Percent: false, isExceeded: false, expiresOn: '2026-12-31' };
    expect(isProblem(fine, now)).toBe(false);
    expect(isProblem({ ...fine, isOver90Percent: true }, now)).toBe(true);
    expect(isProblem({ ...fine, expiresOn: '2026-04-04' }, now)).toBe(true);
    expect(isProblem({ ...fine, expiresOn: '2026-04-05' }, now)).toBe(false);
    expect(isProblem({ isOver90Percent: null, isExceeded: null, expiresOn: null }, now)).toBe(false);
  });
});
