import type { EventSetting, EventTypeKey } from '@gatehouse/contract';
import type { EventType } from '../events/index.ts';

/** A setting that was made in one place: in a group's policy, or (null) in the Administration Server's properties. */
export interface OwnEventSetting extends EventTypeKey {
  groupId: number | null;
  setting: EventSetting;
}

/** What holds for a type in a place. Places are group ids; null is the Administration Server. */
export interface EffectiveSetting {
  setting: EventSetting;
  /** Where it was made; undefined: nowhere, it is the catalogue's. */
  from: number | null | undefined;
  /** The place above that forbids to change it; undefined: it may be changed. */
  lockedBy: number | null | undefined;
}

export const keyOfType = ({ component, code, typeId }: EventTypeKey): string => `${component}|${code}|${typeId ?? ''}`;

export const defaultSetting = (type: Pick<EventType, 'storageTermDays'>): EventSetting => ({
  storageTermDays: type.storageTermDays,
  exportToSiem: true,
  osLog: false,
  notifyByMail: false,
  notifyBySms: false,
  locked: false,
});

/**
 * What holds for a type in the place with this path (`/0/12/`; null: the server): the nearest setting on the way from
 * the server down to the group. A locked one ends the way: what lies below it, also from before the lock, does not count.
 */
export const effectiveSettings = (own: readonly OwnEventSetting[]) => {
  const byType = Map.groupBy(own, keyOfType);
  return (type: EventType, path: string | null): EffectiveSetting => {
    const ofType = byType.get(keyOfType(type));
    const found: EffectiveSetting = { setting: defaultSetting(type), from: undefined, lockedBy: undefined };
    if (!ofType) return found;
    const groups = path === null ? [] : path.split('/').filter(Boolean).map(Number);
    const way = [null, ...groups];
    for (const [depth, place] of way.entries()) {
      const here = ofType.find(({ groupId }) => groupId === place);
      if (!here) continue;
      found.setting = here.setting;
      found.from = place;
      if (here.setting.locked) {
        if (depth < way.length - 1) found.lockedBy = place;
        break;
      }
    }
    return found;
  };
};

/** The setting of a type for events from this group's devices; a group that is not known has the server's. */
export type SettingOf = (type: EventType, groupId: number | null) => EventSetting;

export const settingsByGroupId = (
  own: readonly OwnEventSetting[],
  groups: readonly { id: number; path: string }[],
): SettingOf => {
  const effective = effectiveSettings(own);
  const paths = new Map(groups.map(({ id, path }) => [id, path]));
  return (type, groupId) => effective(type, groupId === null ? null : (paths.get(groupId) ?? null)).setting;
};
