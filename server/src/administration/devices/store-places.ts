import { type Kysely, type RawBuilder, sql } from 'kysely';
import { Conflict } from '../../platform/errors/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import type { DeviceTables } from './store.ts';

/** What moving rules read of a device. */
export interface MovingState {
  id: string;
  tenantId: string;
  groupId: number;
  name: string;
  hostname: string;
  ipAddress: string;
  addresses: readonly string[];
  osFamily: string;
  osName: string;
  isServer: boolean;
  tags: readonly string[];
  /** It enrolled, and was not yet looked at with its facts known. */
  isEnrolling: boolean;
}

const MOST_TAGS = 50;

const movingColumns = [
  'id',
  'tenant_id as tenantId',
  'group_id as groupId',
  'name',
  'hostname',
  'ip_address as ipAddress',
  'addresses',
  'os_family as osFamily',
  'os_name as osName',
  'os_is_server as isServer',
  'tags',
] as const;

/** Groups whose devices are looked for after so many days without a sign of life. */
export interface InactivityLimit {
  groupIds: readonly number[];
  /** Not seen since then. */
  before: Date;
}

/** Where devices belong: their groups and tags, by hand or by rule. */
export const devicePlaces = (db: Kysely<DeviceTables>, scope: TenantScope) => {
  const inScope = sql<boolean>`${scope === 'all' ? sql`true` : sql`tenant_id = any(${[...scope]}::uuid[])`}`;
  const inactive = (limits: readonly InactivityLimit[]) =>
    sql<boolean>`(${sql.join(
      limits.map(({ groupIds, before }) => sql`(group_id = any(${[...groupIds]}::int[]) and last_seen_at < ${before})`),
      sql` or `,
    )})`;

  /** In the order in which everybody locks devices: two who act on the same ones wait for each other, not in a ring. */
  const lockWhere = async (condition: RawBuilder<boolean>): Promise<void> => {
    await db.selectFrom('device').select('id').where(condition).where(inScope).orderBy('id').forUpdate().execute();
  };
  const isOneOf = (ids: readonly string[]) => sql<boolean>`id = any(${[...ids]}::uuid[])`;

  return {
    /** Of the devices with these ids those that are there, locked until the transaction ends. */
    lockAll: (ids: readonly string[]) =>
      db
        .selectFrom('device')
        .select(['id', 'tenant_id as tenantId', 'group_id as groupId', 'name', 'ip_address as ipAddress'])
        .where(isOneOf(ids))
        .where(inScope)
        .orderBy('id')
        .forUpdate()
        .execute(),

    /** @param byRule rules are not asked about what they did themselves: two of them could go on for ever */
    moveTo: async (ids: readonly string[], groupId: number, { byRule }: { byRule: boolean }): Promise<void> => {
      await lockWhere(isOneOf(ids));
      await db
        .updateTable('device')
        .set({ group_id: groupId, status_due: true, policy_due: true, ...(byRule ? {} : { moving_due: true }) })
        .where(isOneOf(ids))
        .where(inScope)
        .execute();
    },

    /** All devices of some groups go to another. @returns how many */
    empty: async (groupIds: readonly number[], into: number): Promise<number> => {
      await lockWhere(sql<boolean>`group_id = any(${[...groupIds]}::int[])`);
      const moved = await db
        .updateTable('device')
        .set({ group_id: into, status_due: true, policy_due: true, moving_due: true })
        .where(sql<boolean>`group_id = any(${[...groupIds]}::int[])`)
        .where(inScope)
        .executeTakeFirst();
      return Number(moved.numUpdatedRows);
    },

    /** @throws Conflict `device.too-many-tags` */
    changeTags: async (
      ids: readonly string[],
      { add, remove }: { add: readonly string[]; remove: readonly string[] },
      { byRule }: { byRule: boolean },
    ): Promise<void> => {
      await lockWhere(isOneOf(ids));
      const changed = await db
        .updateTable('device')
        .set({
          tags: sql<string[]>`(
            select coalesce(array_agg(tag order by tag collate "C"), '{}')
            from ((select unnest(tags) as tag union select unnest(${[...add]}::text[]))
              except select unnest(${[...remove]}::text[])) as wanted)`,
          policy_due: true,
          ...(byRule ? {} : { moving_due: true }),
        })
        .where(isOneOf(ids))
        .where(inScope)
        .returning(['name', sql<number>`cardinality(tags)`.as('count')])
        .execute();
      const full = changed.find(({ count }) => count > MOST_TAGS);
      if (full) {
        throw new Conflict(
          'device.too-many-tags',
          `“${full.name}” would have ${full.count} tags, and ${MOST_TAGS} is the most; take some away first`,
        );
      }
    },

    tagCounts: () =>
      db
        .selectFrom((e) => e.selectFrom('device').select(sql<string>`unnest(tags)`.as('tag')).where(inScope).as('each'))
        .select(['tag', (e) => e.fn.countAll<number>().as('devices')])
        .groupBy('tag')
        .orderBy(sql`lower(tag), tag`)
        .limit(5000)
        .execute(),

    /**
     * Takes devices about which something has changed that rules ask for. To be called inside the transaction that
     * carries the rules out, so that a crash gives them back.
     */
    takeMoving: async (limit: number): Promise<MovingState[]> => {
      const taken = await db
        .selectFrom('device')
        .select([...movingColumns, 'moving_enrolling as isEnrolling'])
        .where('moving_due', '=', true)
        .orderBy('id')
        .limit(limit)
        .forUpdate()
        .skipLocked()
        .execute();
      if (taken.length === 0) return taken;
      await db
        .updateTable('device')
        .set({
          moving_due: false,
          // Only with the first report after enrolling everything is known.
          moving_enrolling: sql<boolean>`moving_enrolling and coalesce(facts_at < enrolled_at, true)`,
        })
        .where(sql<boolean>`id = any(${taken.map(({ id }) => id)}::uuid[])`)
        .execute();
      return taken;
    },

    /** A page of a tenant's devices as rules see them, in the order of their ids. */
    movingAfter: async (afterId: string | null, limit: number): Promise<MovingState[]> =>
      (
        await db
          .selectFrom('device')
          .select(movingColumns)
          .where(inScope)
          .$if(afterId !== null, (q) => q.where('id', '>', afterId as string))
          .orderBy('id')
          .limit(limit)
          .execute()
      ).map((row) => ({ ...row, isEnrolling: false })),

    /** Devices that were not seen for longer than their group allows and of which nobody was told since. */
    newlyInactive: (limits: readonly InactivityLimit[], limit: number) =>
      db
        .selectFrom('device')
        .select([
          'id',
          'tenant_id as tenantId',
          'group_id as groupId',
          'name',
          'ip_address as ipAddress',
          'last_seen_at as lastSeenAt',
        ])
        .where(limits.length > 0 ? inactive(limits) : sql<boolean>`false`)
        .where(sql<boolean>`coalesce(inactive_notified_at < last_seen_at, true)`)
        .orderBy('id')
        .limit(limit)
        .forUpdate()
        .skipLocked()
        .execute(),

    /** Devices that were not seen for longer than their group keeps them. */
    longInactive: (limits: readonly InactivityLimit[], limit: number) =>
      db
        .selectFrom('device')
        .select([
          'id',
          'tenant_id as tenantId',
          'group_id as groupId',
          'name',
          'ip_address as ipAddress',
          'last_seen_at as lastSeenAt',
        ])
        .where(limits.length > 0 ? inactive(limits) : sql<boolean>`false`)
        .orderBy('id')
        .limit(limit)
        .forUpdate()
        .skipLocked()
        .execute(),

    markNotified: async (ids: readonly string[], now: Date): Promise<void> => {
      await db.updateTable('device').set({ inactive_notified_at: now }).where(isOneOf(ids)).execute();
    },
  };
};
export type DevicePlaces = ReturnType<typeof devicePlaces>;
