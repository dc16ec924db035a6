import type { LevelSetting } from '@gatehouse/contract';
import { type DeviceState, SILENCE_MS } from '../devices/index.ts';

/** What must be true of a device before a condition is looked at; each has its words for the console. */
export interface Requires {
  visible?: boolean;
  agentInstalled?: boolean;
  securityAppInstalled?: boolean;
  /** The device has been known for at least this long. */
  minDaysInDatabase?: number;
}

export type Option = Readonly<{ key: string; title: string }>;
/** What may be chosen beside a value; a level that is on needs at least `fewest` of them. */
export type Choices = Readonly<{ label: string; options: readonly Option[]; fewest: 0 | 1 }>;

/** What can be set for one level of a condition beside on and off. */
export type ValueKind =
  | { kind: 'switch' }
  /** Above or below a number. */
  | {
      kind: 'number';
      comparison: 'above' | 'below';
      unit: string;
      smallest: number;
      largest: number | null;
      choices?: Choices;
    }
  /** One of some words. */
  | { kind: 'choice'; label: string; options: readonly Option[]; choices?: Choices }
  /** Any of some words. */
  | { kind: 'choices'; choices: Choices };

/** What conditions may ask beside the device. */
export interface Look {
  now: Date;
  /** How often agents are to tell their facts. */
  syncSeconds: number;
  /** Whether the device is in sight. */
  visible: boolean;
}

/** One of the conditions that can make a device Critical or Warning. */
export interface StatusCondition {
  /** Stable key, as `activeThreats`. */
  key: string;
  title: string;
  /** Bit of KLHST_WKS_STATUS_MASK. */
  maskBit: number;
  requires: Requires;
  value: ValueKind;
  /** How the server comes to know it, and of which operating systems; people read it. */
  knownBy: string;
  defaults: Readonly<{ critical: LevelSetting; warning: LevelSetting }>;
  /**
   * Why the condition holds at a level that is set so, with the device's own figures and without the limit
   * (`2 active threats`); null when it does not. Pure. Words stay the same while nothing of note changed.
   *
   * @param level whether it is asked for Critical or for Warning, which few conditions need to know
   */
  why: (device: DeviceState, setting: LevelSetting, look: Look, level: 'critical' | 'warning') => string | null;
  /**
   * For a condition in which time plays a part: the first moment (milliseconds of the epoch, later than now) at which
   * `why` may answer otherwise for the same device; infinite when it never will.
   */
  turnsAt?: (device: DeviceState, setting: LevelSetting, look: Look) => number;
}

/** Marks a condition and checks its shape; each is one file, `conditions/index.ts` lists them. */
export const statusCondition = (condition: StatusCondition): StatusCondition => condition;

export const DAY_MS = 86_400_000;
export const MINUTE_MS = 60_000;

export const off = (value: LevelSetting['value'] = null, choices: string[] = []): LevelSetting => ({
  enabled: false,
  value,
  choices,
});
export const on = (value: LevelSetting['value'] = null, choices: string[] = []): LevelSetting => ({
  enabled: true,
  value,
  choices,
});

/** `1 day`, `3 days`. */
export const counted = (amount: number, one: string, many = `${one}s`): string =>
  `${amount} ${amount === 1 ? one : many}`;

/** Whether more was found than is set. */
export const isAbove = (amount: number, { value }: LevelSetting): boolean =>
  typeof value === 'number' && amount > value;

/**
 * A condition that holds when something is older than the set number of units.
 *
 * @param from what ages; null: nothing does
 * @param words what to say of an age in whole units
 * @param saysUnits whether the words name the age, and so change with each unit
 */
export const olderThan = ({
  from,
  words,
  unitMs,
  saysUnits = true,
}: {
  from: (device: DeviceState) => Date | null;
  words: (units: number, device: DeviceState) => string;
  unitMs: number;
  saysUnits?: boolean;
}): Pick<StatusCondition, 'why' | 'turnsAt'> => ({
  why: (device, { value }, { now }) => {
    const at = from(device);
    if (at === null || typeof value !== 'number') return null;
    const age = now.getTime() - at.getTime();
    return age > value * unitMs ? words(Math.floor(age / unitMs), device) : null;
  },
  turnsAt: (device, { value }, { now }) => {
    const at = from(device)?.getTime();
    if (at === undefined || typeof value !== 'number') return Number.POSITIVE_INFINITY;
    const limit = at + Math.floor(value * unitMs) + 1;
    if (limit > now.getTime()) return limit;
    return saysUnits ? at + (Math.floor((now.getTime() - at) / unitMs) + 1) * unitMs : Number.POSITIVE_INFINITY;
  },
});

/** An agent may miss this many synchronizations before it counts as one that does not synchronize. */
const SYNCS_MAY_FAIL = 3;

/**
 * Whether a device is seen but does not synchronize: its agent is heard again and again, for longer than the time in
 * which it should have told its facts four times. One that was off and has only just come back is none.
 */
export const isUnsynced = (
  { agentInstalled, heardSince, lastSeenAt }: DeviceState,
  { syncSeconds }: Pick<Look, 'syncSeconds'>,
): boolean =>
  agentInstalled &&
  heardSince !== null &&
  lastSeenAt !== null &&
  lastSeenAt.getTime() - heardSince.getTime() > SYNCS_MAY_FAIL * syncSeconds * 1000;

/**
 * Being heard marks no device as due, so one that may have stopped to synchronize is looked at now and then. One that is
 * silent begins anew when it is heard again: the longer it was, the less it is looked at, until it is out of sight.
 */
export const unsyncedTurnsAt = (device: DeviceState, { now, syncSeconds, visible }: Look): number => {
  const from = device.heardSince ?? device.factsAt ?? device.enrolledAt;
  if (from === null || device.lastSeenAt === null || !device.agentInstalled || !visible)
    return Number.POSITIVE_INFINITY;
  if (isUnsynced(device, { syncSeconds })) return Number.POSITIVE_INFINITY;
  const mayFailMs = SYNCS_MAY_FAIL * syncSeconds * 1000;
  const limit = from.getTime() + mayFailMs + 1;
  if (limit > now.getTime()) return limit;
  const silentMs = now.getTime() - device.lastSeenAt.getTime();
  return now.getTime() + (silentMs > SILENCE_MS ? Math.max(mayFailMs, silentMs) : syncSeconds * 1000);
};
