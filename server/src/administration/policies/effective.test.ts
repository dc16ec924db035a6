import { AgentPolicySettings, type PolicyProfile, type PolicySettingKey } from '@gatehouse/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentPolicyOf, chainOf, effectiveSettings, holds, layersOf } from './effective.ts';
import { type DeviceTraits, type SavedPolicy, settingsSet, touchedSettings, withoutSettings } from './policy.ts';

const device: DeviceTraits = { tags: ['kiosk'], isServer: false, osFamily: 'linux', addresses: ['10.1.2.3'] };
const always = { tags: [], deviceKind: 'any', osFamilies: [], ipRanges: [] } as const;

let nextId = 1;
const policyOf = (groupId: number, more: Partial<SavedPolicy> = {}): SavedPolicy => ({
  id: nextId++,
  tenantId: 't',
  groupId,
  application: 'Gatehouse Endpoint Agent',
  name: `Policy of ${groupId}`,
  state: 'active',
  outOfOfficeAfterSyncs: 3,
  settings: {},
  locked: [],
  profiles: [],
  version: 1,
  changedAt: new Date(0),
  changedBy: 'a',
  ...more,
});
const profile = (
  name: string,
  more: Partial<Omit<PolicyProfile, 'condition'>> & { condition?: object },
): PolicyProfile => ({
  name,
  enabled: true,
  settings: {},
  locked: [],
  ...more,
  condition: { ...always, tags: [], osFamilies: [], ipRanges: [], ...more.condition },
});
const keep = (keepDays: number) => ({ quarantine: { keepDays } });
const KEEP = 'quarantine.keepDays' as const;
const inForce = (...chain: SavedPolicy[]) => effectiveSettings(layersOf(chain, device), new Map());
const keptBy = (...chain: SavedPolicy[]) => {
  const found = inForce(...chain).find(({ key }) => key === KEEP);
  return found && [found.value, found.locked, found.from.policyName, found.from.profile];
};

describe('a setting of a device', () => {
  it('comes from the nearest policy that has it', () => {
    expect(keptBy(policyOf(0, { settings: keep(30) }), policyOf(5))).toEqual([30, false, 'Policy of 0', null]);
    expect(keptBy(policyOf(0, { settings: keep(30) }), policyOf(5, { settings: keep(7) }))).toEqual([
      7,
      false,
      'Policy of 5',
      null,
    ]);
    expect(keptBy(policyOf(0), policyOf(5))).toBeUndefined();
  });

  it('that is locked above comes from there, whatever is set and locked below', () => {
    const above = policyOf(0, { settings: keep(30), locked: [KEEP] });
    const below = policyOf(5, { settings: keep(7), locked: [KEEP] });
    expect(keptBy(above, below)).toEqual([30, true, 'Policy of 0', null]);
    expect(keptBy({ ...above, locked: [] }, below)).toEqual([7, true, 'Policy of 5', null]);
  });

  it('comes from the first active profile of a policy, before the policy itself', () => {
    const profiles = [
      profile('Servers', { condition: { deviceKind: 'server' }, settings: keep(1) }),
      profile('Kiosks', { condition: { tags: ['kiosk'] }, settings: keep(2), locked: [KEEP] }),
      profile('All', { settings: keep(3) }),
    ];
    expect(keptBy(policyOf(0, { settings: keep(30), profiles }))).toEqual([2, true, 'Policy of 0', 'Kiosks']);
    expect(keptBy(policyOf(0, { settings: keep(30), profiles }), policyOf(5, { settings: keep(7) }))).toEqual([
      2,
      true,
      'Policy of 0',
      'Kiosks',
    ]);
    const off = profiles.map((each) => ({ ...each, enabled: false }));
    expect(keptBy(policyOf(0, { settings: keep(30), profiles: off }))).toEqual([30, false, 'Policy of 0', null]);
  });

  it('that the policy locks stays locked when a profile of the same policy gives it another value', () => {
    const profiles = [profile('All', { settings: keep(3) })];
    expect(keptBy(policyOf(0, { settings: keep(30), locked: [KEEP], profiles }))).toEqual([
      3,
      true,
      'Policy of 0',
      'All',
    ]);
  });

  it('never comes from below a lock, for any tree of policies', () => {
    const layer = fc.record({
      value: fc.option(fc.integer({ min: 1, max: 3650 }), { nil: undefined }),
      isLocked: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(layer, { maxLength: 6 }), (layers) => {
        const chain = layers.map(({ value, isLocked }, at) =>
          policyOf(at, value === undefined ? {} : { settings: keep(value), locked: isLocked ? [KEEP] : [] }),
        );
        const set = layers.filter(({ value }) => value !== undefined);
        const expected = set.find(({ isLocked }) => isLocked) ?? set.at(-1);
        expect(keptBy(...chain)?.[0]).toBe(expected?.value);
      }),
    );
  });
});

