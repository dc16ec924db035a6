import { type Kysely, sql } from 'kysely';
import type { DeviceTables } from './store.ts';
import { type DeviceFilter, filterConditions } from './store-filter.ts';

/** Devices of one tenant that can be told to do something: those with an agent. */
export const targetDevices = (db: Kysely<DeviceTables>, tenant: string) => {
  const fitting = (filter: DeviceFilter) =>
    filterConditions(filter).reduce(
      (query, condition) => query.where(condition),
      db
        .selectFrom('device')
        .where('tenant_id', '=', tenant)
        .where('enrolled_at', 'is not', null)
        .where('key_revoked_at', 'is', null),
    );

  return {
    /** In the order of their ids, from the one after `afterId`. */
    page: (filter: DeviceFilter, afterId: string | null, limit: number): Promise<{ id: string; name: string }[]> =>
      fitting(filter)
        .select(['id', 'name'])
        .$if(afterId !== null, (q) => q.where('id', '>', afterId as string))
        .orderBy('id')
        .limit(limit)
        .execute(),

    count: async (filter: DeviceFilter): Promise<number> =>
      (
        await fitting(filter)
          .select((e) => e.fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow()
      ).n,

    /** Names of devices of the tenant, with an agent or without. */
    names: async (ids: readonly string[]): Promise<Map<string, string>> =>
      new Map(
        (
          await db
            .selectFrom('device')
            .select(['id', 'name'])
            .where('tenant_id', '=', tenant)
            .where(sql<boolean>`id = any(${[...ids]}::uuid[])`)
            .execute()
        ).map(({ id, name }) => [id, name]),
      ),
  };
};
export type TargetDevices = ReturnType<typeof targetDevices>;
