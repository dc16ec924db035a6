import type { Signal, SourceDevice, SourceEvent } from '../../sources/index.ts';
import { conditionNames, conditions } from '../reasons.ts';

const levels: Record<string, 'critical' | 'warning'> = {
  KLSRV_HOST_STATUS_CRITICAL: 'critical',
  KLSRV_HOST_STATUS_WARNING: 'warning',
};

export const isStatusEvent = (event: SourceEvent): boolean => event.type in levels && event.deviceId !== '';

const signalsOf = (names: string[]): Signal[] | null => {
  const found = names.map((name) => conditionNames.find((each) => each === name));
  if (found.some((name) => name === undefined)) return null;
  return [...new Set(found.flatMap((name) => (name === undefined ? [] : [conditions[name].signal])))];
};

/** What a device had after a status event, as far as the event tells. */
export interface PastDevice extends SourceDevice {
  /** The event named no conditions, or some that are not known: nothing may be concluded. */
  isUnclear: boolean;
}

/**
 * The device as a status event (4113, 4114) tells it. Such events come when the level changes, not with the return to
 * OK; which conditions hold only some servers say. Conditions that merely went out of sight are told apart: then the
 * device is not visible, and nothing that is missing counts as gone.
 */
export const deviceAfter = (event: SourceEvent): PastDevice => {
  const told = event.statusConditions;
  const present = told ? signalsOf(told.present) : null;
  const isUnclear = present === null || present.length === 0;
  return {
    deviceId: event.deviceId,
    name: event.deviceName,
    level: isUnclear ? 'ok' : (levels[event.type] ?? 'ok'),
    signals: isUnclear ? [] : present,
    visible: !isUnclear && told?.unseen.length === 0,
    lastVisibleAt: null,
    applicationStatus: null,
    isUnclear,
  };
};

/** What is known at the end of what was known before: only conditions that an event told, and whether they still hold. */
export const deviceAtTheEnd = (known: PastDevice, now: SourceDevice | undefined): PastDevice => {
  if (!now || known.isUnclear) return known;
  const still = now.level === 'ok' ? [] : known.signals.filter((signal) => now.signals.includes(signal));
  // Its level stays as it was told: when it rose since, nobody knows.
  const level = still.length === 0 ? 'ok' : known.level;
  return { ...known, level, signals: still, visible: now.visible };
};
