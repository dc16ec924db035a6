import type { ConditionSetting } from '@gatehouse/contract';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { ConditionFacts, DecidedStatus, DeviceState } from '../devices/index.ts';
import { statusEvents } from '../status-event.ts';
import { ago, context, DAY_MS, days, healthy, MINUTE_MS, now, ok, on, SYNC_SECONDS } from './device.testing.ts';
import { conditionOf, conditions, decideStatus, differs, isVisible } from './index.ts';

const decided = (change: Partial<DeviceState>, settings?: Record<string, ConditionSetting>) =>
  decideStatus({ ...healthy, ...change }, ok, context(settings));
const told = (facts: ConditionFacts): Partial<DeviceState> => ({ told: { ...healthy.told, ...facts } });
const found = (
  critical: number,
  { high = 0, medium = 0, unfixable = 0, assigned = 0 }: Partial<Record<string, number>> = {},
): Partial<DeviceState> => {
  const none = { unfixable: 0, assigned: 0 };
  const vulnerabilities = {
    critical: { all: critical, unfixable, assigned },
    high: { all: high, ...none },
    medium: { all: medium, ...none },
  };
  return told({ vulnerabilities });
};
const unseen = { lastSeenAt: ago(121 * MINUTE_MS) };
const young = (ms: number) => ({ createdAt: ago(ms) });
const stopped = { rtpState: 1, rtpStoppedSince: ago(10 * MINUTE_MS) };
const restart = (minutes: number, ...reasons: string[]): Partial<DeviceState> => ({
  restartSince: ago(minutes * MINUTE_MS),
  ...told({ restartReasons: reasons }),
});
const heard = (seconds: number): Partial<DeviceState> => ({ heardSince: ago(seconds * 1000), lastSeenAt: now });
const noFacts: Partial<DeviceState> = { told: {} };

type Case = [
  what: string,
  change: Partial<DeviceState>,
  reasons: string[],
  settings?: Record<string, ConditionSetting>,
];

