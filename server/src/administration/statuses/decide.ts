import type { StatusLevel } from '@gatehouse/contract';
import type { DecidedStatus, DeviceState, KeptReason } from '../devices/index.ts';
import { DAY_MS, type Look, MINUTE_MS, type StatusCondition } from './condition.ts';
import type { Rule } from './rules.ts';

export interface DecisionContext extends Omit<Look, 'visible'> {
  /** A device that was not seen for this long is not visible. */
  visibleForMinutes: number;
  /** Of the device's group. */
  rules: readonly Rule[];
}

export const isVisible = (device: Pick<DeviceState, 'lastSeenAt'>, now: Date, visibleForMinutes: number): boolean =>
  device.lastSeenAt !== null && now.getTime() - device.lastSeenAt.getTime() <= visibleForMinutes * MINUTE_MS;

const levels = ['critical', 'warning'] as const;
const NEVER = Number.POSITIVE_INFINITY;

/** When a device is old enough for a condition; long ago for one that asks for no age. */
const oldEnoughAt = ({ requires }: StatusCondition, device: DeviceState): number =>
  requires.minDaysInDatabase === undefined
    ? Number.NEGATIVE_INFINITY
    : device.createdAt.getTime() + requires.minDaysInDatabase * DAY_MS;

/** A limit is worth naming beside what was found; words that were chosen are said by what was found. */
const limitText = ({ condition, setting }: Rule, level: (typeof levels)[number]): string =>
  condition.value.kind === 'number'
    ? ` (${condition.value.comparison === 'above' ? 'more' : 'less'} than ${setting[level].value})`
    : '';

/**
 * The status of a device: Critical when a condition set to Critical holds, else Warning when one set to Warning does,
 * else OK. Decides only: no I/O, no clock. A reason that goes on keeps the moment since when it holds.
 *
 * As the specification says, a condition that needs a visible device does not count while the device is out of sight.
 * What held when it was last seen is kept as `unseen`, so that readers can tell "no longer seen" from "mended".
 */
export const decideStatus = (
  device: DeviceState,
  before: DecidedStatus | null,
  context: DecisionContext,
): DecidedStatus => {
  const { now, rules } = context;
  const time = now.getTime();
  const visible = isVisible(device, now, context.visibleForMinutes);
  const look: Look = { now, syncSeconds: context.syncSeconds, visible };
  // Out of sight it comes only by time; back into sight only by being seen.
  let nextAt =
    visible && device.lastSeenAt ? device.lastSeenAt.getTime() + context.visibleForMinutes * MINUTE_MS + 1 : NEVER;
  let mask = 0;
  const critical: KeptReason[] = [];
  const warning: KeptReason[] = [];

  for (const rule of rules) {
    const { condition, setting } = rule;
    if (!setting.critical.enabled && !setting.warning.enabled) continue;
    const { requires } = condition;
    if (
      (requires.visible && !visible) ||
      (requires.agentInstalled && !device.agentInstalled) ||
      (requires.securityAppInstalled && device.securityProduct === '')
    ) {
      continue;
    }
    const oldEnough = oldEnoughAt(condition, device);
    if (time < oldEnough) {
      nextAt = Math.min(nextAt, oldEnough);
      continue;
    }
    let holds = false;
    for (const level of levels) {
      const own = setting[level];
      if (!own.enabled) continue;
      if (condition.turnsAt) nextAt = Math.min(nextAt, condition.turnsAt(device, own, look));
      if (holds) continue;
      const why = condition.why(device, own, look, level);
      if (why === null) continue;
      holds = true;
      mask |= 1 << condition.maskBit;
      const earlier = before?.reasons.find((reason) => reason.condition === condition.key && reason.level === level);
      (level === 'critical' ? critical : warning).push({
        condition: condition.key,
        title: condition.title,
        level,
        since: (earlier ?? unseenOf(before, condition, level, visible))?.since ?? now.toISOString(),
        detail: `${why}${limitText(rule, level)}`,
        rule: { groupId: rule.groupId, value: rule.words[level] },
      });
    }
  }

  const level: StatusLevel = critical.length > 0 ? 'critical' : warning.length > 0 ? 'warning' : 'ok';
  return {
    level,
    mask,
    reasons: warning.length === 0 ? critical : [...critical, ...warning],
    unseen: visible ? [] : noLongerSeen(before, rules),
    visible,
    since: before && before.level === level ? before.since : now,
    nextAt: nextAt === NEVER ? null : new Date(nextAt),
  };
};

/** A reason that was only out of sight has gone on all the while, as far as anybody can tell. */
const unseenOf = (
  before: DecidedStatus | null,
  { key }: StatusCondition,
  level: 'critical' | 'warning',
  visible: boolean,
): KeptReason | undefined =>
  visible ? before?.unseen.find((reason) => reason.condition === key && reason.level === level) : undefined;

/** What held before and needs sight of the device, which is gone; without what nobody asks for any more. */
const noLongerSeen = (before: DecidedStatus | null, rules: readonly Rule[]): KeptReason[] => {
  if (before === null || (before.reasons.length === 0 && before.unseen.length === 0)) return [];
  return [...before.reasons, ...before.unseen].filter((reason) => {
    const rule = rules.find(({ condition }) => condition.key === reason.condition);
    return rule?.condition.requires.visible === true && rule.setting[reason.level].enabled;
  });
};

/** By value: the store gives the members of a reason back in an order of its own. */
const isSameReason = (a: KeptReason, b: KeptReason | undefined): boolean =>
  a.condition === b?.condition &&
  a.level === b.level &&
  a.since === b.since &&
  a.detail === b.detail &&
  a.title === b.title &&
  a.rule?.groupId === b.rule?.groupId &&
  a.rule?.value === b.rule?.value;

const areSame = (a: readonly KeptReason[], b: readonly KeptReason[]): boolean =>
  a.length === b.length && a.every((reason, index) => isSameReason(reason, b[index]));

/**
 * Whether what was decided differs from what stands; the wording of a reason counts, since people read it. Not the next
 * moment at which to look.
 */
export const differs = (a: DecidedStatus, b: DecidedStatus): boolean =>
  a.level !== b.level ||
  a.mask !== b.mask ||
  a.visible !== b.visible ||
  !areSame(a.reasons, b.reasons) ||
  !areSame(a.unseen, b.unseen);

/** Whether the clock must be looked at sooner than the one that stands says. */
export const isSooner = (a: DecidedStatus, b: DecidedStatus): boolean =>
  a.nextAt !== null && (b.nextAt === null || a.nextAt < b.nextAt);
