import type { ConditionSetting, LevelSetting } from '@gatehouse/contract';
import { type Params, pxgError, readArguments } from '@gatehouse/protocols/ksc-open-api';
import type { Group } from '../groups/index.ts';
import { checkSetting, type Rule, type SettingChanges } from '../statuses/index.ts';
import { refuseOthers } from './given.ts';

/** The two containers in which settings of device statuses go over the wire (KSCAPI 13.2 a00009). */
export const statusContainerNames = {
  critical: 'KLSRV_HSTSTAT_CRITICAL',
  warning: 'KLSRV_HSTSTAT_WARNING',
} as const;
export type StatusLevelName = keyof typeof statusContainerNames;

/** Members with a number of one condition, and how many of the member's unit one of the condition's is. */
const members: readonly { member: string; condition: string; factor: number }[] = [
  { member: 'KLSRV_HSTSTAT_SP_RPT_INACTIVE', condition: 'protectionDisabled', factor: 60 },
  { member: 'KLSRV_HSTSTAT_SP_VIRUSES', condition: 'tooManyViruses', factor: 1 },
  { member: 'KLSRV_HSTSTAT_OLD_FSCAN', condition: 'scanNotPerformed', factor: 1 },
  { member: 'KLSRV_HSTSTAT_OLD_AV_BASES', condition: 'databasesOutdated', factor: 1 },
  { member: 'KLSRV_HSTSTAT_OLD_LAST_CONNECT', condition: 'notConnected', factor: 1 },
  { member: 'KLSRV_HSTSTAT_OLD_LICENSE', condition: 'licenseExpiresSoon', factor: 1 },
  { member: 'KLSRV_HSTSTAT_SP_UNCURED', condition: 'activeThreats', factor: 1 },
  { member: 'KLSRV_HSTSTAT_SP_UASEARCH', condition: 'windowsUpdateCheckOld', factor: 1 },
  { member: 'KLSRV_HSTSTAT_SP_DISKSPACE', condition: 'outOfDiskSpace', factor: 1 },
];
const MASK = 'KLSRV_HSTSTAT_MASK';
const INHERITED = 'KLSRV_HSTSTAT_INHERITED';

const numberOf = ({ value }: LevelSetting): number => (typeof value === 'number' ? value : 0);
const isOwn = (rules: readonly Rule[], group: Group): boolean => rules.some(({ groupId }) => groupId === group.id);
const maskOf = (rules: readonly Rule[], level: StatusLevelName): number =>
  rules.reduce((mask, { condition, setting }) => (setting[level].enabled ? mask | (1 << condition.maskBit) : mask), 0);

/** What makes devices of the group critical, or warning, as it holds there. */
export const statusContainer = (level: StatusLevelName, group: Group, rules: readonly Rule[]): Params => ({
  [INHERITED]: !isOwn(rules, group),
  KLSRV_HSTSTAT_INHERITABLE: true,
  KLSRV_HSTSTAT_LOCKED: rules.some(({ groupId, setting }) => groupId === group.id && setting.locked),
  [MASK]: maskOf(rules, level),
  ...Object.fromEntries(
    members.map(({ member, condition, factor }) => {
      const rule = rules.find((one) => one.condition.key === condition);
      return [member, Math.min(rule ? numberOf(rule.setting[level]) * factor : 0, 2 ** 31 - 1)];
    }),
  ),
});

const changedLevel = (rule: Rule, level: StatusLevelName, given: Params, shown: number): LevelSetting => {
  const info = readArguments(given);
  const before = rule.setting[level];
  const bit = 1 << rule.condition.maskBit;
  const mask = info.int(MASK);
  // Two conditions share a bit: what is as it was stays as it is, also where only one of them is on.
  const enabled = mask === undefined || (mask & bit) === (shown & bit) ? before.enabled : (mask & bit) !== 0;
  const place = members.find(({ condition }) => condition === rule.condition.key);
  const number = place && info.long(place.member);
  const isSame = number === undefined || !place || number === numberOf(before) * place.factor;
  return { ...before, enabled, value: isSame ? before.value : number / place.factor };
};

/**
 * What a program wants to change, condition by condition: only what differs from what holds.
 *
 * @param given the containers that were given
 * @returns with null for conditions that shall have the parent's setting again
 * @throws PxgError 1193 for what is locked above, or has no counterpart here; InvalidInput for a value that cannot be
 */
export const statusChanges = (
  given: Partial<Record<StatusLevelName, Params>>,
  group: Group,
  rules: readonly Rule[],
): SettingChanges => {
  const containers = Object.entries(given) as [StatusLevelName, Params][];
  for (const [level, container] of containers) {
    const settable = [MASK, INHERITED, ...members.map(({ member }) => member)];
    refuseOthers(container, settable, statusContainer(level, group, rules), statusContainerNames[level]);
  }
  const wantsParents = containers.some(([, container]) => readArguments(container).boolean(INHERITED) === true);
  // As it was read it says nothing: a program that changes one number of what it read writes it back.
  if (wantsParents && isOwn(rules, group)) {
    return rules
      .filter(({ groupId }) => groupId === group.id)
      .map(({ condition }) => ({ condition: condition.key, setting: null }));
  }
  return rules.flatMap((rule) => {
    const { condition, lockedBy } = rule;
    const setting: ConditionSetting = { ...rule.setting };
    for (const [level, container] of containers)
      setting[level] = changedLevel(rule, level, container, maskOf(rules, level));
    if (JSON.stringify(setting) === JSON.stringify(rule.setting)) return [];
    if (lockedBy !== null) {
      throw pxgError('notPermitted', `“${condition.title}” is locked by a group above; change it there`);
    }
    const isFromAbove = rule.groupId !== group.id;
    // A lock of the group above is the group's above: what is set here is locked when somebody locks it here.
    const saved = isFromAbove ? { ...setting, locked: false } : setting;
    return [{ condition: condition.key, setting: checkSetting(condition, saved, `pInfo.${condition.key}`) }];
  });
};
