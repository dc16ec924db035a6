import type { TicketGuards } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import type { SourceDevice, SourceEvent } from '../../sources/index.ts';
import type { Rule } from '../decide.ts';
import { plainGuards } from '../guards/settings.ts';
import type { Reason } from '../reasons.ts';
import { type Past, replay } from './replay.ts';

const MINUTE_MS = 60_000;
const START = new Date('2026-03-02T00:00:00Z');
const after = (minutes: number): Date => new Date(START.getTime() + minutes * MINUTE_MS);
const place = { sourceId: '019a0000-0000-7000-8000-000000000001', tenantId: '1' };

const rule = (reason: Reason, more: Partial<Rule> = {}): Rule => ({
  reason,
  enabled: true,
  lifetimeDays: reason.startsWith('status:') ? null : 1,
  autoClose: reason.startsWith('status:') ? true : null,
  ...more,
});
const OUTDATED = rule('status:critical:databasesOutdated');
const VIRUSES = rule('event:critical');

const virus = (eventId: number, minutes: number, more: Partial<SourceEvent> = {}): SourceEvent => ({
  eventId,
  type: 'GNRL_EV_VIRUS_FOUND',
  typeName: 'Malicious object detected',
  severity: 'critical',
  deviceId: 'host-1',
  deviceName: 'ws-1',
  happenedAt: after(minutes),
  storedAt: after(minutes),
  description: '',
  threat: 'eicar',
  object: '',
  product: '',
  ...more,
});
const became = (
  eventId: number,
  minutes: number,
  level: 'CRITICAL' | 'WARNING',
  present: string[],
  more: Partial<SourceEvent> = {},
): SourceEvent =>
  virus(eventId, minutes, {
    type: `KLSRV_HOST_STATUS_${level}`,
    severity: level === 'CRITICAL' ? 'critical' : 'warning',
    threat: '',
    statusConditions: { present, unseen: [] },
    ...more,
  });
const device = (at: number, more: Partial<SourceDevice> = {}): SourceDevice => ({
  deviceId: `host-${at}`,
  name: `ws-${at}`,
  level: 'ok',
  signals: [],
  visible: true,
  lastVisibleAt: null,
  applicationStatus: null,
  ...more,
});
const sick = (at: number): SourceDevice => device(at, { level: 'critical', signals: ['databasesOutdated'] });

const run = (events: SourceEvent[], rules: Rule[], more: Partial<Past> & { settings?: Partial<TicketGuards> } = {}) => {
  const { settings, ...rest } = more;
  const replayed = replay({
    place,
    rules: new Map(rules.map((each) => [each.reason, each])),
    guards: { ...plainGuards, ...settings },
    groupPaths: new Map(),
    events,
    devices: [],
    from: START,
    until: after(7 * 1_440),
    ...rest,
  });
  const told = replayed.lines.map(
    ({ at, decision, ticket }) => `${(at.getTime() - START.getTime()) / MINUTE_MS} ${decision} ${ticket}`,
  );
  return { ...replayed, told };
};

describe('a rehearsal of events', () => {
  it('opens one ticket for equal events of a device, with the rule that won', () => {
    const { lines, told } = run([virus(1, 10), virus(2, 20), virus(3, 30, { threat: 'other' })], [VIRUSES]);
    expect(told).toEqual(['11 open 1', '21 note 1', '31 open 2']);
    expect(lines[0]).toMatchObject({ rule: 'event:critical', deviceName: 'ws-1', guard: null });
  });

  it('measures the age of an event by the clock of that day, not by the one of today', () => {
    const late = virus(1, 0, { happenedAt: after(0), storedAt: after(2 * 1_440) });
    expect(run([late, virus(2, 3_000)], [VIRUSES]).told).toEqual(['2881 skip null', '3001 open 1']);
  });

  it('lets a rule for one type of events go before that of its severity, off as well as on', () => {
    const silent = rule('event-type:GNRL_EV_VIRUS_FOUND', { enabled: false });
    const { lines } = run([virus(1, 10)], [VIRUSES, silent]);
    expect(lines).toMatchObject([{ decision: 'skip', rule: 'event-type:GNRL_EV_VIRUS_FOUND', ticket: null }]);
  });

  it('puts what happens in maintenance off until it is over', () => {
    const window = {
      id: place.sourceId,
      name: 'Patch night',
      scope: { kind: 'everything' as const },
      schedule: { kind: 'once' as const, from: after(0).toISOString(), until: after(60).toISOString() },
      events: 'later' as const,
    };
    const { lines } = run([virus(1, 10)], [VIRUSES], { settings: { maintenance: [window] } });
    expect(lines.map(({ decision, guard }) => [decision, guard])).toEqual([
      ['wait', 'maintenance'],
      ['open', null],
    ]);
    expect(lines[1]?.at.getTime()).toBeGreaterThanOrEqual(after(60).getTime());
    expect(lines[1]?.at.getTime()).toBeLessThan(after(80).getTime());
  });

  it('folds a storm into one ticket', () => {
    const flood = [1, 2, 3, 4].map((at) => virus(at, 10, { deviceId: `host-${at}`, deviceName: `ws-${at}` }));
    const { lines } = run(flood, [VIRUSES], { settings: { storm: { devices: 3, minutes: 10 } } });
    expect(lines).toMatchObject([
      { decision: 'open', guard: 'storm', deviceName: '4 devices', rule: 'event:critical' },
    ]);
  });

  it('leaves out what the server got before the period', () => {
    expect(run([virus(1, -10)], [VIRUSES]).lines).toEqual([]);
  });
});

