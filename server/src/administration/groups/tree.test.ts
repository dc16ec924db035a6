import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, migrate } from '../../platform/db/index.ts';
import { newId } from '../../platform/ids/index.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { administrationMigrations } from '../store-migrations.ts';
import { countsOfGroups } from './counts.ts';
import { effectiveInactivity, fullNames, type Group, type GroupTables, groupPlaces, groupStore } from './index.ts';

const now = new Date('2026-05-01T12:00:00Z');

describeOnBothEngines('the tree of groups', (place) => {
  let database: Database;
  let schema: ReturnType<typeof database.forSchema<GroupTables>>;
  beforeAll(async () => {
    database = await place.open();
    await migrate(database, [administrationMigrations]);
    schema = database.forSchema<GroupTables>('administration');
  });
  beforeEach(() => database.executeSql('truncate administration.admin_group'));
  const newTree = async () => {
    const tenant = newId(new Date());
    const store = groupStore(schema, tenant);
    await store.addFixed(now, false);
    return { tenant, store, root: await store.fixed('managed') };
  };
  const change = (tenant: string, id: number, parentId: number) =>
    schema.transaction().execute(async (tx) => {
      const store = groupStore(tx, tenant);
      await store.lockTree();
      return store.change(id, { parentId });
    });

  it('is a tree after any adds, moves and removals, and says by its paths what its parents say', {
    timeout: 120_000,
  }, async () => {
    const act = fc.oneof(
      { weight: 3, arbitrary: fc.record({ what: fc.constant('add' as const), at: fc.nat(50), to: fc.nat(50) }) },
      { weight: 4, arbitrary: fc.record({ what: fc.constant('move' as const), at: fc.nat(50), to: fc.nat(50) }) },
      { weight: 1, arbitrary: fc.record({ what: fc.constant('remove' as const), at: fc.nat(50), to: fc.nat(50) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
        const { tenant, store, root } = await newTree();
        /** The same tree as plain parents. */
        const parents = new Map<number, number | null>([[root.id, null]]);
        const isBelow = (id: number | null, top: number): boolean =>
          id !== null && (id === top || isBelow(parents.get(id) ?? null, top));
        const pick = (n: number) => [...parents.keys()][n % parents.size] as number;
        for (const [number, { what, at, to }] of acts.entries()) {
          const [id, parentId] = [pick(at), pick(to)];
          if (what === 'add') {
            const added = await store.add({ name: `g${number}`, parentId, createdAt: now });
            parents.set(added.id, parentId);
          } else if (what === 'move') {
            const done = change(tenant, id, parentId);
            if (id === root.id) await expect(done).rejects.toMatchObject({ code: 'group.fixed' });
            else if (isBelow(parentId, id)) await expect(done).rejects.toMatchObject({ code: 'group.inside-itself' });
            else {
              await done;
              parents.set(id, parentId);
            }
          } else {
            const hasChildren = [...parents.values()].includes(id);
            if (id === root.id) await expect(store.remove(id)).rejects.toMatchObject({ code: 'group.fixed' });
            else if (hasChildren) await expect(store.remove(id)).rejects.toMatchObject({ code: 'group.not-empty' });
            else {
              await store.remove(id);
              parents.delete(id);
            }
          }
        }
        const pathOf = (id: number): string => {
          const parent = parents.get(id) ?? null;
          return parent === null ? `/${id}/` : `${pathOf(parent)}${id}/`;
        };
        const stored = (await store.list()).filter(({ kind }) => kind !== 'unassigned' && kind !== 'super');
        const byId = (a: { id: number }, b: { id: number }) => a.id - b.id;
        expect(stored.map(({ id, parentId, path }) => ({ id, parentId, path })).sort(byId)).toEqual(
          [...parents].map(([id, parentId]) => ({ id, parentId, path: pathOf(id) })).sort(byId),
        );
        // Parents come before their children.
        for (const [at, { parentId }] of stored.entries()) {
          if (parentId !== null) expect(stored.findIndex(({ id }) => id === parentId)).toBeLessThan(at);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('lets no two moves at once make a ring of what each would leave a tree', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { tenant, store, root } = await newTree();
      const a = await store.add({ name: 'a', parentId: root.id, createdAt: now });
      const b = await store.add({ name: 'b', parentId: root.id, createdAt: now });
      const results = await Promise.allSettled([change(tenant, a.id, b.id), change(tenant, b.id, a.id)]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const failed = results.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
      expect(failed.reason).toMatchObject({ code: 'group.inside-itself' });
    }
  });

  it('is 200 levels deep at the most, also when a deep part is moved', { timeout: 120_000 }, async () => {
    const { tenant, store, root } = await newTree();
    const chain = async (from: Group, levels: number): Promise<Group> => {
      let at = from;
      for (let level = 0; level < levels; level += 1) {
        at = await store.add({ name: `level ${level}`, parentId: at.id, createdAt: now });
      }
      return at;
    };
    const deepest = await chain(root, 200);
    await expect(chain(deepest, 1)).rejects.toMatchObject({ code: 'group.too-deep' });
    const other = await store.add({ name: 'other', parentId: root.id, createdAt: now });
    await store.add({ name: 'child', parentId: other.id, createdAt: now });
    await expect(change(tenant, other.id, deepest.parentId as number)).rejects.toMatchObject({
      code: 'group.too-deep',
    });
    await change(tenant, other.id, (await store.get(deepest.parentId as number)).parentId as number);
    expect((await store.list()).filter(({ name }) => name === 'child')[0]?.path.split('/')).toHaveLength(203);
  });

  it('lies below Managed devices and nowhere else', async () => {
    const { tenant, store, root } = await newTree();
    const group = await store.add({ name: 'a', parentId: root.id, createdAt: now });
    for (const kind of ['unassigned', 'super'] as const) {
      const parentId = (await store.fixed(kind)).id;
      await expect(store.add({ name: 'x', parentId, createdAt: now })).rejects.toMatchObject({
        code: 'group.not-here',
      });
      await expect(change(tenant, group.id, parentId)).rejects.toMatchObject({ code: 'group.not-here' });
    }
  });

  it('answers for names and for what lies below, inside the scope only', async () => {
    const [one, two] = [await newTree(), await newTree()];
    const a = await one.store.add({ name: 'a', parentId: one.root.id, createdAt: now });
    const b = await one.store.add({ name: 'b', parentId: a.id, createdAt: now });
    const all = groupPlaces(schema, 'all');
    expect((await all.fullNames([b.id, two.root.id])).get(b.id)).toBe('Managed devices/a/b/');
    expect((await all.idsOf([{ id: a.id, withSubgroups: true }])).sort()).toEqual([a.id, b.id].sort());
    expect(await all.idsOf([{ id: a.id, withSubgroups: false }])).toEqual([a.id]);
    const other = groupPlaces(schema, [two.tenant]);
    expect(await other.idsOf([{ id: a.id, withSubgroups: true }])).toEqual([]);
    expect((await other.fullNames([b.id])).size).toBe(0);
    expect(await other.unassignedIds()).toEqual([(await two.store.fixed('unassigned')).id]);
  });
});

describe('what follows from the tree', () => {
  const group = (id: number, path: string, inactivity: Group['inactivity'] = null): Group => ({
    id,
    tenantId: 't',
    parentId: null,
    name: `g${id}`,
    kind: 'group',
    path,
    createdAt: now,
    inactivity,
  });
  const settings = (notifyAfterDays: number | null, forced = false) => ({
    notifyAfterDays,
    removeAfterDays: null,
    forced,
  });

  it('the nearest settings for inactive devices hold; forced ones hold for all below, whatever those say', () => {
    const tree = [
      group(1, '/1/'),
      group(2, '/1/2/', settings(3)),
      group(3, '/1/2/3/'),
      group(4, '/1/2/3/4/', settings(9, true)),
      group(5, '/1/2/3/4/5/', settings(1)),
      group(6, '/1/2/3/4/5/6/'),
    ];
    const effective = effectiveInactivity(tree);
    const of = (id: number) => {
      const { settings: found, from, forcedBy } = effective(tree[id - 1] as Group);
      return [found.notifyAfterDays, from, forcedBy];
    };
    expect([1, 2, 3, 4, 5, 6].map(of)).toEqual([
      [7, null, null],
      [3, 2, null],
      [3, 2, null],
      [9, 4, null],
      [9, 4, 4],
      [9, 4, 4],
    ]);
  });

  it('devices are counted right in a group and with all that lies below, in 10,000 groups', () => {
    const groups = Array.from({ length: 10_000 }, (_, id) =>
      group(id, id === 0 ? '/0/' : id < 100 || id % 100 === 0 ? `/0/${id}/` : `/0/${id % 100}/${id}/`),
    );
    const counted = groups.flatMap(({ id }) =>
      [0, 1].map((n) => ({
        tenant_id: 't',
        group_id: id,
        ok: n,
        warning: 1,
        critical: 0,
        not_visible: n,
        total: 1 + n,
      })),
    );
    const countsOf = countsOfGroups(groups, counted);
    expect(fullNames(groups).size).toBe(10_000);
    expect(countsOf(500).devices).toEqual({ ok: 1, warning: 2, critical: 0, notVisible: 1, total: 3 });
    expect(countsOf(0).devicesBelow.total).toBe(30_000);
    expect(countsOf(99_999).devices.total).toBe(0);
  });
});
