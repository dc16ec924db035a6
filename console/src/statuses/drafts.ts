import type { ConditionSetting, ConditionSettings, LevelSetting, StatusSettingsChange } from '@gatehouse/contract';

export const levels = ['critical', 'warning'] as const;
export type Level = (typeof levels)[number];

/** What was changed and not saved, by condition; null: what is set above shall hold again. */
export type Drafts = Readonly<Record<string, ConditionSetting | null>>;

/** One level as it is being written: a number that is not finished is no number. */
export interface LevelDraft {
  value: string;
  choices: readonly string[];
  locked: boolean;
}

const areSame = (a: LevelSetting, b: LevelSetting): boolean =>
  a.enabled === b.enabled && a.value === b.value && a.choices.toSorted().join() === b.choices.toSorted().join();

/** What is set here as this page sees it: with what was changed. A lock from above is not this group's own. */
export const settingIn = (condition: ConditionSettings, drafts: Drafts): ConditionSetting =>
  drafts[condition.key] ?? { ...condition.setting, locked: condition.own && condition.setting.locked };

/** Whether a draft says anything new. */
export const isChanged = (condition: ConditionSettings, drafts: Drafts): boolean => {
  const draft = drafts[condition.key];
  if (draft === undefined) return false;
  if (draft === null) return condition.own;
  const { setting, own } = condition;
  return !(
    areSame(draft.critical, setting.critical) &&
    areSame(draft.warning, setting.warning) &&
    draft.locked === (own && setting.locked)
  );
};

/** What is to be saved, in the order of the page. */
export const changesOf = (conditions: readonly ConditionSettings[], drafts: Drafts): StatusSettingsChange['changes'] =>
  conditions
    .filter((condition) => isChanged(condition, drafts))
    .map(({ key }) => ({ condition: key, setting: drafts[key] ?? null }));

export const levelDraftOf = (setting: ConditionSetting, level: Level): LevelDraft => ({
  value: setting[level].value === null ? '' : String(setting[level].value),
  choices: setting[level].choices,
  locked: setting.locked,
});

export type DraftIssue = 'range' | 'choice' | 'choices';

/** What of a level cannot be set so. */
export const issuesOf = (condition: ConditionSettings, { value, choices }: LevelDraft): DraftIssue[] => {
  const issues: DraftIssue[] = [];
  const { number, choice, choices: offered } = condition;
  if (number) {
    const is = value.trim() === '' ? Number.NaN : Number(value);
    const fits = Number.isFinite(is) && is >= number.smallest && is <= (number.largest ?? Number.MAX_SAFE_INTEGER);
    if (!fits) issues.push('range');
  }
  if (choice && !choice.options.some(({ key }) => key === value)) issues.push('choice');
  if (offered && choices.length < offered.fewest) issues.push('choices');
  return issues;
};

/** The setting with one level as it was written, switched on. */
export const withLevel = (
  condition: ConditionSettings,
  setting: ConditionSetting,
  level: Level,
  { value, choices, locked }: LevelDraft,
): ConditionSetting => ({
  ...setting,
  locked,
  [level]: {
    enabled: true,
    value: condition.number ? Number(value) : condition.choice ? value : null,
    choices: [...choices],
  },
});

/** Whether a level can be switched on as it stands, or needs a value first. */
export const canSwitchOn = (condition: ConditionSettings, setting: ConditionSetting, level: Level): boolean =>
  issuesOf(condition, levelDraftOf(setting, level)).length === 0;
