import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { DecidedStatus, DeviceState } from '../devices/index.ts';
import { statusEvent } from '../status-event.ts';
import {
  type ConditionSetting,
  checkSetting,
  conditionOf,
  conditions,
  decideStatus,
  differs,
  isVisible,
  type StatusCondition,
  settingsByGroup,
} from './index.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const now = new Date('2026-05-01T12:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const days = (count: number) => ago(count * DAY_MS);

/** A device with which nothing is wrong. */
const healthy: DeviceState = {
  id: 'd',
  tenantId: 't',
  groupId: 10,
  name: 'pc-1',
  createdAt: days(100),
  agentInstalled: true,
  lastSeenAt: ago(MINUTE_MS),
  lastConnectedAt: ago(MINUTE_MS),
  securityKnown: true,
  securityProduct: 'clamav',
  securityName: 'ClamAV',
  securityRunning: true,
  rtpState: 4,
  rtpStoppedSince: null,
  databasesReleasedAt: days(1),
  activeThreats: 0,
  virusCount: 0,
};
const ok: DecidedStatus = { level: 'ok', mask: 0, reasons: [], since: days(3), visible: true };
const context = (settings: Record<string, ConditionSetting> = {}) => ({
  now,
  visibleForMinutes: 120,
  settingOf: (condition: StatusCondition) => settings[condition.key] ?? condition.defaults,
});
const decided = (change: Partial<DeviceState>, settings?: Record<string, ConditionSetting>) =>
  decideStatus({ ...healthy, ...change }, ok, context(settings));
const on = (value: number | null): ConditionSetting => ({
  critical: { enabled: true, value },
  warning: { enabled: false, value: null },
});

