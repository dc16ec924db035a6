import type { ConditionSetting } from '@gatehouse/contract';
import type { StatusCondition } from './condition.ts';
import { conditions } from './conditions/index.ts';
import { inWords } from './settings.ts';
import type { OwnSetting } from './store.ts';

/** What holds for a condition in a group. */
export interface Rule {
  condition: StatusCondition;
  setting: ConditionSetting;
  /** The group whose own setting it is; null: nobody set it, it is the condition's default. */
  groupId: number | null;
  /** The group above that forbids to change it; null: it may be changed. */
  lockedBy: number | null;
  /** The settings in words, so that nobody has to put them together for each device. */
  words: Record<'critical' | 'warning', string>;
}

const ruleOf = (
  condition: StatusCondition,
  setting: ConditionSetting,
  place: Pick<Rule, 'groupId' | 'lockedBy'>,
): Rule => ({
  condition,
  setting,
  ...place,
  words: { critical: inWords(condition, setting.critical), warning: inWords(condition, setting.warning) },
});

/** Rules where nobody set anything, in the order of the conditions. */
export const defaultRules: readonly Rule[] = conditions.map((condition) =>
  ruleOf(condition, { ...condition.defaults, locked: false }, { groupId: null, lockedBy: null }),
);

/**
 * The rules of groups, given by path (`/0/12/`): for each condition the nearest setting on the way from the root down to
 * the group, else the condition's default. A locked one ends the way: what lies below it, also from before the lock,
 * does not count. Groups without a setting of their own share what is above them.
 */
export const rulesByPath = (own: readonly OwnSetting[]): ((path: string) => readonly Rule[]) => {
  const byGroup = Map.groupBy(own, ({ groupId }) => groupId);
  const made = new Map<string, readonly Rule[]>([['/', defaultRules]]);
  const rulesAt = (path: string): readonly Rule[] => {
    const known = made.get(path);
    if (known) return known;
    const ids = path.split('/').filter(Boolean);
    const groupId = Number(ids.at(-1));
    const above = rulesAt(`/${ids.slice(0, -1).join('/')}${ids.length > 1 ? '/' : ''}`);
    const here = byGroup.get(groupId) ?? [];
    const locks = above.some(({ setting, lockedBy }) => setting.locked && lockedBy === null);
    const rules =
      here.length === 0 && !locks
        ? above
        : above.map((rule) => {
            // Locked further up, or by the very group from which it comes.
            const lockedBy = rule.lockedBy ?? (rule.setting.locked ? rule.groupId : null);
            if (lockedBy !== null) return lockedBy === rule.lockedBy ? rule : { ...rule, lockedBy };
            const found = here.find(({ condition }) => condition === rule.condition.key);
            return found ? ruleOf(rule.condition, found.setting, { groupId, lockedBy: null }) : rule;
          });
    made.set(path, rules);
    return rules;
  };
  return rulesAt;
};
