import type { DeviceState } from '../devices/index.ts';

/** What a level of a condition is set to. The value means what the condition's `unit` says; null for a mere switch. */
export interface LevelSetting {
  enabled: boolean;
  value: number | null;
}

export interface ConditionSetting {
  critical: LevelSetting;
  warning: LevelSetting;
}

/** What is measured now: null when the condition does not hold, whatever its value is set to. */
export interface Finding {
  /** Compared with the set value where the condition has one. */
  amount: number;
  /** Why, with the device's own figures, without the limit: `2 active threats`. */
  detail: string;
}

/** What must be true of a device before a condition is looked at; each has its words for the console. */
export interface Requires {
  visible?: boolean;
  agentInstalled?: boolean;
  securityAppInstalled?: boolean;
  /** The device has been known for at least this long. */
  minDaysInDatabase?: number;
}

/** One of the conditions that can make a device Critical or Warning. */
export interface StatusCondition {
  /** Stable key, as `activeThreats`. */
  key: string;
  title: string;
  /** Bit of KLHST_WKS_STATUS_MASK. */
  maskBit: number;
  requires: Requires;
  /** Null: a mere switch. Otherwise the condition holds when `amount` is above the set value. */
  value: { unit: string; smallest: number; largest: number | null } | null;
  defaults: ConditionSetting;
  /** Pure: the facts and the clock decide. */
  find: (device: DeviceState, context: { now: Date }) => Finding | null;
}

/** Marks a condition and checks its shape; each is one file, `conditions/index.ts` lists them. */
export const statusCondition = (condition: StatusCondition): StatusCondition => condition;

export const DAY_MS = 86_400_000;
export const MINUTE_MS = 60_000;

/** `1 day`, `3 days`. */
export const counted = (amount: number, one: string, many = `${one}s`): string =>
  `${amount} ${amount === 1 ? one : many}`;

/** Whole days from one moment to the other, rounded down. */
export const daysBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / DAY_MS;
