import { expect, it } from 'vitest';
import { checkedWindow, localTime, momentOf, type TypedWindow, typedWindow } from './window-form.ts';

const id = '019a0000-0000-7000-8000-0000000000aa';
const given = { id, now: new Date('2026-03-08T10:20:00Z'), timeZone: 'Europe/Vienna' };
const client = { sourceId: '019a0000-0000-7000-8000-000000000001', sourceTenantId: '7' };
const filled = { ...typedWindow(null, given), name: 'Patch day', client };

it('begins with the next full hour of one client', () => {
  const { window } = checkedWindow(filled);
  expect(window).toMatchObject({
    name: 'Patch day',
    scope: { kind: 'tenant', ...client },
    schedule: { kind: 'once', from: '2026-03-08T11:00:00.000Z', until: '2026-03-08T13:00:00.000Z' },
    events: 'later',
  });
});

it('gives back what it was filled with', () => {
  const weekly = { ...filled, schedule: 'weekly', kind: 'device', deviceName: 'srv-*' } as const;
  const { window } = checkedWindow(weekly);
  expect(window && checkedWindow(typedWindow(window, given)).window).toEqual(window);
});

it('names the field of everything that does not fit', () => {
  const fields = (change: Partial<TypedWindow>) => [...checkedWindow({ ...filled, ...change }).issues.keys()];
  expect(fields({ name: ' ' })).toEqual(['name']);
  expect(fields({ client: null })).toEqual(['sourceId', 'sourceTenantId']);
  expect(fields({ kind: 'group' })).toEqual(['groupPath']);
  expect(fields({ from: 'tomorrow' })).toEqual(['from']);
  expect(fields({ from: filled.until, until: filled.from })).toEqual(['until']);
  const weekly = { schedule: 'weekly' } as const;
  expect(fields({ ...weekly, days: [], startsAt: '25:00', durationMinutes: 'long', timeZone: 'Moon' })).toEqual([
    'days',
    'startsAt',
    'durationMinutes',
    'timeZone',
  ]);
});

it('knows no day that is not in the calendar', () => {
  expect(momentOf('2026-02-30 10:00')).toBeNull();
  expect(momentOf('2026-02-28')).toBeNull();
  const at = momentOf('2026-02-28 10:05');
  expect(at && localTime(at)).toBe('2026-02-28 10:05');
});