describe('a device’s status', () => {
  const stopped = { rtpState: 1, rtpStoppedSince: ago(10 * MINUTE_MS) };
  const viruses = { tooManyViruses: on(3) };
  test.each<[string, Partial<DeviceState>, string[], Record<string, ConditionSetting>?]>([
    ['nothing is wrong', {}, []],
    ['one active threat', { activeThreats: 1 }, ['activeThreats:critical']],
    ['active threats within their limit', { activeThreats: 2 }, [], { activeThreats: on(2) }],
    ['active threats of a device out of sight', { activeThreats: 1, lastSeenAt: null }, ['activeThreats:critical']],
    ['viruses, for which nothing is set', { virusCount: 99 }, []],
    ['as many viruses as the limit', { virusCount: 3 }, [], viruses],
    ['one virus more than the limit', { virusCount: 4 }, ['tooManyViruses:critical'], viruses],
    ['protection that stands still', stopped, ['protectionDisabled:critical']],
    ['protection that stands still only now', { rtpState: 1, rtpStoppedSince: now }, ['protectionDisabled:critical']],
    ['protection that stands still within its limit', stopped, [], { protectionDisabled: on(10) }],
    [
      'protection that stands still beyond it',
      stopped,
      ['protectionDisabled:critical'],
      { protectionDisabled: on(9.9) },
    ],
    ['protection that failed', { ...stopped, rtpState: 9 }, ['protectionDisabled:critical']],
    ['protection of which nothing is known', { ...stopped, rtpState: 0 }, []],
    ['protection that starts', { ...stopped, rtpState: 3 }, []],
    ['protection of a device out of sight', { ...stopped, lastSeenAt: ago(121 * MINUTE_MS) }, []],
    [
      'protection seen exactly two hours ago',
      { ...stopped, lastSeenAt: ago(120 * MINUTE_MS) },
      ['protectionDisabled:critical'],
    ],
    [
      'no security application',
      { securityProduct: '', securityRunning: false, rtpState: 0 },
      ['securityAppNotInstalled:critical'],
    ],
    ['no word about a security application', { securityKnown: false, securityProduct: '', securityRunning: false }, []],
    ['no security application and no agent', { securityProduct: '', agentInstalled: false }, []],
    ['a security application that does not run', { securityRunning: false }, ['securityAppNotRunning:critical']],
    ['one that does not run, out of sight', { securityRunning: false, lastSeenAt: null }, []],
    ['databases of three days', { databasesReleasedAt: days(3) }, []],
    ['databases of more than three days', { databasesReleasedAt: ago(3 * DAY_MS + 1) }, ['databasesOutdated:warning']],
    ['databases of seven days', { databasesReleasedAt: days(7) }, ['databasesOutdated:warning']],
    ['databases of more than seven days', { databasesReleasedAt: ago(7 * DAY_MS + 1) }, ['databasesOutdated:critical']],
    ['databases of tomorrow', { databasesReleasedAt: days(-1) }, []],
    ['no databases at all', { databasesReleasedAt: null }, []],
    [
      'old databases of a device known for less than a day',
      { databasesReleasedAt: days(30), createdAt: ago(DAY_MS - 1) },
      [],
    ],
    [
      'old databases of a device known for a day',
      { databasesReleasedAt: days(30), createdAt: days(1) },
      ['databasesOutdated:critical'],
    ],
    [
      'old databases without a security application',
      { databasesReleasedAt: days(30), securityKnown: false, securityProduct: '' },
      [],
    ],
    ['no connection for 14 days', { lastConnectedAt: days(14) }, []],
    ['no connection for more than 14 days', { lastConnectedAt: days(15) }, ['notConnected:warning']],
    ['no connection for more than 30 days', { lastConnectedAt: days(31) }, ['notConnected:critical']],
    ['no connection and no agent', { lastConnectedAt: days(31), agentInstalled: false }, []],
    ['never a connection', { lastConnectedAt: null }, []],
    [
      'several at once, the critical ones first',
      { databasesReleasedAt: days(5), activeThreats: 1, securityRunning: false },
      ['activeThreats:critical', 'securityAppNotRunning:critical', 'databasesOutdated:warning'],
    ],
  ])('%s', (_what, change, reasons, settings) => {
    const status = decided(change, settings);
    expect(status.reasons.map(({ condition, level }) => `${condition}:${level}`)).toEqual(reasons);
    expect(status.level).toBe(reasons.length === 0 ? 'ok' : reasons[0]?.split(':')[1]);
    const bits = status.reasons.map(({ condition }) => 1 << (conditionOf(condition)?.maskBit ?? 31));
    expect(status.mask).toBe(bits.reduce((mask, bit) => mask | bit, 0));
  });

  it('counts the same finding for the higher level alone', () => {
    const both = { critical: { enabled: true, value: 1 }, warning: { enabled: true, value: 0 } };
    expect(decided({ activeThreats: 1 }, { activeThreats: both }).level).toBe('warning');
    const { level, reasons } = decided({ activeThreats: 2 }, { activeThreats: both });
    expect([level, reasons.length, reasons[0]?.detail]).toEqual(['critical', 1, '2 active threats (more than 1)']);
  });

  it('says since when, and goes on saying so while level and reason stay', () => {
    const first = decided({ databasesReleasedAt: days(4) });
    expect(first.since).toEqual(now);
    const later = { ...context(), now: new Date(now.getTime() + DAY_MS) };
    const device = { ...healthy, databasesReleasedAt: days(4), lastSeenAt: later.now };
    const second = decideStatus(device, first, later);
    expect([second.since, second.reasons[0]?.since]).toEqual([now, now.toISOString()]);
    expect(second.reasons[0]?.detail).toContain('5 days');
    const worse = decideStatus({ ...device, databasesReleasedAt: days(8) }, second, later);
    expect([worse.since, worse.reasons[0]?.since]).toEqual([later.now, later.now.toISOString()]);
  });
});

