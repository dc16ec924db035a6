import type { GroupInactivity } from '@gatehouse/contract';
import { type Generated, type Kysely, type Selectable, sql } from 'kysely';
import { json } from '../../platform/db/index.ts';
import { Conflict, NotFound } from '../../platform/errors/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import { fixedGroups, type Group, idsOnPath, levelOfGroup } from './group.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface GroupTables {
  admin_group: {
    id: number;
    tenant_id: string;
    parent_id: number | null;
    name: string;
    kind: string;
    path: string;
    created_at: Date;
    inactivity: Generated<GroupInactivity | null>;
  };
}

const toGroup = (row: Selectable<GroupTables['admin_group']>): Group => ({
  id: row.id,
  tenantId: row.tenant_id,
  parentId: row.parent_id,
  name: row.name,
  kind: row.kind as Group['kind'],
  path: row.path,
  createdAt: row.created_at,
  inactivity: row.inactivity,
});

/** Deeper, and the index of paths could not hold them. */
const MOST_LEVELS = 200;
const tooDeep = () =>
  new Conflict('group.too-deep', `Groups can lie ${MOST_LEVELS} levels deep and no deeper; choose another place`);
const notHere = (parent: Group) =>
  new Conflict('group.not-here', `“${parent.name}” holds no groups; choose a place below Managed devices`);

const UNIQUE_VIOLATION = '23505';
const nameTaken = (name: string) =>
  new Conflict('group.name-taken', `There is a group named “${name}” in that place already; choose another name`);
const isNameTaken = (error: unknown) => (error as { code?: string }).code === UNIQUE_VIOLATION;

