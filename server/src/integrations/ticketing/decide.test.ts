import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Signal, type SourceDevice, type SourceEvent, signals } from '../sources/index.ts';
import { type Decision, decide, type Facts, type FollowedTicket, type Rule, stateOf, statusSubject } from './decide.ts';
import { allReasons, isStatusReason, partsOf, type Reason } from './reasons.ts';

const now = new Date('2026-03-04T12:00:00Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

const rulesOf = (on: Reason[], more: Partial<Rule> = {}): Map<Reason, Rule> =>
  new Map(
    allReasons.map((reason) => [
      reason,
      {
        reason,
        enabled: on.includes(reason),
        lifetimeDays: isStatusReason(reason) ? null : 1,
        autoClose: isStatusReason(reason) ? true : null,
        ...more,
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
const event = (more: Partial<SourceEvent> = {}): SourceEvent => ({
  eventId: 10,
  type: 'GNRL_EV_VIRUS_FOUND',
  typeName: 'Malicious object detected',
  severity: 'critical',
  deviceId: 'd1',
  deviceName: 'WS-1',
  happenedAt: hoursAgo(1),
  storedAt: hoursAgo(1),
  description: 'Found it',
  threat: 'EICAR-Test-File',
  object: '/home/ann/eicar.com',
  product: 'File Threat Protection',
  ...more,
});
const ticket = (more: Partial<FollowedTicket> = {}): FollowedTicket => ({
  ticketId: 't1',
  deviceId: 'd1',
  subject: statusSubject('databasesOutdated'),
  reason: 'status:critical:databasesOutdated',
  state: 'open',
  ...more,
});
const facts = (more: Partial<Facts> = {}): Facts => ({
  now,
  accountProblem: null,
  rules: rulesOf(allReasons),
  statuses: { known: true, devices: [] },
  events: [],
  tickets: [],
  ticketedEventIds: new Set(),
  ...more,
});
const known = (...devices: SourceDevice[]) => ({ known: true, devices }) as const;
const nothing: Decision = {
  open: [],
  raise: [],
  close: [],
  keepOpen: [],
  over: [],
  standing: [],
  passing: [],
  pendingEventIds: [],
};

describe('statuses become tickets', () => {
  it('opens a ticket for each condition of a device, by the rule of the level', () => {
    const both = device({ signals: ['databasesOutdated', 'activeThreats'] });
    const { open } = decide(facts({ statuses: known(both) }));
    expect(open.map(({ reason }) => reason)).toEqual([
      'status:critical:databasesOutdated',
      'status:critical:activeThreats',
    ]);
    expect(open[0]?.about).toMatchObject({ device: 'WS-1', condition: 'Databases are outdated', severity: 'Critical' });
    const warning = decide(facts({ statuses: known(device({ level: 'warning' })) }));
    expect(warning.open.map(({ reason }) => reason)).toEqual(['status:warning:databasesOutdated']);
  });

  it('does nothing at all while every rule is off', () => {
    expect(decide(facts({ rules: rulesOf([]), statuses: known(device()), events: [event()] }))).toEqual(nothing);
  });

  it('opens nothing for a level whose rule is off', () => {
    const rules = rulesOf(['status:warning:databasesOutdated']);
    expect(decide(facts({ rules, statuses: known(device()) })).open).toEqual([]);
  });

  it('makes one ticket of an expired and an expiring licence, since the source does not tell them apart', () => {
    const expired = decide(facts({ statuses: known(device({ signals: ['license'] })) }));
    expect(expired.open.map(({ reason }) => reason)).toEqual(['status:critical:licenseExpired']);
    const soon = decide(facts({ statuses: known(device({ signals: ['license'], level: 'warning' })) }));
    expect(soon.open.map(({ reason }) => reason)).toEqual(['status:warning:licenseExpiresSoon']);
    const only = rulesOf(['status:critical:licenseExpiresSoon']);
    const other = decide(facts({ rules: only, statuses: known(device({ signals: ['license'] })) }));
    expect(other.open.map(({ reason }) => reason)).toEqual(['status:critical:licenseExpiresSoon']);
  });

  it('opens no second ticket while the first one lasts, whatever its state', () => {
    for (const state of ['opening', 'open', 'failed'] as const) {
      expect(decide(facts({ statuses: known(device()), tickets: [ticket({ state })] })).open).toEqual([]);
    }
  });

  it('raises the same ticket when a Warning becomes Critical', () => {
    const tickets = [ticket({ reason: 'status:warning:databasesOutdated' })];
    const decision = decide(facts({ statuses: known(device()), tickets }));
    expect(decision.raise).toMatchObject([{ ticketId: 't1', reason: 'status:critical:databasesOutdated' }]);
    expect(decision.open).toEqual([]);
  });

  it('does not raise when the rule of the higher level is off', () => {
    const tickets = [ticket({ reason: 'status:warning:databasesOutdated' })];
    const rules = rulesOf(['status:warning:databasesOutdated']);
    expect(decide(facts({ rules, statuses: known(device()), tickets }))).toEqual(nothing);
  });

  it('leaves a ticket as it is when a Critical becomes Warning', () => {
    expect(decide(facts({ statuses: known(device({ level: 'warning' })), tickets: [ticket()] }))).toEqual(nothing);
  });

  it('closes when the condition is gone, even if the device stays Critical for another', () => {
    const decision = decide(facts({ statuses: known(device({ signals: ['activeThreats'] })), tickets: [ticket()] }));
    expect(decision.close).toMatchObject([{ ticketId: 't1' }]);
    expect(decision.open.map(({ reason }) => reason)).toEqual(['status:critical:activeThreats']);
  });

  it('closes a ticket whose rule was switched off meanwhile', () => {
    const rules = rulesOf([]);
    const decision = decide(
      facts({ rules, statuses: known(device({ level: 'ok', signals: [] })), tickets: [ticket()] }),
    );
    expect(decision.close).toHaveLength(1);
  });

  it('leaves closing to people when the rule says so, and says it once', () => {
    const rules = rulesOf(allReasons, { autoClose: false });
    const decision = decide(
      facts({ rules, statuses: known(device({ level: 'ok', signals: [] })), tickets: [ticket()] }),
    );
    expect(decision.close).toEqual([]);
    expect(decision.standing).toMatchObject([{ decision: 'note', ticketId: 't1' }]);
  });

  it.each([
    ['a device that is not visible', known(device({ level: 'ok', signals: [], visible: false }))],
    ['a device that is missing from the answer', known()],
    ['a reading that failed', { known: false } as const],
  ])('keeps the ticket open for %s', (_, statuses) => {
    const decision = decide(facts({ statuses, tickets: [ticket()] }));
    expect({ close: decision.close, over: decision.over }).toEqual({ close: [], over: [] });
  });

  it('counts the bits of a device whose status is OK as no condition', () => {
    expect(decide(facts({ statuses: known(device({ level: 'ok' })) })).open).toEqual([]);
  });

  it('keeps the ticket when the condition comes back before it was closed', () => {
    const decision = decide(facts({ statuses: known(device()), tickets: [ticket({ state: 'closing' })] }));
    expect(decision.keepOpen).toMatchObject([{ ticketId: 't1' }]);
    expect(decision.open).toEqual([]);
  });

  it('opens no new ticket after a person closed it, until the condition was gone', () => {
    const lasting = decide(facts({ statuses: known(device()), tickets: [ticket({ state: 'closed' })] }));
    expect(lasting.open).toEqual([]);
    expect(lasting.standing).toMatchObject([{ decision: 'skip', ticketId: 't1' }]);
    const gone = decide(
      facts({ statuses: known(device({ level: 'ok', signals: [] })), tickets: [ticket({ state: 'closed' })] }),
    );
    expect(gone.over).toMatchObject([{ ticketId: 't1' }]);
  });

  it('waits with a word while the account is inactive', () => {
    const decision = decide(facts({ statuses: known(device()), accountProblem: 'inactive' }));
    expect(decision.open).toEqual([]);
    expect(decision.standing).toMatchObject([{ decision: 'wait', why: 'inactive' }]);
  });
});

describe('events become tickets', () => {
  it('opens a ticket that says what was found where', () => {
    const { open } = decide(facts({ events: [event()] }));
    expect(open).toMatchObject([{ reason: 'event:critical', eventId: 10 }]);
    expect(open[0]?.about).toMatchObject({
      device: 'WS-1',
      event: 'Malicious object detected',
      threat: 'EICAR-Test-File',
      object: '/home/ann/eicar.com',
    });
  });

  it('leaves events alone that are older than the lifetime, and says so', () => {
    const decision = decide(
      facts({ events: [event({ happenedAt: hoursAgo(25) }), event({ eventId: 11, happenedAt: hoursAgo(23) })] }),
    );
    expect(decision.open.map(({ eventId }) => eventId)).toEqual([11]);
    expect(decision.passing).toMatchObject([{ decision: 'skip' }]);
  });

  it('lets the rule for a type of events go before the rule of its severity, also to make no ticket', () => {
    const lifetime = { lifetimeDays: 7, autoClose: null };
    const own: Rule = { reason: 'event-type:GNRL_EV_VIRUS_FOUND', enabled: true, ...lifetime };
    const old = event({ happenedAt: hoursAgo(100) });
    const onlyOwn = new Map(rulesOf([])).set(own.reason, own);
    expect(decide(facts({ rules: onlyOwn, events: [old] })).open).toHaveLength(1);
    expect(decide(facts({ rules: onlyOwn, events: [event({ type: 'OTHER' })] }))).toEqual(nothing);
    const silent = rulesOf(['event:critical']).set(own.reason, { ...own, enabled: false });
    const decision = decide(facts({ rules: silent, events: [event()] }));
    expect(decision).toMatchObject({ open: [], passing: [{ decision: 'skip' }] });
    expect(decision.passing[0]?.why).toContain('make no ticket');
  });

  it('opens no ticket for a status event while a status rule of that level is on', () => {
    const critical = event({ type: 'KLSRV_HOST_STATUS_CRITICAL', typeName: 'Device status is Critical' });
    expect(decide(facts({ events: [critical] })).open).toEqual([]);
    const eventsOnly = rulesOf(['event:critical', 'status:warning:activeThreats']);
    expect(decide(facts({ rules: eventsOnly, events: [critical] })).open).toHaveLength(1);
  });

  it('makes one ticket of a storm, and one line', () => {
    const storm = Array.from({ length: 500 }, (_, at) => event({ eventId: 100 + at }));
    const decision = decide(facts({ events: storm }));
    expect(decision.open.map(({ eventId }) => eventId)).toEqual([100]);
    expect(decision.passing).toHaveLength(1);
    expect(decision.passing[0]?.why).toContain('499 events');
  });

  it('keeps other threats and other devices apart in a storm', () => {
    const events = [event(), event({ eventId: 11, threat: 'Another' }), event({ eventId: 12, deviceId: 'd2' })];
    expect(decide(facts({ events })).open).toHaveLength(3);
  });

  it('notes a repetition on the ticket that is open', () => {
    const first = decide(facts({ events: [event()] })).open[0];
    const tickets = [ticket({ subject: first?.subject ?? '', reason: 'event:critical' })];
    const decision = decide(facts({ events: [event({ eventId: 11 })], tickets }));
    expect(decision.passing).toMatchObject([{ decision: 'note', ticketId: 't1' }]);
  });

  it('never opens a second ticket for the same event', () => {
    expect(decide(facts({ events: [event()], ticketedEventIds: new Set([10]) }))).toEqual(nothing);
  });

  it('keeps events for an account that is inactive, until their lifetime ends', () => {
    const waiting = decide(facts({ events: [event()], accountProblem: 'inactive' }));
    expect(waiting).toMatchObject({ open: [], pendingEventIds: [10] });
    const tooLate = decide(facts({ events: [event({ happenedAt: hoursAgo(30) })], accountProblem: 'inactive' }));
    expect(tooLate).toMatchObject({ open: [], pendingEventIds: [] });
  });
});

describe('whatever is known', () => {
  const anySignals = fc.subarray(Object.keys(signals) as Signal[]);
  const anyDevice = fc.record({
    deviceId: fc.constantFrom('d1', 'd2', 'd3'),
    name: fc.string(),
    level: fc.constantFrom('ok' as const, 'warning' as const, 'critical' as const),
    signals: anySignals,
    visible: fc.boolean(),
    lastVisibleAt: fc.constant(null),
    applicationStatus: fc.constant(null),
  });
  const anyStatuses = fc.oneof(
    fc.constant({ known: false } as const),
    fc
      .uniqueArray(anyDevice, { selector: (one) => one.deviceId })
      .map((devices) => ({ known: true, devices }) as const),
  );
  const anyEvents = fc
    .uniqueArray(
      fc.record({
        eventId: fc.integer({ min: 1, max: 40 }),
        deviceId: fc.constantFrom('d1', 'd2', ''),
        threat: fc.constantFrom('', 'a', 'b'),
        hours: fc.integer({ min: 0, max: 60 }),
        severity: fc.constantFrom('critical' as const, 'warning' as const),
        type: fc.constantFrom('A', 'KLSRV_HOST_STATUS_CRITICAL'),
      }),
      { selector: (one) => one.eventId },
    )
    .map((all) =>
      all
        .sort((a, b) => a.eventId - b.eventId)
        .map(({ hours, ...more }) => event({ ...more, happenedAt: hoursAgo(hours) })),
    );
  const anyRules = fc
    .tuple(fc.subarray(allReasons), fc.boolean())
    .map(
      ([on, autoClose]) =>
        new Map(
          [...rulesOf(on)].map(([reason, rule]) => [reason, rule.autoClose === null ? rule : { ...rule, autoClose }]),
        ),
    );
  const anyState = fc.constantFrom(
    'opening' as const,
    'open' as const,
    'closing' as const,
    'closed' as const,
    'failed' as const,
  );
  const anyTickets = fc.uniqueArray(
    fc
      .record({
        ticketId: fc.uuid(),
        deviceId: fc.constantFrom('d1', 'd2', 'd3', 'd4'),
        reason: fc.constantFrom(...allReasons.filter(isStatusReason)),
        state: anyState,
      })
      .map((one): FollowedTicket => ({ ...one, subject: statusSubject(signalOf(one.reason)) })),
    { selector: (one) => `${one.deviceId} ${one.subject}` },
  );
  const signalOf = (reason: Reason): Signal => {
    const { condition } = partsOf(reason as `status:critical:unmanaged`);
    return (condition as string).startsWith('license') ? 'license' : (condition as Signal);
  };
  const anyFacts = fc
    .record({
      rules: anyRules,
      statuses: anyStatuses,
      events: anyEvents,
      tickets: anyTickets,
      accountProblem: fc.constantFrom(null, null, 'inactive'),
    })
    .map((more) => facts(more));

  /** What the store makes of a decision. */
  const apply = (before: Facts, decision: Decision): Facts => {
    const closing = new Set(decision.close.map(({ ticketId }) => ticketId));
    const kept = new Set(decision.keepOpen.map(({ ticketId }) => ticketId));
    const over = new Set(decision.over.map(({ ticketId }) => ticketId));
    const raised = new Map(decision.raise.map(({ ticketId, reason }) => [ticketId, reason]));
    const opened = decision.open.map(
      (planned, at): FollowedTicket => ({
        ticketId: `new ${at}`,
        deviceId: planned.deviceId,
        subject: planned.subject,
        reason: planned.reason,
        state: 'opening',
      }),
    );
    const changed = before.tickets
      .filter(({ ticketId }) => !over.has(ticketId))
      .map((one) => ({
        ...one,
        reason: raised.get(one.ticketId) ?? one.reason,
        state: closing.has(one.ticketId)
          ? ('closing' as const)
          : kept.has(one.ticketId)
            ? ('open' as const)
            : one.state,
      }));
    const eventIds = decision.open.flatMap(({ eventId }) => (eventId === null ? [] : [eventId]));
    return {
      ...before,
      tickets: [...changed, ...opened],
      ticketedEventIds: new Set([...before.ticketedEventIds, ...eventIds]),
    };
  };

  it('closes only what is gone from a device that is visible', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        const decision = decide(given);
        for (const { ticketId } of [...decision.close, ...decision.over]) {
          const one = given.tickets.find((each) => each.ticketId === ticketId);
          const seen = given.statuses.known
            ? given.statuses.devices.find(({ deviceId }) => deviceId === one?.deviceId)
            : undefined;
          expect(seen?.visible).toBe(true);
          expect(one && seen && stateOf(seen, one.subject.slice('status:'.length) as Signal)).toBe('gone');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('opens, raises and closes nothing when the same facts come again', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        // A ticket that is over leaves room for nothing new: its reason is gone in these very facts.
        const after = decide(apply(given, decide(given)));
        expect({
          open: after.open,
          raise: after.raise,
          close: after.close,
          keepOpen: after.keepOpen,
          over: after.over,
        }).toEqual({
          open: [],
          raise: [],
          close: [],
          keepOpen: [],
          over: [],
        });
      }),
      { numRuns: 500 },
    );
  });

  it('has at most one ticket per device and subject', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        const places = apply(given, decide(given)).tickets.map(({ deviceId, subject }) => `${deviceId} ${subject}`);
        expect(new Set(places).size).toBe(places.length);
      }),
      { numRuns: 500 },
    );
  });

  it('opens only by a rule that is on, and nothing for an account with a problem', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        const { open } = decide(given);
        if (given.accountProblem !== null) expect(open).toEqual([]);
        for (const { reason } of open) expect(given.rules.get(reason)?.enabled).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