/** Each condition: raised, at another level, not raised at the limit, and what it needs of the device. */
const cases: Record<string, Case[]> = {
  activeThreats: [
    ['one', { activeThreats: 1 }, ['activeThreats:critical']],
    ['within their limit', { activeThreats: 2 }, [], { activeThreats: on(2) }],
    ['of a device out of sight', { activeThreats: 1, ...unseen }, ['activeThreats:critical']],
  ],
  tooManyViruses: [
    ['for which nothing is set', { virusCount: 99 }, []],
    ['as many as the limit', { virusCount: 3 }, [], { tooManyViruses: on(3) }],
    ['one more', { virusCount: 4 }, ['tooManyViruses:critical'], { tooManyViruses: on(3) }],
  ],
  protectionDisabled: [
    ['that stands still', stopped, ['protectionDisabled:critical']],
    ['only now', { rtpState: 1, rtpStoppedSince: now }, ['protectionDisabled:critical']],
    ['within its limit', stopped, [], { protectionDisabled: on(10) }],
    ['beyond it', stopped, ['protectionDisabled:critical'], { protectionDisabled: on(9.9) }],
    ['that failed', { ...stopped, rtpState: 9 }, ['protectionDisabled:critical']],
    ['of which nothing is known', { ...stopped, rtpState: 0 }, []],
    ['that starts', { ...stopped, rtpState: 3 }, []],
    ['of a device out of sight', { ...stopped, ...unseen }, []],
    ['seen exactly two hours ago', { ...stopped, lastSeenAt: ago(120 * MINUTE_MS) }, ['protectionDisabled:critical']],
    ['never seen', { ...stopped, lastSeenAt: null }, []],
    ['without a security application', { ...stopped, securityKnown: false, securityProduct: '' }, []],
  ],
  securityAppNotInstalled: [
    ['none', { securityProduct: '', securityRunning: false, rtpState: 0 }, ['securityAppNotInstalled:critical']],
    ['no word about it', { securityKnown: false, securityProduct: '', securityRunning: false }, []],
    ['none and no agent', { securityProduct: '', agentInstalled: false }, []],
  ],
  securityAppNotRunning: [
    ['that does not run', { securityRunning: false }, ['securityAppNotRunning:critical']],
    ['out of sight', { securityRunning: false, ...unseen }, []],
  ],
  rtpLevelDiffers: [
    ['for which nothing is set', stopped, ['protectionDisabled:critical']],
    ['as wanted', {}, [], { rtpLevelDiffers: on('running') }],
    ['starting, where running is wanted', { rtpState: 3 }, [], { rtpLevelDiffers: on('running') }],
    ['running, where stopped is wanted', {}, ['rtpLevelDiffers:critical'], { rtpLevelDiffers: on('stopped') }],
    [
      'paused, where stopped is wanted',
      { rtpState: 2 },
      ['rtpLevelDiffers:critical'],
      { rtpLevelDiffers: on('stopped') },
    ],
    ['unknown', { rtpState: 0 }, [], { rtpLevelDiffers: on('running') }],
    ['out of sight', unseen, [], { rtpLevelDiffers: on('stopped') }],
  ],
  statusByApplication: [
    ['critical', told({ applicationStatus: { level: 'critical', text: 'x' } }), ['statusByApplication:critical']],
    ['warning', told({ applicationStatus: { level: 'warning', text: 'x' } }), ['statusByApplication:warning']],
    ['ok', told({ applicationStatus: { level: 'ok', text: 'x' } }), []],
    ['none', told({ applicationStatus: null }), []],
    [
      'warning, where only critical ones count',
      told({ applicationStatus: { level: 'warning', text: 'x' } }),
      [],
      { statusByApplication: on(null) },
    ],
  ],
  unmanaged: [
    ['heard for three synchronizations without one', heard(3 * SYNC_SECONDS), []],
    ['heard for longer', heard(3 * SYNC_SECONDS + 1), ['unmanaged:critical', 'outOfDiskSpace:warning']],
    ['not heard since', { heardSince: ago(7_000_000), lastSeenAt: ago(6_990_000) }, []],
    ['back after a week of silence', { factsAt: days(7), ...heard(1) }, []],
    ['without an agent', { ...heard(9000), agentInstalled: false }, []],
  ],
  databasesOutdated: [
    ['of three days', { databasesReleasedAt: days(3) }, []],
    ['of more than three days', { databasesReleasedAt: ago(3 * DAY_MS + 1) }, ['databasesOutdated:warning']],
    ['of seven days', { databasesReleasedAt: days(7) }, ['databasesOutdated:warning']],
    ['of more than seven days', { databasesReleasedAt: ago(7 * DAY_MS + 1) }, ['databasesOutdated:critical']],
    ['of tomorrow', { databasesReleasedAt: days(-1) }, []],
    ['none at all', { databasesReleasedAt: null }, []],
    ['of a device known for less than a day', { databasesReleasedAt: days(30), ...young(DAY_MS - 1) }, []],
    [
      'of a device known for a day',
      { databasesReleasedAt: days(30), ...young(DAY_MS) },
      ['databasesOutdated:critical'],
    ],
    ['out of sight', { databasesReleasedAt: days(30), ...unseen }, []],
    [
      'without a security application',
      { databasesReleasedAt: days(30), securityKnown: false, securityProduct: '' },
      [],
    ],
  ],
  scanNotPerformed: [
    ['seven days ago', told({ lastScanAt: days(7).toISOString() }), []],
    ['more than seven days ago', told({ lastScanAt: days(7.1).toISOString() }), ['scanNotPerformed:warning']],
    ['more than fourteen', told({ lastScanAt: days(14.1).toISOString() }), ['scanNotPerformed:critical']],
    ['never', told({ lastScanAt: null }), ['scanNotPerformed:critical']],
    ['never, known for less than a week', { ...told({ lastScanAt: null }), ...young(7 * DAY_MS - 1) }, []],
    [
      'never, known for eight days',
      { ...told({ lastScanAt: null }), ...young(8 * DAY_MS) },
      ['scanNotPerformed:warning'],
    ],
    ['no word about it', noFacts, []],
    ['out of sight', { ...told({ lastScanAt: null }), ...unseen }, []],
    [
      'without a security application',
      { ...told({ lastScanAt: null }), securityKnown: false, securityProduct: '' },
      [],
    ],
  ],
  notConnected: [
    ['for 14 days', { lastConnectedAt: days(14) }, []],
    ['for more than 14 days', { lastConnectedAt: days(15), ...unseen }, ['notConnected:warning']],
    ['for more than 30 days', { lastConnectedAt: days(31), ...unseen }, ['notConnected:critical']],
    ['without an agent', { lastConnectedAt: days(31), agentInstalled: false }, []],
    ['ever', { lastConnectedAt: null }, []],
  ],
  licenseExpired: [
    ['just now', { licenseExpiresAt: now }, ['licenseExpired:critical']],
    ['in a minute', { licenseExpiresAt: ago(-MINUTE_MS) }, ['licenseExpiresSoon:warning']],
    ['of which nothing is known', { licenseKnown: false, licenseExpiresAt: days(1) }, []],
    ['out of sight', { licenseExpiresAt: days(1), ...unseen }, []],
  ],
  licenseExpiresSoon: [
    ['in fourteen days', { licenseExpiresAt: days(-14) }, []],
    ['in less than fourteen days', { licenseExpiresAt: days(-13.9) }, ['licenseExpiresSoon:warning']],
    ['never', { licenseExpiresAt: null }, []],
    [
      'in less than two days, which is grave here',
      { licenseExpiresAt: days(-1.5) },
      ['licenseExpiresSoon:critical'],
      { licenseExpiresSoon: on(2) },
    ],
  ],
  vulnerabilities: [
    ['a critical one', found(1), ['vulnerabilities:warning']],
    ['high ones, where critical ones count', found(0, { high: 5 }), []],
    [
      'high ones, where they count',
      found(0, { high: 5 }),
      ['vulnerabilities:critical'],
      { vulnerabilities: on('high') },
    ],
    ['medium ones, where high ones count', found(0, { medium: 5 }), [], { vulnerabilities: on('high') }],
    [
      'that cannot be fixed, where these are left out',
      found(2, { unfixable: 2 }),
      [],
      { vulnerabilities: on('critical', ['ignore-unfixable']) },
    ],
    [
      'one of which cannot be fixed',
      found(2, { unfixable: 1 }),
      ['vulnerabilities:critical'],
      { vulnerabilities: on('critical', ['ignore-unfixable']) },
    ],
    [
      'for which updates are assigned, where these are left out',
      found(3, { assigned: 2, unfixable: 1 }),
      [],
      { vulnerabilities: on('critical', ['ignore-unfixable', 'ignore-assigned']) },
    ],
    ['never searched for', told({ vulnerabilities: null }), []],
    ['out of sight', { ...found(1), ...unseen }, []],
    ['without an agent', { ...found(1), agentInstalled: false }, []],
  ],
  unprocessedIncidents: [
    ['one', { unprocessedIncidents: 1 }, ['unprocessedIncidents:warning']],
    ['out of sight', { unprocessedIncidents: 1, ...unseen }, ['unprocessedIncidents:warning']],
  ],
  encryptionStatus: [
    ['an error', told({ encryption: 'error' }), ['encryptionStatus:warning']],
    ['no policy', told({ encryption: 'no-policy' }), []],
    [
      'no policy, where that counts',
      told({ encryption: 'no-policy' }),
      ['encryptionStatus:critical'],
      { encryptionStatus: on(null, ['error', 'no-policy']) },
    ],
    ['as it is wanted', told({ encryption: null }), []],
    ['an error, without an agent', { ...told({ encryption: 'error' }), agentInstalled: false }, []],
  ],
  incompatibleApps: [
    ['one', told({ incompatible: ['Old Guard'] }), ['incompatibleApps:warning']],
    ['none', told({ incompatible: [] }), []],
    ['out of sight', { ...told({ incompatible: ['Old Guard'] }), ...unseen }, []],
  ],
  restartRequired: [
    ['for a day', restart(1440, 'libc6'), []],
    ['for more than a day', restart(1441, 'libc6'), ['restartRequired:warning']],
    ['for no reason that is named', restart(1441), ['restartRequired:warning']],
    [
      'for the kernel, which counts',
      restart(9, 'linux-image-6.1'),
      ['restartRequired:critical'],
      { restartRequired: on(5, ['kernel']) },
    ],
    ['for another reason, which does not count', restart(9, 'libc6'), [], { restartRequired: on(5, ['kernel']) }],
    [
      'for both',
      restart(9, 'libc6', 'linux-image-6.1'),
      ['restartRequired:critical'],
      { restartRequired: on(5, ['other']) },
    ],
    ['out of sight', { ...restart(9999), ...unseen }, []],
  ],
  windowsUpdateCheckOld: [
    ['14 days ago', told({ updatesSearchedAt: days(14).toISOString() }), []],
    ['more than 14 days ago', told({ updatesSearchedAt: days(15).toISOString() }), ['windowsUpdateCheckOld:warning']],
    ['never', told({ updatesSearchedAt: null }), ['windowsUpdateCheckOld:warning']],
    ['no word about it', noFacts, []],
    ['out of sight', { ...told({ updatesSearchedAt: null }), ...unseen }, []],
  ],
  outOfDiskSpace: [
    ['as much as the limit', told({ disk: { freeMegabytes: 1024, mount: '/' } }), []],
    ['less', told({ disk: { freeMegabytes: 1023, mount: '/' } }), ['outOfDiskSpace:warning']],
    [
      'less, out of sight',
      { ...told({ disk: { freeMegabytes: 1, mount: '/' } }), ...unseen },
      ['outOfDiskSpace:warning'],
    ],
    ['no disk', told({ disk: null }), []],
  ],
  mobileNotCompliant: [
    ['that does not comply', told({ mobileCompliant: false }), ['mobileNotCompliant:warning']],
    ['that does', told({ mobileCompliant: true }), []],
    ['that is no mobile device', told({ mobileCompliant: null }), []],
  ],
};

