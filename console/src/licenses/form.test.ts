import { LicenseKeySettings } from '@gatehouse/contract';
import { expect, it } from 'vitest';
import { byDay, lastDays, thinned } from './days.ts';
import { toSettings, typedOf } from './form.ts';

const NOW = new Date('2026-03-04T23:30:00.000Z');
const empty = { ...typedOf(null, NOW, undefined), productName: 'P' };
const fieldsOf = (typed: typeof empty) =>
  LicenseKeySettings.safeParse(toSettings(typed, null)).error?.issues.map(({ path }) => path[0]) ?? [];

it('what fits is taken, what does not is named by its field', () => {
  expect(fieldsOf(empty)).toEqual([]);
  expect(fieldsOf({ ...empty, deviceLimit: 'ten', termDays: '0', createdOn: '4.3.2026', expiresOn: 'soon' })).toEqual([
    'deviceLimit',
    'createdAt',
    'expiresAt',
    'termDays',
  ]);
  expect(fieldsOf({ ...empty, expiresOn: '2026-03-04' })).toEqual(['expiresAt']);
  expect(fieldsOf({ ...empty, sharedWith: 'some' })).toEqual(['sharing']);
  // A key of a client is for that client, whatever was chosen before.
  const own = { ...empty, sharedWith: 'all' as const, tenantId: '0190a000-0000-7000-8000-0000000000c0' };
  expect(toSettings(own, null).sharing).toEqual({ with: 'nobody' });
});

it('days go to today in UTC, and a checked day without use counts zero', () => {
  expect(lastDays(30, NOW)).toEqual({ from: '2026-02-03', to: '2026-03-04' });
  const row = {
    ...{ day: '2026-03-02', serialNumber: 'K', productName: 'P', kind: 'trial' as const, tenantId: 't' },
    ...{ tenantName: 'T', billable: false, deviceLimit: null },
    devices: {
      windowsWorkstations: 2,
      windowsServers: 1,
      otherWorkstations: 4,
      otherServers: 8,
      unknown: 16,
      total: 31,
    },
  };
  expect(byDay({ days: ['2026-03-01', '2026-03-02'], items: [row, row] })).toEqual([
    { day: '2026-03-01', workstations: 0, servers: 0, unknown: 0 },
    { day: '2026-03-02', workstations: 12, servers: 18, unknown: 32 },
  ]);
});

it('a chart of a long time has the newest day and evenly others', () => {
  const days = Array.from({ length: 365 }, (_, index) => index);
  const drawn = thinned(days, 92);
  expect(drawn.length).toBeLessThanOrEqual(92);
  expect([drawn.at(-1), drawn.at(-2)]).toEqual([364, 360]);
  expect(thinned(days.slice(0, 30), 92)).toHaveLength(30);
  expect(thinned([], 92)).toEqual([]);
});
