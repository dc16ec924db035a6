import type { MaintenanceWindow, TicketGuards } from '@gatehouse/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceDevice, SourceEvent } from '../../sources/index.ts';
import { decide, eventSubject, type Facts, type FollowedTicket, type Rule, statusSubject } from '../decide.ts';
import { allReasons, isStatusReason, type Reason } from '../reasons.ts';
import { decideGuarded } from './apply.ts';
import { type GuardFacts, placeOf, type Storm } from './guard-facts.ts';
import { plainGuards } from './settings.ts';

const now = new Date('2026-03-04T12:00:00Z'); // a Wednesday
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const sourceId = '019a0000-0000-7000-8000-000000000001';
const OUTDATED = statusSubject('databasesOutdated');

const rules = new Map<Reason, Rule>(
  allReasons.map((reason) => [
    reason,
    {
      reason,
      enabled: true,
      lifetimeDays: isStatusReason(reason) ? null : 1,
      autoClose: isStatusReason(reason) ? true : null,
    },
  ]),
);
const device = (more: Partial<SourceDevice> = {}): SourceDevice => ({
  deviceId: 'd1',
  name: 'WS-1',
  level: 'critical',
  signals: ['databasesOutdated'],
  visible: true,
  lastVisibleAt: now,
  applicationStatus: null,
  ...more,
});
const many = (count: number, more: Partial<SourceDevice> = {}) =>
  Array.from({ length: count }, (_, at) => device({ deviceId: `d${at}`, name: `WS-${at}`, ...more }));
const well = { level: 'ok', signals: [] } as const satisfies Partial<SourceDevice>;
const event = (eventId: number, more: Partial<SourceEvent> = {}): SourceEvent => ({
  eventId,
  type: 'GNRL_EV_VIRUS_FOUND',
  typeName: 'Malicious object detected',
  severity: 'critical',
  deviceId: `d${eventId}`,
  deviceName: `WS-${eventId}`,
  happenedAt: minutesAgo(1),
  storedAt: minutesAgo(1),
  description: '',
  threat: 'Worm',
  object: '',
  product: '',
  ...more,
});
const ticket = (more: Partial<FollowedTicket> = {}): FollowedTicket => ({
  ticketId: 't1',
  deviceId: 'd1',
  subject: OUTDATED,
  reason: 'status:critical:databasesOutdated',
  state: 'open',
  ...more,
});
const facts = (more: Partial<Facts> = {}): Facts => ({
  now,
  accountProblem: null,
  rules,
  statuses: { known: true, devices: [] },
  events: [],
  tickets: [],
  ticketedEventIds: new Set(),
  ...more,
});
const known = (...devices: SourceDevice[]) => ({ known: true, devices }) as const;
const given = (settings: Partial<TicketGuards> = {}, more: Partial<GuardFacts> = {}): GuardFacts => ({
  settings: { ...plainGuards, ...settings },
  sourceId,
  tenantId: '1',
  groupPaths: new Map(),
  waitingSince: new Map(),
  waitingReasons: new Map(),
  recentlyClosed: [],
  recentlyOpened: [],
  storms: [],
  ...more,
});
const waiting = (since: Date) => ({
  waitingSince: new Map([[placeOf('d1', OUTDATED), since]]),
  waitingReasons: new Map<string, Reason>([[placeOf('d1', OUTDATED), 'status:critical:databasesOutdated']]),
});
const storm = (more: Partial<Storm> = {}): Storm => ({
  ticketId: 'storm',
  subject: OUTDATED,
  reason: 'status:critical:databasesOutdated',
  state: 'open',
  isLeftToPerson: false,
  joinedAt: minutesAgo(2),
  members: [
    { deviceId: 'd1', deviceName: 'WS-1', goneAt: null },
    { deviceId: 'd2', deviceName: 'WS-2', goneAt: null },
  ],
  ...more,
});

it('decides as the rules alone while every guard is off', () => {
  const all = facts({ statuses: known(...many(30)), events: [event(1), event(2)], tickets: [ticket()] });
  const {
    reopen,
    cameBack,
    openStorms,
    joinStorms,
    leaveStorms,
    raiseStorms,
    waiting: none,
    ...rest
  } = decideGuarded(all, given());
  expect(rest).toEqual(decide(all));
  expect([reopen, cameBack, openStorms, joinStorms, leaveStorms, raiseStorms, none].flat()).toEqual([]);
});