test('every condition has its cases', () => {
  expect(Object.keys(cases).sort()).toEqual(conditions.map(({ key }) => key).sort());
});

describe.each(Object.entries(cases))('%s', (_key, list) => {
  test.each(list)('%s', (_what, change, reasons, settings) => {
    const status = decided(change, settings);
    expect(status.reasons.map(({ condition, level }) => `${condition}:${level}`)).toEqual(reasons);
    expect(status.level).toBe(reasons.length === 0 ? 'ok' : reasons[0]?.split(':')[1]);
    const bits = status.reasons.map(({ condition }) => 1 << (conditionOf(condition)?.maskBit ?? 31));
    expect(status.mask).toBe(bits.reduce((mask, bit) => mask | bit, 0));
  });
});

describe('a device’s status', () => {
  it('has the critical reasons first', () => {
    const { reasons } = decided({ databasesReleasedAt: days(5), activeThreats: 1, securityRunning: false });
    expect(reasons.map(({ condition }) => condition)).toEqual([
      'activeThreats',
      'securityAppNotRunning',
      'databasesOutdated',
    ]);
  });

  it('counts the same finding for the higher level alone, and names the rule', () => {
    const level = (value: number) => ({ enabled: true, value, choices: [] });
    const both = { activeThreats: { critical: level(1), warning: level(0), locked: false } };
    expect(decided({ activeThreats: 1 }, both).level).toBe('warning');
    const { level: worst, reasons } = decided({ activeThreats: 2 }, both);
    expect([worst, reasons.length, reasons[0]?.detail]).toEqual(['critical', 1, '2 active threats (more than 1)']);
    expect(reasons[0]?.rule).toEqual({ groupId: 10, value: 'more than 1 objects' });
    expect(decided({ activeThreats: 1 }).reasons[0]?.rule).toEqual({ groupId: null, value: 'more than 0 objects' });
  });

  it('says since when, and goes on saying so while level and reason stay', () => {
    const first = decided({ databasesReleasedAt: days(4) });
    expect(first.since).toEqual(now);
    const later = context({}, new Date(now.getTime() + DAY_MS));
    const device = { ...healthy, databasesReleasedAt: days(4), lastSeenAt: later.now };
    const second = decideStatus(device, first, later);
    expect([second.since, second.reasons[0]?.since]).toEqual([now, now.toISOString()]);
    expect(second.reasons[0]?.detail).toContain('5 days');
    const worse = decideStatus({ ...device, databasesReleasedAt: days(8) }, second, later);
    expect([worse.since, worse.reasons[0]?.since]).toEqual([later.now, later.now.toISOString()]);
  });

  it('tells what is no longer seen from what was mended, until the device is seen again', () => {
    const device = { ...healthy, databasesReleasedAt: days(10), activeThreats: 1 };
    const seen = decideStatus(device, ok, context());
    expect([seen.reasons.map(({ condition }) => condition), seen.unseen]).toEqual([
      ['activeThreats', 'databasesOutdated'],
      [],
    ]);
    const gone = decideStatus({ ...device, ...unseen }, seen, context());
    expect(gone.reasons.map(({ condition }) => condition)).toEqual(['activeThreats']);
    expect(gone.unseen).toEqual(seen.reasons.slice(1));
    // The threat is mended, of the databases nothing is known: the status is OK, and says so.
    const still = decideStatus({ ...device, ...unseen, activeThreats: 0 }, gone, context());
    expect([still.level, still.unseen]).toEqual(['ok', gone.unseen]);
    expect(decideStatus({ ...device, activeThreats: 0, databasesReleasedAt: now }, still, context())).toMatchObject({
      level: 'ok',
      unseen: [],
    });
    const back = decideStatus(device, still, context({}, new Date(now.getTime() + MINUTE_MS)));
    expect(back.reasons.at(-1)?.since).toBe(seen.reasons.at(-1)?.since);
    expect(back.unseen).toEqual([]);
    const nobodyAsks = { databasesOutdated: { ...on(7), critical: { enabled: false, value: 7, choices: [] } } };
    expect(decideStatus({ ...device, ...unseen }, gone, context(nobodyAsks)).unseen).toEqual([]);
  });
});

