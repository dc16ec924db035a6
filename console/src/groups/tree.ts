import type { Group } from '@gatehouse/contract';

/** The groups of one tenant as a tree, made once: asking for children walks through no list. */
export const treeOf = (groups: readonly Group[]) => {
  const byParent = Map.groupBy(groups, ({ parentId }) => parentId);
  const ids = new Set(groups.map(({ id }) => id));
  const childrenOf = (id: number): readonly Group[] => byParent.get(id) ?? [];
  const below = (id: number): Group[] => childrenOf(id).flatMap((child) => [child, ...below(child.id)]);
  return {
    // A group whose parent is not shown still has to be seen.
    roots: groups.filter(({ parentId }) => parentId === null || !ids.has(parentId)),
    childrenOf,
    /** All that lies below a group, without the group. */
    below,
  };
};

/** Where a group can go: not below itself, nor below what is below it, and only among managed devices. */
export const possibleParents = (groups: readonly Group[], group: Group): Group[] => {
  const closed = new Set([
    group.id,
    ...treeOf(groups)
      .below(group.id)
      .map(({ id }) => id),
  ]);
  return groups.filter(({ id, kind }) => !closed.has(id) && kind !== 'unassigned' && kind !== 'super');
};

/** Groups that are open at first: all of a small tree, the first level of a big one. */
export const openAtFirst = (groups: readonly Group[]): string[] =>
  (groups.length <= 100 ? groups : groups.filter(({ parentId }) => parentId === null)).map(({ id }) => String(id));
