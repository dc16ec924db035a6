import type { ConditionSetting, LevelSetting, StatusCondition as StatusConditionReply } from '@gatehouse/contract';
import type { Issue } from '../../platform/errors/index.ts';
import { InvalidInput } from '../../platform/errors/index.ts';
import { type Choices, counted, type Requires, type StatusCondition } from './condition.ts';

/** @throws InvalidInput naming each value that the condition cannot have */
export const checkSetting = (
  condition: StatusCondition,
  setting: ConditionSetting,
  where = 'body.setting',
): ConditionSetting => {
  const issues: Issue[] = [];
  const { value: kind } = condition;
  const choices = choicesOf(condition);
  const check = (level: LevelSetting, place: string): LevelSetting => {
    const complain = (member: string, what: string) => issues.push({ where: `${where}.${place}.${member}`, what });
    const isGiven = level.enabled || level.value !== null;
    if (kind.kind === 'number' && isGiven) {
      const { smallest, largest, unit } = kind;
      const { value } = level;
      if (typeof value !== 'number' || value < smallest || (largest !== null && value > largest)) {
        const range = largest === null ? `${smallest} or more` : `${smallest} to ${largest}`;
        complain('value', `must be ${range} (${unit})`);
      }
    }
    if (kind.kind === 'choice' && isGiven && !kind.options.some(({ key }) => key === level.value)) {
      complain('value', `must be one of ${kind.options.map(({ key }) => key).join(', ')}`);
    }
    const chosen = [...new Set(level.choices)];
    if (choices) {
      const options = choices.options.map(({ key }) => key);
      if (chosen.some((key) => !options.includes(key))) complain('choices', `must be some of ${options.join(', ')}`);
      if (level.enabled && chosen.length < choices.fewest) complain('choices', 'must name at least one');
    }
    return {
      enabled: level.enabled,
      value: kind.kind === 'number' || kind.kind === 'choice' ? level.value : null,
      choices: choices ? chosen : [],
    };
  };
  const checked = {
    critical: check(setting.critical, 'critical'),
    warning: check(setting.warning, 'warning'),
    locked: setting.locked,
  };
  if (issues.length > 0)
    throw new InvalidInput(`“${condition.title}” cannot be set to this`, issues, 'status-setting.bad-value');
  return checked;
};

const choicesOf = ({ value }: StatusCondition): Choices | undefined =>
  value.kind === 'switch' ? undefined : value.choices;

/** A setting as its history tells it: without what its condition has no use for, or what is not set. */
export const settingState = ({ critical, warning, locked }: ConditionSetting) => {
  const levelState = ({ enabled, value, choices }: LevelSetting) => ({
    enabled,
    value,
    ...(choices.length > 0 && { choices }),
  });
  return { critical: levelState(critical), warning: levelState(warning), ...(locked && { locked }) };
};

/** What a level is set to, in words: `more than 3 days`, `Critical`, `on`. */
export const inWords = (condition: StatusCondition, { value, choices }: LevelSetting): string => {
  const { value: kind } = condition;
  const titles = (choicesOf(condition)?.options ?? []).filter(({ key }) => choices.includes(key));
  const named = titles.map(({ title }) => title).join(', ');
  switch (kind.kind) {
    case 'switch':
      return 'on';
    case 'number':
      return `${kind.comparison === 'above' ? 'more' : 'less'} than ${value} ${kind.unit}`;
    case 'choice':
      return [kind.options.find(({ key }) => key === value)?.title ?? '', named].filter(Boolean).join('; ');
    case 'choices':
      return named;
  }
};

const requirements = (requires: Requires): string[] => [
  ...(requires.visible ? ['The device is visible on the network'] : []),
  ...(requires.agentInstalled ? ['The agent is installed'] : []),
  ...(requires.securityAppInstalled ? ['A security application is installed'] : []),
  ...(requires.minDaysInDatabase
    ? [`The device has been known for ${counted(requires.minDaysInDatabase, 'day')} or more`]
    : []),
];

/** A condition as the console and others are told of it. */
export const describeCondition = (condition: StatusCondition): StatusConditionReply => {
  const { value } = condition;
  const choices = choicesOf(condition);
  const copy = (level: Readonly<LevelSetting>): LevelSetting => ({ ...level, choices: [...level.choices] });
  return {
    key: condition.key,
    title: condition.title,
    comparison: value.kind === 'number' ? value.comparison : 'is',
    number: value.kind === 'number' ? { unit: value.unit, smallest: value.smallest, largest: value.largest } : null,
    choice: value.kind === 'choice' ? { label: value.label, options: [...value.options] } : null,
    choices: choices ? { ...choices, options: [...choices.options] } : null,
    requires: requirements(condition.requires),
    knownBy: condition.knownBy,
    defaults: {
      critical: copy(condition.defaults.critical),
      warning: copy(condition.defaults.warning),
      locked: false,
    },
  };
};