const moment = fc.option(fc.integer({ min: -5, max: 60 * 24 * 60 }).map((minutes) => ago(minutes * MINUTE_MS)));
const text = moment.map((at) => at?.toISOString() ?? null);
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const count = fc.record({ all: fc.nat(3), unfixable: fc.nat(3), assigned: fc.nat(3) });
const facts = fc
  .record({
    lastScanAt: maybe(text),
    restartReasons: maybe(fc.array(fc.constantFrom('libc6', 'linux-image-6.1'), { maxLength: 2 })),
    incompatible: maybe(fc.array(fc.constant('Old Guard'), { maxLength: 1 })),
    vulnerabilities: maybe(fc.option(fc.record({ critical: count, high: count, medium: count }))),
    updatesSearchedAt: maybe(text),
    encryption: maybe(fc.constantFrom(null, 'error' as const, 'no-policy' as const)),
    mobileCompliant: maybe(fc.option(fc.boolean())),
    applicationStatus: maybe(
      fc.option(
        fc.record({
          level: fc.constantFrom('ok' as const, 'warning' as const, 'critical' as const),
          text: fc.string(),
        }),
      ),
    ),
    disk: maybe(fc.option(fc.record({ freeMegabytes: fc.nat(20), mount: fc.constant('/') }))),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as ConditionFacts);
const anyDevice: fc.Arbitrary<DeviceState> = fc.record({
  id: fc.constant('d'),
  tenantId: fc.constant('t'),
  groupId: fc.constant(1),
  name: fc.string(),
  createdAt: moment.map((time) => time ?? now),
  agentInstalled: fc.boolean(),
  enrolledAt: moment,
  factsAt: moment,
  heardSince: moment,
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
  restartSince: moment,
  licenseKnown: fc.boolean(),
  licenseExpiresAt: fc.option(fc.integer({ min: -30, max: 30 }).map((count) => days(count))),
  unprocessedIncidents: fc.nat(2),
  told: facts,
});
/** Any setting that the condition can have. */
const settingOf = ({ value }: (typeof conditions)[number]) => {
  const choices =
    value.kind === 'switch' || !value.choices
      ? fc.constant([])
      : fc.subarray(value.choices.options.map(({ key }) => key));
  const values =
    value.kind === 'number'
      ? fc.oneof(fc.nat(10), fc.nat(3000))
      : value.kind === 'choice'
        ? fc.constantFrom(...value.options.map(({ key }) => key))
        : fc.constant(null);
  const level = fc.record({ enabled: fc.boolean(), value: values, choices });
  return fc.record({ critical: level, warning: level, locked: fc.constant(false) });
};
const anySettings = fc.record(
  Object.fromEntries(conditions.map((condition) => [condition.key, settingOf(condition)])),
) as fc.Arbitrary<Record<string, ConditionSetting>>;

describe('for any device', () => {
  it('it is Critical if and only if a reason is, OK if and only if there is none', () => {
    fc.assert(
      fc.property(anyDevice, anySettings, (state, set) => {
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
      fc.property(anyDevice, anySettings, (state, set) => {
        const before = Object.freeze({ ...state });
        const first = decideStatus(before, ok, context(set));
        const stored = {
          ...first,
          reasons: first.reasons.map(
            ({ condition, title, level, since, detail, rule }) =>
              ({ rule, level, since, title, detail, condition }) as never,
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
      fc.property(anyDevice, anySettings, fc.nat(60 * 24 * 60), (state, set, minutes) => {
        const first = decideStatus(state, ok, context(set));
        const later = context(set, new Date(now.getTime() + minutes * MINUTE_MS));
        for (const reason of decideStatus(state, first, later).reasons) {
          const earlier = first.reasons.find((one) => one.condition === reason.condition && one.level === reason.level);
          expect(reason.since).toBe(earlier?.since ?? later.now.toISOString());
        }
      }),
    );
  });

  it('what needs sight of a device never counts without it', () => {
    fc.assert(
      fc.property(anyDevice, anySettings, (state, set) => {
        const status = decideStatus(state, ok, context(set));
        expect(status.visible).toBe(isVisible(state, now, 120));
        const needing = status.reasons.filter(({ condition }) => conditionOf(condition)?.requires.visible);
        if (!status.visible) expect(needing).toEqual([]);
      }),
    );
  });

  it('until the moment that a decision names, time alone changes nothing', () => {
    fc.assert(
      fc.property(anyDevice, anySettings, fc.double({ min: 0, max: 1, noNaN: true }), (state, set, share) => {
        const first = decideStatus(state, ok, context(set));
        const end = first.nextAt?.getTime() ?? now.getTime() + 400 * DAY_MS;
        expect(end).toBeGreaterThan(now.getTime());
        const at = new Date(Math.min(end - 1, now.getTime() + Math.floor((end - now.getTime()) * share)));
        expect(differs(decideStatus(state, first, context(set, at)), first)).toBe(false);
      }),
      { numRuns: 1000 },
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
    ['what is no longer seen', { unseen: status.reasons }],
    ['another detail', { reasons: status.reasons.map((reason) => ({ ...reason, detail: 'x' })) }],
    ['another beginning', { reasons: status.reasons.map((reason) => ({ ...reason, since: 'x' })) }],
    ['another rule', { reasons: status.reasons.map((reason) => ({ ...reason, rule: { groupId: 1, value: 'x' } })) }],
  ])('is one in %s', (_what, change) => {
    expect(differs({ ...status, ...change }, status)).toBe(true);
    expect(differs(status, { ...status, ...change })).toBe(true);
  });
});

describe('the events of a change', () => {
  const typesOf = (status: DecidedStatus, before: DecidedStatus) =>
    statusEvents(healthy, status, before, now).map(({ type }) => type);

  it('are 4113 for Critical and 4114 for Warning, and none for OK or for no change of level', () => {
    const critical = decided({ activeThreats: 1 });
    const warning = decided({ databasesReleasedAt: days(4) });
    expect(typesOf(critical, ok)).toEqual(['KLSRV_HOST_STATUS_CRITICAL']);
    expect(typesOf(warning, ok)).toEqual(['KLSRV_HOST_STATUS_WARNING']);
    expect(typesOf(warning, critical)).toEqual(['KLSRV_HOST_STATUS_WARNING']);
    expect(typesOf(ok, critical)).toEqual([]);
    expect(typesOf(critical, critical)).toEqual([]);
  });

  it('are also 4111 for a device that became unmanaged, once', () => {
    const unmanaged = decided(heard(9000));
    expect(typesOf(unmanaged, ok)).toEqual(['KLSRV_HOST_OUT_CONTROL', 'KLSRV_HOST_STATUS_CRITICAL']);
    expect(typesOf(unmanaged, unmanaged)).toEqual([]);
  });

  it('say what is no longer seen', () => {
    const device = { ...healthy, databasesReleasedAt: days(10), unprocessedIncidents: 1 };
    const before = decideStatus(device, ok, context());
    const [event] = statusEvents(device, decideStatus({ ...device, ...unseen }, before, context()), before, now);
    expect(event).toMatchObject({
      type: 'KLSRV_HOST_STATUS_WARNING',
      params: { '1': 'unprocessedIncidents', '3': 'databasesOutdated' },
    });
    expect(event?.description).toContain('No longer seen: Databases are outdated');
  });

  it('are no longer than an event may be, and cut no character in two', () => {
    for (let length = 950; length < 970; length += 1) {
      const device = { ...healthy, name: `${'x'.repeat(length)}${'👍'.repeat(50)}` };
      const { description = '' } = statusEvents(device, decided({ activeThreats: 1 }), ok, now)[0] ?? {};
      expect(description.length).toBeLessThanOrEqual(1000);
      expect(description.isWellFormed()).toBe(true);
    }
  });
});