describe('for any device', () => {
  const moment = fc.option(fc.integer({ min: -5, max: 60 * 24 * 60 }).map((minutes) => ago(minutes * MINUTE_MS)));
  const device: fc.Arbitrary<DeviceState> = fc.record({
    id: fc.constant('d'),
    tenantId: fc.constant('t'),
    groupId: fc.constant(1),
    name: fc.string(),
    createdAt: moment.map((time) => time ?? now),
    agentInstalled: fc.boolean(),
    lastSeenAt: moment,
    lastConnectedAt: moment,
    securityKnown: fc.boolean(),
    securityProduct: fc.constantFrom('', 'clamav'),
    securityName: fc.constantFrom('', 'ClamAV'),
    securityRunning: fc.boolean(),
    rtpState: fc.integer({ min: 0, max: 9 }),
    rtpStoppedSince: moment,
    databasesReleasedAt: moment,
    activeThreats: fc.nat(5),
    virusCount: fc.nat(5),
  });
  const level = fc.record({ enabled: fc.boolean(), value: fc.option(fc.nat(10)) });
  const settings = fc.record(
    Object.fromEntries(conditions.map(({ key }) => [key, fc.record({ critical: level, warning: level })])),
  ) as fc.Arbitrary<Record<string, ConditionSetting>>;

  it('it is Critical if and only if a reason is, OK if and only if there is none', () => {
    fc.assert(
      fc.property(device, settings, (state, set) => {
        const status = decideStatus(state, ok, context(set));
        const levels = status.reasons.map((reason) => reason.level);
        expect(status.level === 'critical').toBe(levels.includes('critical'));
        expect(status.level === 'ok').toBe(levels.length === 0);
        expect(status.mask === 0).toBe(levels.length === 0);
        expect(new Set(status.reasons.map(({ condition }) => condition)).size).toBe(levels.length);
      }),
    );
  });

  it('deciding again changes nothing, whatever order a store gives the members back in', () => {
    fc.assert(
      fc.property(device, settings, (state, set) => {
        const before = Object.freeze({ ...state });
        const first = decideStatus(before, ok, context(set));
        const stored = {
          ...first,
          reasons: first.reasons.map(
            ({ condition, title, level, since, detail }) => ({ level, since, title, detail, condition }) as never,
          ),
        };
        const again = decideStatus(before, stored, context(set));
        expect(again).toEqual(first);
        expect(differs(again, stored)).toBe(false);
      }),
    );
  });

  it('a reason that goes on keeps its beginning', () => {
    fc.assert(
      fc.property(device, settings, fc.nat(60 * 24 * 60), (state, set, minutes) => {
        const first = decideStatus(state, ok, context(set));
        const later = { ...context(set), now: new Date(now.getTime() + minutes * MINUTE_MS) };
        for (const reason of decideStatus(state, first, later).reasons) {
          const earlier = first.reasons.find((one) => one.condition === reason.condition && one.level === reason.level);
          expect(reason.since).toBe(earlier?.since ?? later.now.toISOString());
        }
      }),
    );
  });

  it('what needs sight of a device never counts without it', () => {
    fc.assert(
      fc.property(device, settings, (state, set) => {
        const status = decideStatus(state, ok, context(set));
        expect(status.visible).toBe(isVisible(state, now, 120));
        const needing = status.reasons.filter(({ condition }) => conditionOf(condition)?.requires.visible);
        if (!status.visible) expect(needing).toEqual([]);
      }),
    );
  });
});

describe('a difference', () => {
  const status = decided({ databasesReleasedAt: days(4) });
  it.each<[string, Partial<DecidedStatus>]>([
    ['level', { level: 'critical' }],
    ['mask', { mask: 1 }],
    ['visibility', { visible: false }],
    ['a reason less', { reasons: [] }],
    ['another detail', { reasons: status.reasons.map((reason) => ({ ...reason, detail: 'x' })) }],
    ['another beginning', { reasons: status.reasons.map((reason) => ({ ...reason, since: 'x' })) }],
  ])('is one in %s', (_what, change) => {
    expect(differs({ ...status, ...change }, status)).toBe(true);
    expect(differs(status, { ...status, ...change })).toBe(true);
  });
});