/** Groups of one tenant. */
export const groupStore = (db: Kysely<GroupTables>, tenant: string) => {
  const own = () => db.selectFrom('admin_group').selectAll().where('tenant_id', '=', tenant);

  const get = async (id: number): Promise<Group> => {
    const row = await own().where('id', '=', id).executeTakeFirst();
    if (!row) throw new NotFound('group', id);
    return toGroup(row);
  };

  /** Where groups may lie. @throws Conflict `group.not-here` */
  const parentOf = async (id: number): Promise<Group> => {
    const parent = await get(id);
    if (parent.kind === 'unassigned' || parent.kind === 'super') throw notHere(parent);
    return parent;
  };

  return {
    get,

    /**
     * One change of the tree at a time: two moves that are each fine could together make a ring. To be called first in
     * the transaction of a change.
     */
    lockTree: async (): Promise<void> => {
      await db
        .selectFrom('admin_group')
        .select('id')
        .where('tenant_id', '=', tenant)
        .where('kind', '=', 'managed')
        .forUpdate()
        .execute();
    },

    /** Parents before children. */
    list: async (): Promise<Group[]> => (await own().orderBy(sql`length(path)`).orderBy('id').execute()).map(toGroup),

    fixed: async (kind: 'managed' | 'unassigned' | 'super'): Promise<Group> =>
      toGroup(await own().where('kind', '=', kind).executeTakeFirstOrThrow()),

    /** The three fixed groups that every tenant has; the main server's have the numbers 0, 1, 2. */
    addFixed: async (now: Date, isMain: boolean): Promise<void> => {
      for (const [number, { kind, name }] of fixedGroups.entries()) {
        const id = isMain ? number : await nextNumber(db);
        await db
          .insertInto('admin_group')
          .values({ id, tenant_id: tenant, parent_id: null, name, kind, path: `/${id}/`, created_at: now })
          .execute();
      }
    },

    /** @throws NotFound for the parent, Conflict `group.name-taken`, `group.not-here`, `group.too-deep` */
    add: async (group: { name: string; parentId: number; createdAt: Date }): Promise<Group> => {
      const parent = await parentOf(group.parentId);
      if (levelOfGroup(parent) >= MOST_LEVELS) throw tooDeep();
      const id = await nextNumber(db);
      try {
        const row = await db
          .insertInto('admin_group')
          .values({
            id,
            tenant_id: tenant,
            parent_id: parent.id,
            name: group.name,
            kind: 'group',
            path: `${parent.path}${id}/`,
            created_at: group.createdAt,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        return toGroup(row);
      } catch (error) {
        if (isNameTaken(error)) throw nameTaken(group.name);
        throw error;
      }
    },

    /**
     * Renames or moves a group with all that is below it.
     * @throws NotFound, Conflict `group.name-taken`, `group.fixed`, `group.inside-itself`, `group.not-here`, `group.too-deep`
     */
    change: async (id: number, change: { name?: string; parentId?: number }): Promise<Group> => {
      const group = await get(id);
      if (group.kind !== 'group')
        throw new Conflict('group.fixed', `“${group.name}” is one of the fixed groups and stays as it is`);
      const parent = change.parentId === undefined ? null : await parentOf(change.parentId);
      if (parent?.path.startsWith(group.path)) {
        throw new Conflict('group.inside-itself', 'A group cannot be moved below itself; choose another parent');
      }
      const path = parent ? `${parent.path}${id}/` : group.path;
      if (parent && path !== group.path) {
        const { deepest } = await db
          .selectFrom('admin_group')
          .select(sql<number>`max(length(path) - length(replace(path, '/', '')))`.as('deepest'))
          .where('tenant_id', '=', tenant)
          .where('path', 'like', `${group.path}%`)
          .executeTakeFirstOrThrow();
        // A path of n groups has n + 1 slashes.
        const levelsBelow = deepest - 1 - idsOnPath(group.path).length;
        if (levelOfGroup(parent) + 1 + levelsBelow > MOST_LEVELS) throw tooDeep();
      }
      try {
        await db
          .updateTable('admin_group')
          .set({ name: change.name ?? group.name, parent_id: parent?.id ?? group.parentId })
          .where('id', '=', id)
          .where('tenant_id', '=', tenant)
          .execute();
      } catch (error) {
        if (isNameTaken(error)) throw nameTaken(change.name ?? group.name);
        throw error;
      }
      if (path !== group.path) {
        await db
          .updateTable('admin_group')
          .set({ path: sql`${path} || substr(path, ${group.path.length + 1}::int)` })
          .where('tenant_id', '=', tenant)
          .where('path', 'like', `${group.path}%`)
          .execute();
      }
      return get(id);
    },

    /** @throws NotFound, Conflict `group.fixed`, `group.not-empty` */
    remove: async (id: number): Promise<void> => {
      const group = await get(id);
      if (group.kind !== 'group')
        throw new Conflict('group.fixed', `“${group.name}” is one of the fixed groups and stays`);
      const child = await own().where('parent_id', '=', id).limit(1).executeTakeFirst();
      if (child) throw new Conflict('group.not-empty', `“${group.name}” has groups in it; move or delete those first`);
      await db.deleteFrom('admin_group').where('id', '=', id).where('tenant_id', '=', tenant).execute();
    },

    setInactivity: async (id: number, inactivity: GroupInactivity | null): Promise<void> => {
      await db
        .updateTable('admin_group')
        .set({ inactivity: inactivity && json(inactivity) })
        .where('id', '=', id)
        .where('tenant_id', '=', tenant)
        .execute();
    },

    removeAll: async (): Promise<void> => {
      await db.deleteFrom('admin_group').where('tenant_id', '=', tenant).execute();
    },
  };
};
export type GroupStore = ReturnType<typeof groupStore>;

const nextNumber = async (db: Kysely<GroupTables>): Promise<number> => {
  const result = await sql<{ id: number }>`select nextval('administration.group_number')::int as id`.execute(db);
  return result.rows[0]?.id ?? 0;
};

/** All groups of all tenants: they are few beside the devices. */
export const allGroups = async (db: Kysely<GroupTables>): Promise<Group[]> =>
  (await db.selectFrom('admin_group').selectAll().orderBy('id').execute()).map(toGroup);

const pathsAbove = (rows: readonly { path: string }[]): number[] => [
  ...new Set(rows.flatMap(({ path }) => idsOnPath(path))),
];

/** Questions about groups of a scope of tenants, however many there are. */
export const groupPlaces = (db: Kysely<GroupTables>, scope: TenantScope) => {
  const scoped = () =>
    db
      .selectFrom('admin_group')
      .where(sql<boolean>`${scope === 'all' ? sql`true` : sql`tenant_id = any(${[...scope]}::uuid[])`}`);
  const pathsOf = (ids: readonly number[]) =>
    scoped()
      .select(['id', 'path'])
      .where(sql<boolean>`id = any(${[...ids]}::int[])`)
      .execute();
  const below = async (paths: readonly string[]): Promise<number[]> =>
    paths.length === 0
      ? []
      : (
          await scoped()
            .select('id')
            .where(sql<boolean>`path like any(${paths.map((path) => `${path}%`)}::text[])`)
            .execute()
        ).map(({ id }) => id);

  return {
    /** All of them, parents before children. */
    list: async (): Promise<Group[]> =>
      (await scoped().selectAll().orderBy(sql`length(path)`).orderBy('id').execute()).map(toGroup),

    /** Full names by number, with a trailing slash: `Managed devices/Branch/`. */
    fullNames: async (ids: readonly number[]): Promise<Map<number, string>> => {
      const rows = await pathsOf(ids);
      const names = new Map(
        (
          await db
            .selectFrom('admin_group')
            .select(['id', 'name'])
            .where(sql<boolean>`id = any(${pathsAbove(rows)}::int[])`)
            .execute()
        ).map(({ id, name }) => [id, name]),
      );
      return new Map(
        rows.map(({ id, path }) => [
          id,
          idsOnPath(path)
            .map((above) => `${names.get(above) ?? ''}/`)
            .join(''),
        ]),
      );
    },

    /** These groups and, of those that say so, all that lie below them. */
    idsOf: async (wanted: readonly { id: number; withSubgroups: boolean }[]): Promise<number[]> => {
      const rows = await pathsOf(wanted.map(({ id }) => id));
      const deep = new Set(wanted.filter(({ withSubgroups }) => withSubgroups).map(({ id }) => id));
      const lower = await below(rows.filter(({ id }) => deep.has(id)).map(({ path }) => path));
      return [...new Set([...rows.map(({ id }) => id), ...lower])];
    },

    /** The groups of unassigned devices, with those below them. */
    unassignedIds: async (): Promise<number[]> =>
      below((await scoped().select('path').where('kind', '=', 'unassigned').execute()).map(({ path }) => path)),
  };
};
