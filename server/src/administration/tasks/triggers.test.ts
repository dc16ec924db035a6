import { TaskSettings } from '@gatehouse/contract';
import { expect, it } from 'vitest';
import { startsAfter, startsOn } from './triggers.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const OTHER = '0b510000-0000-4000-8000-000000000002';
const task = (schedule: object, more: object = {}) => ({
  tenantId: 'acme',
  lastEventRunAt: null,
  settings: TaskSettings.parse({
    name: 'T',
    work: { type: 'update-databases' },
    target: { kind: 'group', groupId: 1 },
    schedule,
  }),
  ...more,
});
const onFind = { kind: 'on-event', eventTypes: ['GNRL_EV_VIRUS_FOUND'], severities: ['critical'], contains: 'eicar' };
const found = {
  eventId: 7,
  tenantId: 'acme',
  deviceId: 'd1',
  type: 'GNRL_EV_VIRUS_FOUND',
  severity: 4,
  description: 'Found EICAR-Test',
} as const;

it('an event starts a task when type, severity, text and client fit, and not again within the pause', () => {
  expect(startsOn(task(onFind), found, NOW)).toBe(true);
  expect(startsOn(task(onFind), { ...found, tenantId: 'other' }, NOW)).toBe(false);
  expect(startsOn(task(onFind), { ...found, type: 'GNRL_EV_OBJECT_DELETED' }, NOW)).toBe(false);
  expect(startsOn(task(onFind), { ...found, severity: 2 }, NOW)).toBe(false);
  expect(startsOn(task(onFind), { ...found, description: 'Something else' }, NOW)).toBe(false);
  const ago = (minutes: number) => ({ lastEventRunAt: new Date(NOW.getTime() - minutes * 60_000) });
  expect(startsOn(task(onFind, ago(4)), found, NOW)).toBe(false);
  expect(startsOn(task(onFind, ago(5)), found, NOW)).toBe(true);
  expect(startsOn({ ...task(onFind), settings: { ...task(onFind).settings, enabled: false } }, found, NOW)).toBe(false);
  // The server's own events are of no device on which it could start.
  expect(startsOn(task({ ...onFind, onlyThatDevice: true }), { ...found, deviceId: '' }, NOW)).toBe(false);
});

it('the end of another task starts one by its result', () => {
  const counts = {
    pending: 0,
    scheduled: 0,
    running: 0,
    paused: 0,
    completed: 3,
    warning: 1,
    failed: 0,
    expired: 0,
    cancelled: 0,
  };
  const good = { taskId: OTHER, figures: { counts, devices: 4, percent: 100 } };
  const bad = { ...good, figures: { ...good.figures, counts: { ...counts, expired: 1 } } };
  const after = (result: string) => task({ kind: 'after-task', taskId: OTHER, result }).settings.schedule;
  expect([startsAfter(after('completed'), good), startsAfter(after('completed'), bad)]).toEqual([true, false]);
  expect([startsAfter(after('failed'), good), startsAfter(after('failed'), bad)]).toEqual([false, true]);
  expect([startsAfter(after('any'), good), startsAfter(after('any'), bad)]).toEqual([true, true]);
  expect(startsAfter(after('any'), { ...good, taskId: 'another' })).toBe(false);
  expect(startsAfter({ kind: 'manual' }, good)).toBe(false);
});