describe('the event of a change', () => {
  it('is 4113 for Critical and 4114 for Warning, and none for OK or for no change of level', () => {
    const critical = decided({ activeThreats: 1 });
    const warning = decided({ databasesReleasedAt: days(4) });
    const typeOf = (status: DecidedStatus, before: DecidedStatus) => statusEvent(healthy, status, before, now)?.type;
    expect(typeOf(critical, ok)).toBe('KLSRV_HOST_STATUS_CRITICAL');
    expect(typeOf(warning, ok)).toBe('KLSRV_HOST_STATUS_WARNING');
    expect(typeOf(warning, critical)).toBe('KLSRV_HOST_STATUS_WARNING');
    expect(typeOf(ok, critical)).toBeUndefined();
    expect(typeOf(critical, critical)).toBeUndefined();
  });

  it('is no longer than an event may be, and cuts no character in two', () => {
    for (let length = 950; length < 970; length += 1) {
      const device = { ...healthy, name: `${'x'.repeat(length)}${'👍'.repeat(50)}` };
      const { description = '' } = statusEvent(device, decided({ activeThreats: 1 }), ok, now) ?? {};
      expect(description.length).toBeLessThanOrEqual(1000);
      expect(description.isWellFormed()).toBe(true);
    }
  });
});

describe('settings', () => {
  const condition = conditionOf('databasesOutdated') as StatusCondition;
  const own = (groupId: number, value: number) => ({ groupId, condition: condition.key, setting: on(value) });

  it('come from the group itself, else from the nearest group above, else from the condition', () => {
    const settingOf = settingsByGroup([own(1, 11), own(12, 22)]);
    const from = (path: string) => {
      const { setting, groupId } = settingOf({ path }, condition);
      return [setting.critical.value, groupId];
    };
    expect(from('/1/12/123/')).toEqual([22, 12]);
    expect(from('/1/13/')).toEqual([11, 1]);
    expect(from('/1/')).toEqual([11, 1]);
    expect(from('/112/')).toEqual([7, null]);
    expect(from('/')).toEqual([7, null]);
    expect(settingOf({ path: '/1/' }, conditionOf('activeThreats') as StatusCondition).groupId).toBeNull();
  });

  it('that a condition cannot have are refused, each by its place', () => {
    const set = (critical: number | null, warning: number | null, enabled = true) => ({
      critical: { enabled, value: critical },
      warning: { enabled, value: warning },
    });
    const issues = (setting: ConditionSetting) => {
      try {
        checkSetting(condition, setting);
        return [];
      } catch (error) {
        expect(error).toMatchObject({ code: 'status-setting.bad-value', httpStatus: 400 });
        return (error as { issues: { where: string }[] }).issues.map(({ where }) => where);
      }
    };
    expect(issues(set(7, 3))).toEqual([]);
    expect(issues(set(1, 1))).toEqual([]);
    expect(issues(set(null, null, false))).toEqual([]);
    expect(issues(set(0, null))).toEqual(['body.settings.critical.value', 'body.settings.warning.value']);
    expect(issues(set(7, 0.5, false))).toEqual(['body.settings.warning.value']);
    const viruses = conditionOf('tooManyViruses') as StatusCondition;
    expect(() => checkSetting(viruses, on(32_768))).toThrow();
    expect(checkSetting(viruses, on(32_767))).toEqual(on(32_767));
    const toggle = conditionOf('securityAppNotRunning') as StatusCondition;
    expect(checkSetting(toggle, on(5)).critical).toEqual({ enabled: true, value: null });
  });

  it('of two conditions never share a key or a bit, and every default may be set', () => {
    expect(new Set(conditions.map(({ key }) => key)).size).toBe(conditions.length);
    expect(new Set(conditions.map(({ maskBit }) => maskBit)).size).toBe(conditions.length);
    for (const one of conditions) expect(checkSetting(one, one.defaults)).toEqual(one.defaults);
  });
});
