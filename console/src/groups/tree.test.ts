import type { Group } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { openAtFirst, possibleParents, treeOf } from './tree.ts';

const none = { ok: 0, warning: 0, critical: 0, notVisible: 0, total: 0 };
const group = (id: number, parentId: number | null, kind: Group['kind'] = 'group'): Group => ({
  id,
  tenantId: 't',
  parentId,
  name: `g${id}`,
  kind,
  fullName: `g${id}/`,
  devices: none,
  devicesBelow: none,
});
const groups = [
  group(1, null, 'managed'),
  group(2, null, 'unassigned'),
  group(3, 1),
  group(4, 3),
  group(5, 4),
  group(6, 1),
];

describe('the tree of groups', () => {
  it('shows every group once, also one whose parent is not shown', () => {
    const { roots, below } = treeOf([...groups, group(9, 99)]);
    expect(roots.map(({ id }) => id)).toEqual([1, 2, 9]);
    expect(below(1).map(({ id }) => id)).toEqual([3, 4, 5, 6]);
  });

  it('offers for a move only places that the server takes', () => {
    const moved = groups.find(({ id }) => id === 3) as Group;
    expect(possibleParents(groups, moved).map(({ id }) => id)).toEqual([1, 6]);
  });

  it('opens a small tree and keeps a big one handy', () => {
    expect(openAtFirst(groups)).toHaveLength(6);
    const big = [group(1, null), ...Array.from({ length: 10_000 }, (_, n) => group(n + 2, 1))];
    expect(openAtFirst(big)).toEqual(['1']);
  });
});
