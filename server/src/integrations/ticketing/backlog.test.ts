import { describe, expect, it } from 'vitest';
import type { SourceDevice } from '../sources/index.ts';
import { backlogOf, type IgnoredCondition, settleBacklog, type Wish } from './backlog.ts';
import { decide, type FollowedTicket, statusSubject } from './decide.ts';
import { allReasons, isStatusReason, type Reason } from './reasons.ts';

const now = new Date('2026-03-04T12:00:00Z');
const OUTDATED = 'status:critical:databasesOutdated';
const THREATS = 'status:critical:activeThreats';
const rulesOf = (...on: Reason[]) =>
  new Map(
    (allReasons as Reason[]).map((reason) => [
      reason,
      { reason, enabled: on.includes(reason), lifetimeDays: isStatusReason(reason) ? null : 1, autoClose: true },
    ]),
  );
const device = (name: string, more: Partial<SourceDevice> = {}): SourceDevice => ({
  deviceId: name,
  name,
  level: 'critical',
  signals: ['databasesOutdated'],
  visible: true,
  lastVisibleAt: now,
  applicationStatus: null,
  ...more,
});
const fine = (name: string) => device(name, { level: 'ok', signals: [] });
const ignored = (deviceId: string, more: Partial<IgnoredCondition> = {}): IgnoredCondition => ({
  deviceId,
  subject: statusSubject('databasesOutdated'),
  reason: OUTDATED,
  summarySubject: null,
  ...more,
});
const summary = (more: Partial<FollowedTicket> = {}): FollowedTicket => ({
  ticketId: 't1',
  deviceId: '',
  subject: 'backlog:1',
  reason: OUTDATED,
  state: 'open',
  ...more,
});
const settle = (
  devices: SourceDevice[],
  more: Partial<Omit<Parameters<typeof settleBacklog>[0], 'statuses'>> & { choice?: Wish['choice'] } = {},
) =>
  settleBacklog({
    statuses: { known: true, devices },
    rules: rulesOf(OUTDATED, THREATS),
    tickets: [],
    ignored: [],
    wishes: more.choice ? [{ id: 1, choice: more.choice, reasons: [OUTDATED] }] : [],
    tenantName: 'Alder Joinery',
    accountProblem: null,
    ...more,
  });
/** What would be opened after all that. */
const opened = (settled: ReturnType<typeof settleBacklog>, tickets: FollowedTicket[] = []) =>
  decide({
    now,
    accountProblem: null,
    rules: rulesOf(OUTDATED, THREATS),
    statuses: settled.statuses,
    events: [],
    tickets,
    ticketedEventIds: new Set(),
  }).open.map(({ deviceId, reason }) => `${deviceId} ${reason}`);

describe('what is there before a rule is switched on', () => {
  const count = (devices: SourceDevice[], more = {}) =>
    backlogOf({
      rules: rulesOf(OUTDATED, THREATS),
      reasons: new Set([OUTDATED]),
      devices,
      tickets: [],
      ignored: [],
      ...more,
    }).map(({ deviceId }) => deviceId);

  it('is counted as the tickets that the rule would open, and no others', () => {
    const both = device('a', { signals: ['databasesOutdated', 'activeThreats'] });
    expect(count([both, device('b', { level: 'warning' }), fine('c'), device('d')])).toEqual(['a', 'd']);
  });

  it('does not count what has its ticket or was ignored before', () => {
    const tickets = [summary({ deviceId: 'a', subject: statusSubject('databasesOutdated') })];
    expect(count([device('a'), device('b'), device('c')], { tickets, ignored: [ignored('b')] })).toEqual(['c']);
  });

  it('is as many tickets as are opened when all is chosen', () => {
    const devices = [device('a', { signals: ['databasesOutdated', 'license'] }), device('b'), fine('c')];
    expect(count(devices).map((id) => `${id} ${OUTDATED}`)).toEqual(opened(settle(devices)));
  });
});

