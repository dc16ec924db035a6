import type { StatusLevel, StatusReason } from '@gatehouse/contract';
import type { DecidedStatus, DeviceState } from '../devices/index.ts';
import { type ConditionSetting, DAY_MS, type LevelSetting, MINUTE_MS, type StatusCondition } from './condition.ts';
import { conditions } from './conditions/index.ts';

export interface DecisionContext {
  now: Date;
  /** A device that was not seen for this long is not visible. */
  visibleForMinutes: number;
  settingOf: (condition: StatusCondition) => ConditionSetting;
}

export const isVisible = (device: Pick<DeviceState, 'lastSeenAt'>, now: Date, visibleForMinutes: number): boolean =>
  device.lastSeenAt !== null && now.getTime() - device.lastSeenAt.getTime() <= visibleForMinutes * MINUTE_MS;

const applies = ({ requires }: StatusCondition, device: DeviceState, now: Date, visible: boolean): boolean =>
  !(
    (requires.visible && !visible) ||
    (requires.agentInstalled && !device.agentInstalled) ||
    (requires.securityAppInstalled && device.securityProduct === '') ||
    (requires.minDaysInDatabase !== undefined &&
      now.getTime() - device.createdAt.getTime() < requires.minDaysInDatabase * DAY_MS)
  );

const limitText = (condition: StatusCondition, setting: LevelSetting): string =>
  condition.value && setting.value !== null ? ` (more than ${setting.value})` : '';

/**
 * The status of a device: Critical when a condition set to Critical holds, else Warning when one set to Warning does,
 * else OK. Decides only: no I/O, no clock. A reason that goes on keeps the moment since when it holds.
 *
 * As the specification says, a condition that needs a visible device does not count while the device is out of sight.
 * Readers tell "no longer seen" from "mended" by `visible`.
 */
export const decideStatus = (
  device: DeviceState,
  before: DecidedStatus | null,
  context: DecisionContext,
): DecidedStatus => {
  const { now } = context;
  const visible = isVisible(device, now, context.visibleForMinutes);
  let mask = 0;
  const reasons: StatusReason[] = [];

  for (const condition of conditions) {
    if (!applies(condition, device, now, visible)) continue;
    const finding = condition.find(device, { now });
    if (!finding) continue;
    const setting = context.settingOf(condition);
    const holds = (level: LevelSetting) =>
      level.enabled && (condition.value === null || finding.amount > (level.value ?? Number.POSITIVE_INFINITY));
    const level = holds(setting.critical) ? 'critical' : holds(setting.warning) ? 'warning' : null;
    if (level === null) continue;
    mask |= 1 << condition.maskBit;
    const earlier = before?.reasons.find((reason) => reason.condition === condition.key && reason.level === level);
    reasons.push({
      condition: condition.key,
      title: condition.title,
      level,
      since: earlier?.since ?? now.toISOString(),
      detail: `${finding.detail}${limitText(condition, setting[level])}`,
    });
  }

  const level: StatusLevel = reasons.some((reason) => reason.level === 'critical')
    ? 'critical'
    : reasons.length > 0
      ? 'warning'
      : 'ok';
  reasons.sort((a, b) => Number(b.level === 'critical') - Number(a.level === 'critical'));
  return { level, mask, reasons, visible, since: before && before.level === level ? before.since : now };
};

/** By value: the store gives the members of a reason back in an order of its own. */
const isSameReason = (a: StatusReason, b: StatusReason | undefined): boolean =>
  a.condition === b?.condition &&
  a.level === b.level &&
  a.since === b.since &&
  a.detail === b.detail &&
  a.title === b.title;

/** Whether what was decided differs from what stands; the wording of a reason counts, since people read it. */
export const differs = (a: DecidedStatus, b: DecidedStatus): boolean =>
  a.level !== b.level ||
  a.mask !== b.mask ||
  a.visible !== b.visible ||
  a.reasons.length !== b.reasons.length ||
  !a.reasons.every((reason, index) => isSameReason(reason, b.reasons[index]));
