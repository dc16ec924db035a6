import { isInForce, MaintenanceSchedule } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { needsGroups, windowOf } from './maintenance.ts';

const sourceId = '019a0000-0000-7000-8000-000000000001';
const weekly = (days: string[], startsAt: string, durationMinutes: number, timeZone: string) =>
  MaintenanceSchedule.parse({ kind: 'weekly', days, startsAt, durationMinutes, timeZone });

describe('a weekly window', () => {
  const nightly = weekly(['sunday'], '22:30', 180, 'Europe/Vienna');

  it('begins and ends by the clock of its time zone, over midnight and the end of the week', () => {
    expect(isInForce(nightly, new Date('2026-03-08T21:29:59Z'))).toBe(false);
    expect(isInForce(nightly, new Date('2026-03-08T21:30:00Z'))).toBe(true);
    expect(isInForce(nightly, new Date('2026-03-09T00:29:59Z'))).toBe(true);
    expect(isInForce(nightly, new Date('2026-03-09T00:30:00Z'))).toBe(false);
  });

  it('follows the clocks when they are changed', () => {
    expect(isInForce(nightly, new Date('2026-07-05T20:30:00Z'))).toBe(true);
    expect(isInForce(nightly, new Date('2026-07-05T23:30:00Z'))).toBe(false);
  });

  it('can last the whole week', () => {
    const always = weekly(['monday'], '00:00', 10_080, 'UTC');
    for (let hour = 0; hour < 168; hour += 7) {
      expect(isInForce(always, new Date(Date.UTC(2026, 2, 2) + hour * 3_600_000))).toBe(true);
    }
  });

  it('takes only time zones that there are', () => {
    const wrong = { kind: 'weekly', days: ['monday'], startsAt: '10:00', durationMinutes: 60, timeZone: 'Moon/Base' };
    expect(MaintenanceSchedule.safeParse(wrong).success).toBe(false);
    expect(MaintenanceSchedule.safeParse({ ...wrong, timeZone: 'UTC', startsAt: '24:00' }).success).toBe(false);
  });
});

describe('what a window is for', () => {
  const now = new Date('2026-03-04T12:00:00Z');
  const window = (scope: Record<string, unknown>) => ({
    id: '019a0000-0000-7000-8000-0000000000aa',
    name: 'Patch day',
    scope: { sourceId, sourceTenantId: '1', ...scope } as never,
    schedule: { kind: 'once', from: '2026-03-04T11:00:00Z', until: '2026-03-04T13:00:00Z' } as const,
    events: 'later' as const,
  });
  const device = { sourceId, tenantId: '1', deviceName: 'SRV-Mail-01', groupPath: 'Managed devices/Servers/Mail' };
  const isIn = (scope: Record<string, unknown>, more: Partial<typeof device> = {}) =>
    windowOf([window(scope)], { ...device, ...more }, now) !== null;

  it.each([
    [{ kind: 'everything' }, true],
    [{ kind: 'tenant' }, true],
    [{ kind: 'tenant', sourceTenantId: '2' }, false],
    [{ kind: 'device', deviceName: 'srv-mail-01' }, true],
    [{ kind: 'device', deviceName: 'srv-*' }, true],
    [{ kind: 'device', deviceName: '*mail*' }, true],
    [{ kind: 'device', deviceName: 'srv-*-02' }, false],
    [{ kind: 'device', deviceName: 'srv' }, false],
    [{ kind: 'group', groupPath: 'Managed devices/Servers' }, true],
    [{ kind: 'group', groupPath: 'managed devices/servers/mail' }, true],
    [{ kind: 'group', groupPath: 'Managed devices/Serv' }, false],
  ])('%j: %s', (scope, expected) => {
    expect(isIn(scope)).toBe(expected);
  });

  it('knows no group of a device that the source tells none of', () => {
    expect(isIn({ kind: 'group', groupPath: 'Managed devices' }, { groupPath: null as never })).toBe(false);
    expect(needsGroups([window({ kind: 'group', groupPath: 'x' })], { sourceId, tenantId: '1' })).toBe(true);
    expect(needsGroups([window({ kind: 'tenant' })], { sourceId, tenantId: '1' })).toBe(false);
  });
});
