import type { GroupInactivity } from '@gatehouse/contract';
import { type Group, idsOnPath } from './group.ts';

/** Where no group says anything: a device that is away for a week is told of, and none is taken out of its group. */
export const STANDARD_INACTIVITY: GroupInactivity = { notifyAfterDays: 7, removeAfterDays: null, forced: false };

export interface EffectiveInactivity {
  settings: GroupInactivity;
  /** The group whose settings these are; null: the standard. */
  from: number | null;
  /** The group above that forces its settings on this one; null: none. */
  forcedBy: number | null;
}

/** What holds for a group: the nearest settings on the way down to it; forced ones end the way. */
export const effectiveInactivity = (groups: Iterable<Pick<Group, 'id' | 'inactivity'>>) => {
  const own = new Map<number, GroupInactivity>();
  for (const { id, inactivity } of groups) if (inactivity) own.set(id, inactivity);
  return (group: Pick<Group, 'id' | 'path'>): EffectiveInactivity => {
    let found: EffectiveInactivity = { settings: STANDARD_INACTIVITY, from: null, forcedBy: null };
    for (const id of idsOnPath(group.path)) {
      const here = own.get(id);
      if (!here) continue;
      found = { settings: here, from: id, forcedBy: here.forced && id !== group.id ? id : null };
      if (here.forced) break;
    }
    return found;
  };
};