describe('creation delay', () => {
  const delay = { creationDelayMinutes: 10 };

  it('waits before it opens a ticket, and opens it when the condition lasted', () => {
    const first = decideGuarded(facts({ statuses: known(device()) }), given(delay));
    expect(first.open).toEqual([]);
    expect(first.waiting).toMatchObject([{ deviceId: 'd1', subject: OUTDATED, since: now }]);
    expect(first.standing).toMatchObject([{ decision: 'wait', guard: 'delay' }]);
    const later = decideGuarded(facts({ statuses: known(device()) }), given(delay, waiting(minutesAgo(9.9))));
    expect(later).toMatchObject({ open: [], waiting: [{ since: minutesAgo(9.9) }] });
    const due = decideGuarded(facts({ statuses: known(device()) }), given(delay, waiting(minutesAgo(10))));
    expect(due.open).toHaveLength(1);
    expect(due.waiting).toEqual([]);
  });

  it('says that a condition was all right in time, and forgets it', () => {
    const decision = decideGuarded(facts({ statuses: known(device(well)) }), given(delay, waiting(minutesAgo(4))));
    expect(decision.passing).toMatchObject([{ decision: 'skip', guard: 'delay', deviceName: 'WS-1' }]);
    expect(decision.passing[0]?.why).toContain('within 4 minutes');
    expect(decision.waiting).toEqual([]);
  });

  it('goes on waiting for a device that is away: whether it is all right is unknown', () => {
    for (const statuses of [known(device({ ...well, visible: false })), known()]) {
      const decision = decideGuarded(facts({ statuses }), given(delay, waiting(minutesAgo(4))));
      expect(decision).toMatchObject({ passing: [], waiting: [{ since: minutesAgo(4) }] });
    }
  });

  it('does not hold up events', () => {
    expect(decideGuarded(facts({ events: [event(1)] }), given(delay)).open).toHaveLength(1);
  });
});

describe('flap window', () => {
  const closed = (minutes: number) => ({
    recentlyClosed: [{ ticketId: 'old', deviceId: 'd1', subject: OUTDATED, closedAt: minutesAgo(minutes) }],
  });

  it('opens the same ticket again when its condition comes back soon', () => {
    const decision = decideGuarded(facts({ statuses: known(device()) }), given({ flapMinutes: 30 }, closed(30)));
    expect(decision.reopen).toMatchObject([{ ticketId: 'old', guard: 'flap' }]);
    expect(decision.open).toEqual([]);
  });

  it('opens a new ticket when it comes back later, or for something else', () => {
    const late = decideGuarded(facts({ statuses: known(device()) }), given({ flapMinutes: 30 }, closed(31)));
    expect(late).toMatchObject({ reopen: [], open: [{ deviceId: 'd1' }] });
    const other = device({ signals: ['activeThreats'] });
    const another = decideGuarded(facts({ statuses: known(other) }), given({ flapMinutes: 30 }, closed(3)));
    expect(another).toMatchObject({ reopen: [], open: [{ subject: statusSubject('activeThreats') }] });
  });
});