describe('a profile', () => {
  const holdsFor = (condition: object, more: Partial<DeviceTraits> = {}) =>
    holds(profile('x', { condition }), { ...device, ...more });

  it('is active when all that its condition names is so, and one of each list', () => {
    expect(holdsFor({})).toBe(true);
    expect(holdsFor({ tags: ['lab', 'kiosk'], osFamilies: ['linux'], ipRanges: ['10.1.0.0/16'] })).toBe(true);
    expect(holdsFor({ tags: ['lab'], osFamilies: ['linux'] })).toBe(false);
    expect(holdsFor({ osFamilies: ['windows', 'macos'] })).toBe(false);
    expect(holdsFor({ deviceKind: 'workstation' })).toBe(true);
    expect(holdsFor({ deviceKind: 'server' })).toBe(false);
  });

  it('looks at every address, IPv4 and IPv6, networks, ranges and single ones', () => {
    expect(holdsFor({ ipRanges: ['192.0.2.0/24', '10.1.2.3'] })).toBe(true);
    expect(holdsFor({ ipRanges: ['10.1.2.4 - 10.1.2.9'] })).toBe(false);
    expect(holdsFor({ ipRanges: ['2001:db8::/32'] }, { addresses: ['10.0.0.1', '2001:db8::7'] })).toBe(true);
    expect(holdsFor({ ipRanges: ['0.0.0.0/0'] }, { addresses: ['::1', 'nonsense'] })).toBe(false);
  });

  it('of a kind of device waits until the device has told its system', () => {
    const unknown = { osFamily: '', isServer: false };
    expect(holdsFor({ deviceKind: 'workstation' }, unknown)).toBe(false);
    expect(holdsFor({ deviceKind: 'server' }, unknown)).toBe(false);
  });
});

describe('what an agent is told', () => {
  const chainFor = (policies: SavedPolicy[], isAway = false) =>
    chainOf(
      Map.groupBy(policies, ({ groupId }) => groupId),
      '/0/5/',
      isAway,
    );

  it('has another id when anything in it is another, and the same when only the order of fields is', () => {
    const idOf = (...chain: SavedPolicy[]) => agentPolicyOf(layersOf(chain, device), null)?.id;
    const one = policyOf(0, { settings: { scan: { mode: 'full', action: 'report' } } });
    expect(idOf({ ...one, settings: { scan: { action: 'report', mode: 'full' } } })).toBe(idOf(one));
    const others = [
      { ...one, settings: { scan: { mode: 'quick', action: 'report' } } } as const,
      { ...one, locked: ['scan.mode'] as PolicySettingKey[] },
      { ...one, name: 'Renamed' },
    ];
    expect(new Set([one, ...others].map((each) => idOf(each))).size).toBe(4);
    expect(idOf()).toBeUndefined();
  });

  it('can be read by the agent’s own schema, with settings, locks and what holds away', () => {
    const base = policyOf(0, { settings: keep(30), locked: [KEEP] });
    const away = policyOf(5, {
      state: 'out-of-office',
      settings: { scan: { mode: 'full' } },
      outOfOfficeAfterSyncs: 9,
    });
    const policy = agentPolicyOf(
      layersOf(chainFor([base, away]) ?? [], device),
      layersOf(chainFor([base, away], true) ?? [], device),
    );
    expect(policy).toMatchObject({
      name: 'Policy of 0',
      settings: keep(30),
      locked: [KEEP],
      outOfOffice: { name: 'Policy of 5', afterMissedSyncs: 9, settings: { ...keep(30), scan: { mode: 'full' } } },
    });
    expect(AgentPolicySettings.parse(policy?.settings)).toEqual(policy?.settings);
  });

  it('takes an out-of-office policy in the place of the active one of its group, inactive ones never', () => {
    const [top, active, away, idle] = [
      policyOf(0),
      policyOf(5),
      policyOf(5, { state: 'out-of-office' }),
      policyOf(5, { state: 'inactive' }),
    ];
    expect(chainFor([top, idle, active, away])).toEqual([top, active]);
    expect(chainFor([top, idle, active, away], true)).toEqual([top, away]);
    expect(chainFor([top, active], true)).toBeNull();
  });
});

describe('a save', () => {
  it('touches what it sets, changes, locks or takes away, in the policy and in its profiles', () => {
    const before = policyOf(0, { settings: { ...keep(30), scan: { mode: 'full' } } });
    expect(touchedSettings(before, before)).toEqual([]);
    expect(touchedSettings(before, { ...before, settings: keep(31) })).toEqual(['scan.mode', KEEP]);
    expect(touchedSettings(before, { ...before, locked: [KEEP] })).toEqual([KEEP]);
    expect(touchedSettings(before, { ...before, profiles: [profile('x', { settings: keep(1) })] })).toEqual([KEEP]);
    expect(touchedSettings(null, before)).toEqual(['scan.mode', KEEP]);
  });

  it('without some settings has none of them anywhere, and all of the others', () => {
    const full = policyOf(0, {
      settings: { ...keep(30), scan: { mode: 'full' } },
      locked: [KEEP, 'scan.mode'],
      profiles: [profile('x', { settings: keep(1), locked: [KEEP] })],
    });
    const less = withoutSettings(full, new Set([KEEP]));
    expect(settingsSet(less)).toEqual(['scan.mode']);
    expect([less.locked, less.profiles[0]?.locked]).toEqual([['scan.mode'], []]);
    expect(full.settings.quarantine).toEqual({ keepDays: 30 });
  });
});
