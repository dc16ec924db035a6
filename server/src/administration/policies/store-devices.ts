import type { DevicePolicyState } from '@gatehouse/contract';
import { type Kysely, type SqlBool, sql } from 'kysely';
import type { DeviceProgress } from './progress.ts';

/** The tables that this module owns: no other module reads or writes them. */
export interface DevicePolicyTables {
  device_policy: {
    device_id: string;
    tenant_id: string;
    group_id: number;
    effective_id: string;
    given_id: string | null;
    applied_id: string | null;
    told_at: Date | null;
    failing_since: Date | null;
  };
}

/** As `stateOf` in progress.ts decides it. */
const STATE = sql<DevicePolicyState>`
  case
    when effective_id = '' and coalesce(applied_id, '') = '' then 'none'
    when applied_id is null then 'unknown'
    when applied_id = effective_id then 'applied'
    when failing_since is not null then 'out-of-date'
    else 'pending'
  end`;

const FOREIGN_KEY_VIOLATION = '23503';

/** How far devices of all tenants have come. */
export const devicePolicyStore = (db: Kysely<DevicePolicyTables>) => {
  const saveAll = async (rows: readonly DeviceProgress[]): Promise<void> => {
    const column = <K extends keyof DeviceProgress>(name: K) => rows.map((row) => row[name]);
    await sql`
      insert into administration.device_policy
        (device_id, tenant_id, group_id, effective_id, given_id, applied_id, told_at, failing_since)
      select * from unnest(
        ${column('deviceId')}::uuid[], ${column('tenantId')}::uuid[], ${column('groupId')}::int[],
        ${column('effectiveId')}::text[], ${column('givenId')}::text[], ${column('appliedId')}::text[],
        ${column('toldAt')}::timestamptz[], ${column('failingSince')}::timestamptz[])
      on conflict (device_id) do update set
        tenant_id = excluded.tenant_id, group_id = excluded.group_id, effective_id = excluded.effective_id,
        given_id = excluded.given_id, applied_id = excluded.applied_id, told_at = excluded.told_at,
        failing_since = excluded.failing_since`.execute(db);
  };

  return {
    ofDevices: async (deviceIds: readonly string[]): Promise<Map<string, DeviceProgress>> => {
      const rows = await db
        .selectFrom('device_policy')
        .selectAll()
        .where('device_id', '=', sql<string>`any(${[...deviceIds]}::uuid[])`)
        .execute();
      return new Map(
        rows.map((row) => [
          row.device_id,
          {
            deviceId: row.device_id,
            tenantId: row.tenant_id,
            groupId: row.group_id,
            effectiveId: row.effective_id,
            givenId: row.given_id,
            appliedId: row.applied_id,
            toldAt: row.told_at,
            failingSince: row.failing_since,
          },
        ]),
      );
    },

    /** What devices told, and what is in force for them. Of a device that was deleted meanwhile nothing is kept. */
    save: async (rows: readonly DeviceProgress[]): Promise<void> => {
      if (rows.length === 0) return;
      try {
        await saveAll(rows);
      } catch (error) {
        if ((error as { code?: string }).code !== FOREIGN_KEY_VIOLATION) throw error;
        if (rows.length === 1) return;
        for (const row of rows) {
          await saveAll([row]).catch((inner: unknown) => {
            if ((inner as { code?: string }).code !== FOREIGN_KEY_VIOLATION) throw inner;
          });
        }
      }
    },

    /** What is in force, and nothing of what was told. In a transaction, for devices that are held in it. */
    saveEffective: async (
      rows: readonly Pick<DeviceProgress, 'deviceId' | 'tenantId' | 'groupId' | 'effectiveId'>[],
    ): Promise<void> => {
      if (rows.length === 0) return;
      const given = sql`unnest(
        ${rows.map(({ deviceId }) => deviceId)}::uuid[], ${rows.map(({ tenantId }) => tenantId)}::uuid[],
        ${rows.map(({ groupId }) => groupId)}::int[], ${rows.map(({ effectiveId }) => effectiveId)}::text[])`;
      // Nearly all have a row: an update costs half of what an insert that turns into one does.
      const changed = await sql<{ id: string }>`
        update administration.device_policy as known set
          tenant_id = given.tenant_id, group_id = given.group_id, effective_id = given.effective_id,
          failing_since = case when known.effective_id = given.effective_id then known.failing_since end
        from ${given} as given (device_id, tenant_id, group_id, effective_id)
        where known.device_id = given.device_id
        returning known.device_id as id`.execute(db);
      if (changed.rows.length === rows.length) return;
      await sql`
        insert into administration.device_policy (device_id, tenant_id, group_id, effective_id)
        select * from ${given} as given (device_id, tenant_id, group_id, effective_id)
        on conflict (device_id) do nothing`.execute(db);
    },

    /** How many devices of each group are in each state. */
    counts: async (groupIds?: readonly number[]) =>
      db
        .selectFrom('device_policy')
        .select(['group_id', STATE.as('state'), (e) => e.fn.countAll<number>().as('devices')])
        .$if(groupIds !== undefined, (query) =>
          query.where('group_id', '=', sql<number>`any(${[...(groupIds ?? [])]}::int[])`),
        )
        .groupBy(['group_id', STATE])
        .execute(),

    /** A page of the devices of some groups, in the order of their ids. */
    page: async (
      groupIds: readonly number[],
      { states, afterId, limit }: { states?: readonly DevicePolicyState[]; afterId: string | null; limit: number },
    ) =>
      db
        .selectFrom('device_policy')
        .select(['device_id', 'group_id', 'told_at', STATE.as('state')])
        .where('group_id', '=', sql<number>`any(${[...groupIds]}::int[])`)
        .$if(states !== undefined, (query) => query.where(sql<SqlBool>`${STATE} = any(${[...(states ?? [])]}::text[])`))
        .$if(afterId !== null, (query) => query.where('device_id', '>', afterId as string))
        .orderBy('device_id')
        .limit(limit)
        .execute(),
  };
};
export type DevicePolicyStore = ReturnType<typeof devicePolicyStore>;
