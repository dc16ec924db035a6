import type { EventFilter, EventTime } from '@gatehouse/contract';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../platform/clock/index.ts';
import type { FixedFilter } from '../events/index.ts';

const UNIT_MS = { minutes: MINUTE_MS, hours: HOUR_MS, days: DAY_MS } as const;

const momentsOf = (time: EventTime, now: Date): { from: string | null; to: string | null } => {
  switch (time.kind) {
    case 'all':
      return { from: null, to: null };
    case 'last':
      return { from: new Date(now.getTime() - time.amount * UNIT_MS[time.unit]).toISOString(), to: null };
    case 'between':
      return { from: time.from, to: time.to };
  }
};

/** A group as far as it matters here. `path`: ids from the root, as `/0/12/`. */
interface GroupPlace {
  id: number;
  path: string;
}

/** The numbers of these groups and, where asked for, of all below them, as the tree is now. */
const groupIdsOf = (wanted: EventFilter['groups'], groups: readonly GroupPlace[]): number[] => {
  const ids = new Set<number>();
  for (const { id, withSubgroups } of wanted) {
    // A group that was deleted still has its events.
    ids.add(id);
    const path = groups.find((group) => group.id === id)?.path;
    if (!withSubgroups || path === undefined) continue;
    for (const group of groups) if (group.path.startsWith(path)) ids.add(group.id);
  }
  return [...ids];
};

/** A filter with its meaning fixed: relative times counted from `now`, groups with what is below them. */
export const resolveFilter = (
  { time, groups: wanted, ...rest }: EventFilter,
  { now, groups }: { now: Date; groups: readonly GroupPlace[] },
): FixedFilter => ({
  ...rest,
  ...momentsOf(time, now),
  groupIds: wanted.length === 0 ? null : groupIdsOf(wanted, groups),
});
