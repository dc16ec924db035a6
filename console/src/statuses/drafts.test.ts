import type { ConditionSettings } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { canSwitchOn, changesOf, isChanged, issuesOf, levelDraftOf, settingIn, withLevel } from './drafts.ts';

const level = (enabled: boolean, value: number | string | null = null, choices: string[] = []) => ({
  enabled,
  value,
  choices,
});
const condition = (more: Partial<ConditionSettings> = {}): ConditionSettings => ({
  key: 'databasesOutdated',
  title: 'Databases are outdated',
  comparison: 'above',
  number: { unit: 'days', smallest: 1, largest: 100 },
  choice: null,
  choices: null,
  requires: [],
  knownBy: '',
  defaults: { critical: level(true, 7), warning: level(true, 3), locked: false },
  setting: { critical: level(true, 7), warning: level(true, 3), locked: false },
  own: false,
  inheritedFrom: null,
  lockedBy: null,
  ...more,
});

describe('drafts of device status settings', () => {
  it('are what is set until something is changed, without a lock that is not one’s own', () => {
    const locked = { ...condition().setting, locked: true };
    expect(settingIn(condition({ setting: locked }), {}).locked).toBe(false);
    expect(settingIn(condition({ setting: locked, own: true }), {}).locked).toBe(true);
    expect(settingIn(condition(), { databasesOutdated: null }).critical.value).toBe(7);
  });

  it('say nothing new when they are put back by hand', () => {
    const one = condition();
    const other = withLevel(one, one.setting, 'critical', { value: '9', choices: [], locked: false });
    expect(isChanged(one, { databasesOutdated: other })).toBe(true);
    const again = withLevel(one, other, 'critical', { value: '7', choices: [], locked: false });
    expect(isChanged(one, { databasesOutdated: again })).toBe(false);
    expect(changesOf([one], { databasesOutdated: again })).toEqual([]);
    expect(isChanged(one, { databasesOutdated: null })).toBe(false);
  });

  it('become changes in the order of the page', () => {
    const own = condition({ key: 'b', own: true });
    const other = condition({ key: 'a' });
    const setting = withLevel(other, other.setting, 'warning', { value: '2', choices: [], locked: true });
    expect(changesOf([own, other], { a: setting, b: null })).toEqual([
      { condition: 'b', setting: null },
      { condition: 'a', setting: { critical: level(true, 7), warning: level(true, 2), locked: true } },
    ]);
  });

  it('know what a level cannot be', () => {
    const draft = (value: string, choices: string[] = []) => ({ value, choices, locked: false });
    const one = condition();
    for (const value of ['', ' ', 'x', '0', '101', 'Infinity']) expect(issuesOf(one, draft(value))).toEqual(['range']);
    for (const value of ['1', '100', '1.5']) expect(issuesOf(one, draft(value))).toEqual([]);
    const options = [{ key: 'high', title: 'High' }];
    const word = condition({ number: null, choice: { label: 'Level', options } });
    expect(issuesOf(word, draft('low'))).toEqual(['choice']);
    expect(issuesOf(word, draft('high'))).toEqual([]);
    const some = condition({ number: null, choices: { label: 'Results', options, fewest: 1 } });
    expect(issuesOf(some, draft(''))).toEqual(['choices']);
    expect(issuesOf(some, draft('', ['high']))).toEqual([]);
  });

  it('of a level without a value cannot be switched on before it has one', () => {
    const one = condition({ setting: { critical: level(false), warning: level(true, 3), locked: false } });
    expect([canSwitchOn(one, one.setting, 'critical'), canSwitchOn(one, one.setting, 'warning')]).toEqual([
      false,
      true,
    ]);
    expect(levelDraftOf(one.setting, 'warning')).toEqual({ value: '3', choices: [], locked: false });
  });
});