describe('what was there and is ignored', () => {
  it('makes no ticket, while what the other rules find does', () => {
    const settled = settle([device('a', { signals: ['databasesOutdated', 'activeThreats'] })], { choice: 'ignore' });
    expect(settled).toMatchObject({ isSettled: true, begin: [ignored('a')], open: [] });
    expect(settled.standing).toMatchObject([{ decision: 'skip', deviceId: 'a' }]);
    expect(opened(settled)).toEqual([`a ${THREATS}`]);
  });

  it('becomes a ticket only after it was gone and came back', () => {
    expect(opened(settle([device('a')], { ignored: [ignored('a')] }))).toEqual([]);
    const mended = settle([fine('a')], { ignored: [ignored('a')] });
    expect(mended.end).toEqual([ignored('a')]);
    expect(opened(settle([device('a')]))).toEqual([`a ${OUTDATED}`]);
  });

  it('is not gone because a device is away, or because the server does not list it', () => {
    for (const devices of [[device('a', { level: 'ok', signals: [], visible: false })], []]) {
      expect(settle(devices, { ignored: [ignored('a')] }).end).toEqual([]);
    }
    const unread = settleBacklog({
      statuses: { known: false },
      rules: rulesOf(OUTDATED),
      tickets: [],
      ignored: [],
      wishes: [{ id: 1, choice: 'ignore', reasons: [OUTDATED] }],
      tenantName: '',
      accountProblem: null,
    });
    expect(unread).toMatchObject({ isSettled: false, begin: [], end: [] });
  });

  it('stays to be asked about while the account can have no tickets', () => {
    const settled = settle([device('a')], { choice: 'ignore', accountProblem: 'inactive' });
    expect(settled).toMatchObject({ isSettled: false, begin: [] });
  });
});

describe('what was there and is put into one ticket', () => {
  it('is listed there, and has no ticket of its own', () => {
    const settled = settle([device('a'), device('b'), fine('c')], { choice: 'summary' });
    expect(settled.open).toMatchObject([{ subject: 'backlog:1', reason: OUTDATED, deviceId: '', eventId: null }]);
    expect(settled.open[0]?.about).toMatchObject({
      kind: 'own-words',
      title: 'Alder Joinery: 2 problems that were there when tickets were switched on',
      body: expect.stringContaining('Databases are outdated (Critical): 2\n- a\n- b'),
    });
    expect(settled.begin.map(({ summarySubject }) => summarySubject)).toEqual(['backlog:1', 'backlog:1']);
    expect(opened(settled)).toEqual([]);
  });

  it('is a plain ticket when there is only one', () => {
    const settled = settle([device('a')], { choice: 'summary' });
    expect(settled).toMatchObject({ isSettled: true, open: [], begin: [] });
    expect(opened(settled)).toEqual([`a ${OUTDATED}`]);
  });

  it('closes with the last of it, not before', () => {
    const both = [ignored('a', { summarySubject: 'backlog:1' }), ignored('b', { summarySubject: 'backlog:1' })];
    const tickets = [summary()];
    expect(settle([fine('a'), device('b')], { ignored: both, tickets }).close).toEqual([]);
    expect(settle([fine('a'), fine('b')], { ignored: both, tickets }).close).toMatchObject([{ ticketId: 't1' }]);
  });

  it('is over, not closed again, when a person closed it', () => {
    const left = [ignored('a', { summarySubject: 'backlog:1' })];
    const settled = settle([fine('a')], { ignored: left, tickets: [summary({ state: 'closed' })] });
    expect(settled).toMatchObject({ close: [], over: [{ ticketId: 't1' }] });
  });

  it('stays open when the rule leaves closing to people', () => {
    const rules = rulesOf(OUTDATED);
    for (const rule of rules.values()) rule.autoClose = false;
    expect(settle([fine('a')], { rules, ignored: [], tickets: [summary()] }).close).toEqual([]);
  });
});
