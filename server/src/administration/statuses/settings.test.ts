import type { ConditionSetting, LevelSetting } from '@gatehouse/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { on } from './device.testing.ts';
import { conditionOf, conditions, rulesByPath } from './index.ts';
import { checkSetting, inWords } from './settings.ts';

const condition = (key: string) => {
  const found = conditionOf(key);
  if (!found) throw new Error(`no condition ${key}`);
  return found;
};
const own = (groupId: number, value: number, locked = false) => ({
  groupId,
  condition: 'databasesOutdated',
  setting: { ...on(value), locked },
});

describe('a rule', () => {
  const from = (settings: ReturnType<typeof own>[], path: string) => {
    const rule = rulesByPath(settings)(path).find((one) => one.condition.key === 'databasesOutdated');
    return [rule?.setting.critical.value, rule?.groupId, rule?.lockedBy];
  };

  it('comes from the group itself, else from the nearest group above, else from the condition', () => {
    const settings = [own(1, 11), own(12, 22)];
    expect(from(settings, '/1/12/123/')).toEqual([22, 12, null]);
    expect(from(settings, '/1/13/')).toEqual([11, 1, null]);
    expect(from(settings, '/1/')).toEqual([11, 1, null]);
    expect(from(settings, '/112/')).toEqual([7, null, null]);
    expect(from(settings, '/')).toEqual([7, null, null]);
    const other = rulesByPath(settings)('/1/').find((rule) => rule.condition.key === 'activeThreats');
    expect(other?.groupId).toBeNull();
  });

  it('that is locked holds below, whatever was set there before', () => {
    const settings = [own(1, 11, true), own(12, 22), own(123, 33, true)];
    expect(from(settings, '/1/')).toEqual([11, 1, null]);
    expect(from(settings, '/1/12/')).toEqual([11, 1, 1]);
    expect(from(settings, '/1/12/123/')).toEqual([11, 1, 1]);
    const below = [own(1, 11), own(12, 22, true), own(123, 33)];
    expect(from(below, '/1/12/')).toEqual([22, 12, null]);
    expect(from(below, '/1/12/123/')).toEqual([22, 12, 12]);
    expect(from(below, '/1/13/')).toEqual([11, 1, null]);
  });

  it('of any tree is the one that a walk from the group to the root finds', () => {
    const tree = fc.array(fc.nat(3), { minLength: 1, maxLength: 6 });
    const settings = fc.uniqueArray(fc.record({ groupId: fc.nat(30), locked: fc.boolean() }), {
      selector: ({ groupId }) => groupId,
      maxLength: 12,
    });
    fc.assert(
      fc.property(tree, settings, (steps, set) => {
        const ids = steps.map((step, depth) => depth * 4 + step);
        const rules = set.map(({ groupId, locked }) => own(groupId, groupId + 100, locked));
        const way = ids.flatMap((id) => set.filter(({ groupId }) => groupId === id));
        const lock = way.findIndex(({ locked }) => locked);
        const expected = lock >= 0 ? way[lock] : way.at(-1);
        const lockedBy = lock >= 0 && expected?.groupId !== ids.at(-1) ? (expected?.groupId ?? null) : null;
        expect(from(rules, `/${ids.join('/')}/`)).toEqual([
          expected ? expected.groupId + 100 : 7,
          expected?.groupId ?? null,
          lockedBy,
        ]);
      }),
    );
  });
});

