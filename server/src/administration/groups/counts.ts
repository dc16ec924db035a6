import type { StatusCounts } from '@gatehouse/contract';
import { type GroupCounts, sumCounts } from '../tenants/index.ts';
import { type Group, idsOnPath } from './group.ts';

const nothing = (): StatusCounts => ({ ok: 0, warning: 0, critical: 0, notVisible: 0, total: 0 });
const addTo = (sum: StatusCounts, more: StatusCounts): void => {
  sum.ok += more.ok;
  sum.warning += more.warning;
  sum.critical += more.critical;
  sum.notVisible += more.notVisible;
  sum.total += more.total;
};

/** Devices in each group, and in each group with all that lies below it, in one walk over what was counted. */
export const countsOfGroups = (groups: readonly Group[], counted: readonly GroupCounts[]) => {
  const byGroup = Map.groupBy(counted, ({ group_id: id }) => id);
  const own = new Map<number, StatusCounts>();
  const below = new Map<number, StatusCounts>();
  for (const { id, path } of groups) {
    const rows = byGroup.get(id);
    if (!rows) continue;
    const counts = sumCounts(rows);
    own.set(id, counts);
    for (const above of idsOnPath(path)) {
      const sum = below.get(above) ?? nothing();
      addTo(sum, counts);
      below.set(above, sum);
    }
  }
  return (id: number) => ({ devices: own.get(id) ?? nothing(), devicesBelow: below.get(id) ?? nothing() });
};
