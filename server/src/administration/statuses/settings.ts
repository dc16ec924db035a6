import type { Issue } from '../../platform/errors/index.ts';
import { InvalidInput } from '../../platform/errors/index.ts';
import type { Group } from '../groups/index.ts';
import type { ConditionSetting, LevelSetting, StatusCondition } from './condition.ts';
import type { OwnSetting } from './store.ts';

/**
 * The setting that a group's devices have: its own, else the nearest group's above, else the condition's default.
 * Groups are given by path, as `/0/12/`.
 */
export const settingsByGroup = (own: readonly OwnSetting[]) => {
  const at = new Map(own.map((entry) => [`${entry.groupId} ${entry.condition}`, entry]));
  return (
    group: Pick<Group, 'path'>,
    condition: StatusCondition,
  ): { setting: ConditionSetting; groupId: number | null } => {
    for (const id of group.path.split('/').filter(Boolean).reverse()) {
      const found = at.get(`${id} ${condition.key}`);
      if (found) return { setting: found.setting, groupId: found.groupId };
    }
    return { setting: condition.defaults, groupId: null };
  };
};

/** @throws InvalidInput naming each value that the condition cannot have */
export const checkSetting = (condition: StatusCondition, setting: ConditionSetting): ConditionSetting => {
  const issues: Issue[] = [];
  const check = (level: LevelSetting, where: string): LevelSetting => {
    if (!condition.value) return { enabled: level.enabled, value: null };
    const { smallest, largest, unit } = condition.value;
    const fits = level.value !== null && level.value >= smallest && (largest === null || level.value <= largest);
    if ((level.enabled || level.value !== null) && !fits) {
      const range = largest === null ? `${smallest} or more` : `${smallest} to ${largest}`;
      issues.push({ where: `body.settings.${where}.value`, what: `must be ${range} (${unit})` });
    }
    return level;
  };
  const checked = { critical: check(setting.critical, 'critical'), warning: check(setting.warning, 'warning') };
  if (issues.length > 0)
    throw new InvalidInput(`“${condition.title}” cannot be set to this`, issues, 'status-setting.bad-value');
  return checked;
};