describe('storm guard', () => {
  const guard = { storm: { devices: 5, minutes: 10 } };

  it('folds more devices than so many into one ticket that lists them', () => {
    const decision = decideGuarded(facts({ statuses: known(...many(6)) }), given(guard));
    expect(decision.open).toEqual([]);
    expect(decision.openStorms).toMatchObject([{ subject: OUTDATED, apart: 0 }]);
    expect(decision.openStorms[0]?.members).toHaveLength(6);
    expect(decision.openStorms[0]?.why).toContain('6 devices');
    expect(decideGuarded(facts({ statuses: known(...many(5)) }), given(guard)).open).toHaveLength(5);
  });

  it('counts devices whose tickets were opened just before, and leaves those as they are', () => {
    const recentlyOpened = Array.from({ length: 5 }, (_, at) => ({ deviceId: `before ${at}`, subject: OUTDATED }));
    const decision = decideGuarded(facts({ statuses: known(device()) }), given(guard, { recentlyOpened }));
    expect(decision.openStorms).toMatchObject([{ apart: 5, members: [{ deviceId: 'd1' }] }]);
  });

  it('keeps conditions apart, and takes the worst level for the ticket', () => {
    const others = many(6, { signals: ['activeThreats'], level: 'warning' }).map((one) => ({
      ...one,
      deviceId: `x${one.deviceId}`,
    }));
    const worst = { ...(others[3] as SourceDevice), level: 'critical' } as const;
    const devices = [...many(6), ...others.slice(0, 3), worst, ...others.slice(4)];
    const { openStorms } = decideGuarded(facts({ statuses: known(...devices) }), given(guard));
    expect(openStorms.map(({ reason }) => reason)).toEqual([
      'status:critical:databasesOutdated',
      'status:critical:activeThreats',
    ]);
  });

  it('folds an outbreak: one threat on many devices', () => {
    const events = Array.from({ length: 8 }, (_, at) => event(at + 1));
    const decision = decideGuarded(facts({ events: [...events, event(9, { threat: 'Another' })] }), given(guard));
    expect(decision.open.map(({ eventId }) => eventId)).toEqual([9]);
    expect(decision.openStorms[0]?.members.map(({ eventId }) => eventId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('lets further devices join for as long as it goes on, then they get tickets of their own', () => {
    const third = device({ deviceId: 'd3', name: 'WS-3' });
    const all = facts({ statuses: known(device(), device({ deviceId: 'd2' }), third) });
    const joined = decideGuarded(all, given(guard, { storms: [storm()] }));
    expect(joined.joinStorms).toMatchObject([{ ticketId: 'storm', members: [{ deviceId: 'd3' }] }]);
    expect(joined.open).toEqual([]);
    const late = decideGuarded(all, given(guard, { storms: [storm({ joinedAt: minutesAgo(11) })] }));
    expect(late).toMatchObject({ joinStorms: [], open: [{ deviceId: 'd3' }] });
  });

  it('tells who is well again, and closes when all are', () => {
    const one = decideGuarded(
      facts({ statuses: known(device(well), device({ deviceId: 'd2' })) }),
      given(guard, { storms: [storm()] }),
    );
    expect(one).toMatchObject({ leaveStorms: [{ ticketId: 'storm', deviceIds: ['d1'] }], close: [] });
    const both = facts({ statuses: known(device(well), device({ deviceId: 'd2', ...well })) });
    expect(decideGuarded(both, given(guard, { storms: [storm()] })).close).toMatchObject([{ ticketId: 'storm' }]);
    const byPerson = decideGuarded(both, given(guard, { storms: [storm({ state: 'closed' })] }));
    expect(byPerson).toMatchObject({ close: [], over: [{ ticketId: 'storm' }] });
  });

  it('goes on with a storm after the guard was switched off', () => {
    const both = facts({ statuses: known(device(well), device({ deviceId: 'd2' })) });
    expect(decideGuarded(both, given({}, { storms: [storm()] }))).toMatchObject({
      open: [],
      leaveStorms: [{ deviceIds: ['d1'] }],
    });
  });

  it('never closes while a device is away', () => {
    const away = facts({ statuses: known(device(well), device({ deviceId: 'd2', ...well, visible: false })) });
    expect(decideGuarded(away, given(guard, { storms: [storm()] }))).toMatchObject({ close: [], over: [] });
  });

  it('raises the ticket when a device goes from Warning to Critical', () => {
    const warned = storm({ reason: 'status:warning:databasesOutdated' });
    const devices = known(device({ level: 'warning' }), device({ deviceId: 'd2', name: 'WS-2' }));
    const decision = decideGuarded(facts({ statuses: devices }), given(guard, { storms: [warned] }));
    expect(decision.raiseStorms).toMatchObject([{ ticketId: 'storm', reason: 'status:critical:databasesOutdated' }]);
    expect(decision.raiseStorms[0]?.why).toContain('WS-2');
  });

  it('notes an event that happens again on a device of the storm', () => {
    const subject = eventSubject(event(1));
    const outbreak = storm({ subject, reason: 'event:critical' });
    const decision = decideGuarded(facts({ events: [event(1)] }), given(guard, { storms: [outbreak] }));
    expect(decision).toMatchObject({ open: [], passing: [{ decision: 'note', ticketId: 'storm', guard: 'storm' }] });
  });

  it('stays quiet for devices whose storm a person closed', () => {
    const decision = decideGuarded(
      facts({ statuses: known(device(), device({ deviceId: 'd2' })) }),
      given(guard, { storms: [storm({ state: 'closed' })] }),
    );
    expect(decision.open).toEqual([]);
    expect(decision.standing).toMatchObject([{ guard: 'muting' }, { guard: 'muting' }]);
  });
});

describe('maintenance', () => {
  const window = (more: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
    id: '019a0000-0000-7000-8000-0000000000aa',
    name: 'Patch day',
    scope: { kind: 'tenant', sourceId, sourceTenantId: '1' },
    schedule: { kind: 'once', from: minutesAgo(60).toISOString(), until: minutesAgo(-60).toISOString() },
    events: 'later',
    ...more,
  });

  it('opens no tickets in it, and what is still there after it', () => {
    const during = decideGuarded(facts({ statuses: known(device()) }), given({ maintenance: [window()] }));
    expect(during.open).toEqual([]);
    expect(during.standing).toMatchObject([{ decision: 'wait', guard: 'maintenance' }]);
    expect(during.standing[0]?.why).toContain('Patch day');
    const after = facts({ now: minutesAgo(-60), statuses: known(device()) });
    expect(decideGuarded(after, given({ maintenance: [window()] })).open).toHaveLength(1);
  });

  it('keeps events for after it, or makes no ticket of them when so chosen', () => {
    const later = decideGuarded(facts({ events: [event(1)] }), given({ maintenance: [window()] }));
    expect(later).toMatchObject({ open: [], pendingEventIds: [1] });
    const never = decideGuarded(facts({ events: [event(1)] }), given({ maintenance: [window({ events: 'never' })] }));
    expect(never).toMatchObject({ open: [], pendingEventIds: [], passing: [{ guard: 'maintenance' }] });
  });

  it('closes tickets all the same', () => {
    const all = facts({ statuses: known(device(well)), tickets: [ticket()] });
    expect(decideGuarded(all, given({ maintenance: [window()] })).close).toHaveLength(1);
  });
});

describe('people', () => {
  const byPerson = (hours: number) => ticket({ state: 'closed', closedAt: minutesAgo(hours * 60) });

  it('are asked again after so many hours when they closed a ticket and the problem stays', () => {
    const all = (hours: number) => facts({ statuses: known(device()), tickets: [byPerson(hours)] });
    const quiet = decideGuarded(all(7.9), given({ reopenAfterHours: 8 }));
    expect(quiet).toMatchObject({ reopen: [], standing: [{ guard: 'muting', ticketId: 't1' }] });
    const again = decideGuarded(all(8), given({ reopenAfterHours: 8 }));
    expect(again).toMatchObject({ reopen: [{ ticketId: 't1', guard: 'muting' }], standing: [] });
    expect(decideGuarded(all(1_000), given()).reopen).toEqual([]);
    const inactive = { ...all(9), accountProblem: 'inactive' };
    expect(decideGuarded(inactive, given({ reopenAfterHours: 8 })).reopen).toEqual([]);
  });

  it('close themselves what they work on, and hear when the reason is back', () => {
    const left = ticket({ isLeftToPerson: true });
    const gone = decideGuarded(facts({ statuses: known(device(well)), tickets: [left] }), given({ workedOn: 'note' }));
    expect(gone.close).toEqual([]);
    const back = decideGuarded(facts({ statuses: known(device()), tickets: [left] }), given({ workedOn: 'note' }));
    expect(back).toMatchObject({ cameBack: [{ ticketId: 't1' }], open: [] });
  });
});

describe('whatever the guards are', () => {
  const anySettings = fc.record({
    creationDelayMinutes: fc.constantFrom(0, 10),
    flapMinutes: fc.constantFrom(0, 30),
    storm: fc.constantFrom(null, { devices: 2, minutes: 10 }),
    reopenAfterHours: fc.constantFrom(null, 4),
    workedOn: fc.constantFrom('close' as const, 'note' as const),
  });
  const anyDevices = fc.uniqueArray(
    fc.record({
      deviceId: fc.constantFrom('d1', 'd2', 'd3', 'd4', 'd5'),
      level: fc.constantFrom('ok' as const, 'warning' as const, 'critical' as const),
      signals: fc.subarray(['databasesOutdated' as const, 'activeThreats' as const]),
      visible: fc.boolean(),
    }),
    { selector: ({ deviceId }) => deviceId },
  );
  const anyClosed = fc
    .subarray(['d1', 'd2', 'd3'])
    .map((ids) =>
      ids.map((deviceId) => ({ ticketId: `old ${deviceId}`, deviceId, subject: OUTDATED, closedAt: minutesAgo(5) })),
    );

  it('no problem is lost: each is open, held back with a word, or spoken for by one ticket', () => {
    fc.assert(
      fc.property(anySettings, anyDevices, anyClosed, (settings, devices, recentlyClosed) => {
        const all = facts({ statuses: known(...devices.map((one) => device({ ...one, name: one.deviceId }))) });
        const decision = decideGuarded(all, given(settings, { recentlyClosed }));
        const places = [
          ...decision.open.map(({ deviceId, subject }) => placeOf(deviceId, subject)),
          ...decision.standing.map(({ deviceId, subject }) => placeOf(deviceId, subject)),
          ...decision.reopen.map(({ ticketId }) => placeOf(ticketId.slice('old '.length), OUTDATED)),
          ...decision.openStorms.flatMap(({ subject, members }) =>
            members.map(({ deviceId }) => placeOf(deviceId, subject)),
          ),
        ];
        const wanted = decide(all).open.map(({ deviceId, subject }) => placeOf(deviceId, subject));
        expect([...places].sort()).toEqual([...wanted].sort());
      }),
      { numRuns: 500 },
    );
  });
});