describe('a rehearsal of statuses', () => {
  it('opens, raises and closes by what status events tell', () => {
    const events = [
      became(1, 10, 'WARNING', ['databasesOutdated']),
      became(2, 20, 'CRITICAL', ['databasesOutdated', 'activeThreats']),
      became(3, 30, 'WARNING', ['activeThreats']),
    ];
    const { told } = run(events, [rule('status:warning:databasesOutdated'), OUTDATED]);
    expect(told).toEqual(['11 open 1', '21 raise 1', '31 close 1']);
  });

  it('closes at the end what no event ended, and keeps open what still holds or is out of sight', () => {
    const events = [1, 2, 3].map((at) =>
      became(at, 10, 'CRITICAL', ['databasesOutdated'], { deviceId: `host-${at}`, deviceName: `ws-${at}` }),
    );
    const devices = [device(1), sick(2), device(3, { visible: false })];
    const { lines } = run(events, [OUTDATED], { devices });
    expect(lines.filter(({ decision }) => decision === 'close').map(({ deviceName }) => deviceName)).toEqual(['ws-1']);
  });

  it('waits for the delay of a guard although nothing else happens meanwhile', () => {
    const { lines } = run([became(1, 10, 'CRITICAL', ['databasesOutdated'])], [OUTDATED], {
      settings: { creationDelayMinutes: 30 },
      devices: [sick(1)],
    });
    expect(lines.map(({ at, decision }) => [(at.getTime() - START.getTime()) / MINUTE_MS, decision])).toEqual([
      [11, 'wait'],
      [41, 'open'],
    ]);
  });

  it('opens the same ticket again when the condition flaps', () => {
    const events = [
      became(1, 10, 'CRITICAL', ['databasesOutdated']),
      became(2, 20, 'WARNING', ['restartRequired']),
      became(3, 30, 'CRITICAL', ['databasesOutdated']),
    ];
    const { lines, told } = run(events, [OUTDATED], { settings: { flapMinutes: 60 }, devices: [sick(1)] });
    expect(told).toEqual(['11 open 1', '21 close 1', '31 reopen 1']);
    expect(lines[2]?.guard).toBe('flap');
  });

  it('takes conditions that went out of sight neither for there nor for gone', () => {
    const hidden = { present: ['activeThreats'], unseen: ['databasesOutdated'] };
    const events = [
      became(1, 10, 'CRITICAL', ['databasesOutdated']),
      became(2, 20, 'WARNING', [], { statusConditions: hidden }),
    ];
    expect(run(events, [OUTDATED]).told).not.toContain('21 close 1');
  });

  it('concludes nothing from a status event that names no conditions or unknown ones, and counts them', () => {
    const { statusConditions: _, ...silent } = became(1, 10, 'CRITICAL', []);
    const strange = became(2, 20, 'CRITICAL', ['databasesOutdated', 'somethingNew'], { deviceId: 'host-2' });
    const { lines, unclearEvents } = run([silent, strange], [OUTDATED]);
    expect({ lines, unclearEvents }).toEqual({ lines: [], unclearEvents: 2 });
  });

  it('opens nothing for conditions whose beginning no event told, and counts those that a rule is on for', () => {
    const devices = [sick(1), device(2, { level: 'critical', signals: ['activeThreats'] })];
    const { lines, untoldConditions } = run([], [OUTDATED], { devices });
    expect({ lines, untoldConditions }).toEqual({ lines: [], untoldConditions: 1 });
  });
});