describe('a setting', () => {
  const level = (enabled: boolean, value: LevelSetting['value'], choices: string[] = []) => ({
    enabled,
    value,
    choices,
  });
  const set = (critical: LevelSetting, warning: LevelSetting = level(false, null)): ConditionSetting => ({
    critical,
    warning,
    locked: false,
  });
  const issues = (key: string, setting: ConditionSetting) => {
    try {
      checkSetting(condition(key), setting);
      return [];
    } catch (error) {
      expect(error).toMatchObject({ code: 'status-setting.bad-value', httpStatus: 400 });
      return (error as { issues: { where: string }[] }).issues.map(({ where }) => where);
    }
  };

  it.each<[string, string, ConditionSetting, string[]]>([
    ['numbers in range', 'databasesOutdated', set(level(true, 7), level(true, 3)), []],
    ['the smallest', 'databasesOutdated', set(level(true, 1), level(true, 1)), []],
    ['none where it is off', 'databasesOutdated', set(level(false, null)), []],
    ['too small', 'databasesOutdated', set(level(true, 0), level(true, null)), ['critical.value', 'warning.value']],
    ['too small, though off', 'databasesOutdated', set(level(true, 7), level(false, 0.5)), ['warning.value']],
    ['the largest', 'tooManyViruses', set(level(true, 32_767)), []],
    ['too large', 'tooManyViruses', set(level(true, 32_768)), ['critical.value']],
    ['a word for a number', 'tooManyViruses', set(level(true, 'many')), ['critical.value']],
    ['a word', 'rtpLevelDiffers', set(level(true, 'paused')), []],
    ['an unknown word', 'rtpLevelDiffers', set(level(true, 'loud')), ['critical.value']],
    ['a number for a word', 'rtpLevelDiffers', set(level(true, 1)), ['critical.value']],
    ['choices', 'encryptionStatus', set(level(true, null, ['error', 'no-policy'])), []],
    ['no choice', 'encryptionStatus', set(level(true, null, [])), ['critical.choices']],
    ['no choice where it is off', 'encryptionStatus', set(level(false, null, [])), []],
    ['an unknown choice', 'encryptionStatus', set(level(true, null, ['error', 'x'])), ['critical.choices']],
    ['no reason', 'restartRequired', set(level(true, 5, [])), ['critical.choices']],
    ['no flag', 'vulnerabilities', set(level(true, 'high', [])), []],
    ['two mistakes', 'vulnerabilities', set(level(true, 'x', ['y'])), ['critical.value', 'critical.choices']],
  ])('with %s', (_what, key, setting, wanted) => {
    expect(issues(key, setting)).toEqual(wanted.map((where) => `body.setting.${where}`));
  });

  it('keeps nothing that its condition has no use for, and each choice once', () => {
    expect(checkSetting(condition('securityAppNotRunning'), set(level(true, 5, ['x']))).critical).toEqual(
      level(true, null, []),
    );
    const doubled = set(level(true, null, ['error', 'error']));
    expect(checkSetting(condition('encryptionStatus'), doubled).critical.choices).toEqual(['error']);
  });

  it('of every default may be set, and no two conditions share a key', () => {
    expect(new Set(conditions.map(({ key }) => key)).size).toBe(21);
    for (const one of conditions) {
      const defaults = { ...one.defaults, locked: false };
      expect(checkSetting(one, defaults)).toEqual(defaults);
    }
    const bits = conditions.map(({ maskBit }) => maskBit).toSorted((a, b) => a - b);
    // One bit is shared: the mask does not tell a licence that expired from one that will.
    expect(bits).toEqual([
      ...Array.from({ length: 10 }, (_, bit) => bit),
      9,
      ...Array.from({ length: 10 }, (_, bit) => bit + 10),
    ]);
  });

  it('can be said in words', () => {
    const words = (key: string, of: LevelSetting) => inWords(condition(key), of);
    expect(words('databasesOutdated', level(true, 3))).toBe('more than 3 days');
    expect(words('outOfDiskSpace', level(true, 100))).toBe('less than 100 MB');
    expect(words('securityAppNotRunning', level(true, null))).toBe('on');
    expect(words('rtpLevelDiffers', level(true, 'running'))).toBe('Running');
    expect(words('vulnerabilities', level(true, 'high', ['ignore-unfixable']))).toBe(
      'High or graver; Ignore if the vulnerability cannot be fixed',
    );
    expect(words('encryptionStatus', level(true, null, ['no-policy']))).toBe('No encryption policy is specified');
  });
});
