import { type Kysely, sql } from 'kysely';
import type { DeviceTables } from './store.ts';

const columns = [
  'id',
  'tenant_id as tenantId',
  'group_id as groupId',
  'tags',
  'os_family as osFamily',
  'os_is_server as isServer',
  'addresses',
] as const;

/** What decides which policy is in force for a device, of devices of all tenants. */
export const policyDevices = (db: Kysely<DeviceTables>) => ({
  byIds: (ids: readonly string[]) =>
    db
      .selectFrom('device')
      .select(columns)
      .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
      .execute(),

  /** In the order of ids. @param groupId null: of all groups */
  page: (groupId: number | null, afterId: string | null, limit: number) =>
    db
      .selectFrom('device')
      .select(columns)
      .$if(groupId !== null, (query) => query.where('group_id', '=', groupId as number))
      .$if(afterId !== null, (query) => query.where('id', '>', afterId as string))
      .orderBy('id')
      .limit(limit)
      .execute(),

  /** Takes devices that were moved or tagged, to be looked at in the same transaction. */
  takeDue: (limit: number) =>
    db
      .updateTable('device')
      .set({ policy_due: false })
      .where('id', 'in', (e) =>
        e
          .selectFrom('device')
          .select('id')
          .where('policy_due', '=', true)
          .orderBy('id')
          .limit(limit)
          .forUpdate()
          .skipLocked(),
      )
      .returning(columns)
      .execute(),

  /** Names for lists; a device that is gone has none. */
  names: async (ids: readonly string[]): Promise<Map<string, { name: string; lastSeenAt: Date | null }>> => {
    const rows = await db
      .selectFrom('device')
      .select(['id', 'name', 'last_seen_at'])
      .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
      .execute();
    return new Map(rows.map((row) => [row.id, { name: row.name, lastSeenAt: row.last_seen_at }]));
  },
});
export type PolicyDevices = ReturnType<typeof policyDevices>;
