import type { GroupInactivity } from '@gatehouse/contract';

/** An administration group of one tenant. */
export interface Group {
  id: number;
  tenantId: string;
  /** Null for the three fixed groups. */
  parentId: number | null;
  name: string;
  kind: 'managed' | 'unassigned' | 'super' | 'group';
  /** Ids from the root to this group, as `/0/12/`. */
  path: string;
  createdAt: Date;
  /** What was set here for devices that are not seen for long; null: nothing. */
  inactivity: GroupInactivity | null;
}

export const fixedGroups = [
  { kind: 'managed', name: 'Managed devices' },
  { kind: 'unassigned', name: 'Unassigned devices' },
  { kind: 'super', name: 'Super' },
] as const;

/** Full names as the Open API writes them, with a trailing slash: `Managed devices/Branch/`. */
export const fullNames = (groups: Group[]): Map<number, string> => {
  const byId = new Map(groups.map((group) => [group.id, group]));
  return new Map(
    groups.map((group) => [
      group.id,
      group.path
        .split('/')
        .filter(Boolean)
        .map((id) => `${byId.get(Number(id))?.name ?? ''}/`)
        .join(''),
    ]),
  );
};

/** Depth below the fixed group, which has 0. */
export const levelOfGroup = (group: Group): number => idsOnPath(group.path).length - 1;

/** Numbers of the groups from the root to this one, as its path says. */
export const idsOnPath = (path: string): number[] => path.split('/').filter(Boolean).map(Number);
