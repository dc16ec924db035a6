import { type Task, TaskSettings } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { checkTask, newTask, rightParts, typedOf } from './form.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const TENANT = '0a000000-0000-4000-8000-000000000001';
const DEVICE = '0a000000-0000-4000-8000-000000000002';

const task = (settings: object): Task => ({
  id: '0a000000-0000-4000-8000-000000000003',
  number: 7,
  tenantId: TENANT,
  tenantName: 'Acme',
  settings: TaskSettings.parse(settings),
  targetText: '',
  scriptSha256: null,
  createdAt: NOW.toISOString(),
  createdBy: 'ada',
  changedAt: NOW.toISOString(),
  nextRunAt: null,
  lastRun: null,
});

describe('the form of a task', () => {
  const group = { kind: 'group', groupId: 10, withSubgroups: false };
  const works = [
    { type: 'scan', mode: 'paths', folders: ['/home', '/srv/data'] },
    { type: 'update-databases' },
    { type: 'find-vulnerabilities' },
    { type: 'restart', mode: 'warn', delayMinutes: 7, onlyIfRequired: false, message: 'Tonight' },
    { type: 'run-script', interpreter: 'bash', body: 'id\n', timeLimitMinutes: 3, outputLimitKilobytes: 8 },
  ];
  const targets = [
    group,
    { kind: 'device', deviceId: DEVICE },
    { kind: 'devices', deviceIds: [DEVICE] },
    { kind: 'selection', selectionId: TENANT },
  ];
  const schedules = [
    { kind: 'manual' },
    { kind: 'once', at: '2026-11-24T09:30:00.000Z' },
    { kind: 'interval', every: 30, unit: 'minutes', from: '2026-11-22T18:00:00.000Z' },
    { kind: 'daily', minuteOfDay: 1439 },
    { kind: 'weekly', weekdays: [1, 5], minuteOfDay: 0 },
    { kind: 'monthly', dayOfMonth: 31, minuteOfDay: 90 },
    {
      kind: 'on-event',
      eventTypes: ['GNRL_EV_VIRUS_FOUND'],
      severities: ['critical'],
      contains: 'x',
      onlyThatDevice: true,
      pauseMinutes: 9,
    },
    { kind: 'after-task', taskId: TENANT, result: 'failed' },
  ];

  it('gives back every task that it was filled with', () => {
    const given = [
      ...works.map((work) => ({ name: 'T', work, target: group })),
      ...targets.map((target) => ({ name: 'T', work: works[1], target })),
      ...schedules.map((schedule) => ({ name: 'T', work: works[1], target: group, schedule, enabled: false })),
      {
        name: 'T',
        work: works[1],
        target: group,
        runMissed: true,
        spreadMinutes: 5,
        stopAfterMinutes: 60,
        waitHours: 2,
      },
    ];
    for (const settings of given) {
      const saved = task(settings);
      expect(checkTask(typedOf(saved, (id) => id, NOW)).data).toEqual(saved.settings);
    }
  });

  it('says what is wrong by the contract’s own rules, field by field', () => {
    const typed = { ...newTask({ tenantId: TENANT, groupId: 10 }, NOW), mode: 'paths' as const, folders: '\n' };
    const issues = checkTask({ ...typed, spreadMinutes: 'soon', waitHours: '9999' }).error?.issues ?? [];
    expect(issues.map(({ path }) => path.join('.')).sort()).toEqual(['name', 'spreadMinutes', 'waitHours']);
    expect(checkTask({ ...typed, name: 'T' }).error?.issues[0]?.path).toEqual(['work', 'folders']);
    expect(checkTask({ ...typed, name: 'T', mode: 'full', scheduleKind: 'daily', time: '25:00' }).success).toBe(false);
  });

  it('knows the parts that can be shown before all is right', () => {
    const typed = { ...newTask({ tenantId: TENANT, groupId: 10 }, NOW), scheduleKind: 'daily' as const };
    expect(rightParts(typed)).toEqual({
      schedule: { kind: 'daily', minuteOfDay: 1080 },
      target: { kind: 'group', groupId: 10, withSubgroups: true },
    });
    expect(rightParts({ ...typed, time: 'noon', groupId: '' })).toEqual({ schedule: undefined, target: undefined });
  });
});
