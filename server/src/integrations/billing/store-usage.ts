import type { Kysely } from 'kysely';
import type { ApplicationUse } from './count.ts';

/** Tables that this module owns. */
export interface UsageTables {
  license_reading: { source_id: string; tenant_id: string; day: string; read_at: Date };
  license_use_day: {
    source_id: string;
    tenant_id: string;
    day: string;
    application: string;
    per_user: boolean;
    windows_workstations: number;
    windows_servers: number;
    non_windows: number;
    unknown: number;
    other_devices: number;
  };
}
export type UseDayRow = UsageTables['license_use_day'];

export interface UsagePlace {
  sourceId: string;
  tenantId: string;
}

const count = (use: ApplicationUse, category: string | null): number =>
  use.devices.filter((device) => device.category === category).length;

/** Who used what, day by day. */
export const usageStore = (db: Kysely<UsageTables>) => ({
  /** The last reading of a day is the one that stays. */
  async put(
    { sourceId, tenantId }: UsagePlace,
    day: string,
    uses: readonly ApplicationUse[],
    readAt: Date,
  ): Promise<void> {
    await db.transaction().execute(async (transaction) => {
      await transaction
        .deleteFrom('license_reading')
        .where('source_id', '=', sourceId)
        .where('tenant_id', '=', tenantId)
        .where('day', '=', day)
        .execute();
      await transaction
        .insertInto('license_reading')
        .values({ source_id: sourceId, tenant_id: tenantId, day, read_at: readAt })
        .execute();
      if (uses.length === 0) return;
      await transaction
        .insertInto('license_use_day')
        .values(
          uses.map((use) => ({
            source_id: sourceId,
            tenant_id: tenantId,
            day,
            application: use.application,
            per_user: use.perUser,
            windows_workstations: count(use, 'windows-workstation'),
            windows_servers: count(use, 'windows-server'),
            non_windows: count(use, 'non-windows'),
            unknown: count(use, null),
            other_devices: use.otherDevices,
          })),
        )
        .execute();
    });
  },

  /** The last reading of every tenant, as far as it is not from before `since`. */
  async latest(since: string): Promise<{ readings: UsageTables['license_reading'][]; uses: UseDayRow[] }> {
    const readings = await db
      .selectFrom('license_reading')
      .selectAll()
      .distinctOn(['source_id', 'tenant_id'])
      .where('day', '>=', since)
      .orderBy('source_id')
      .orderBy('tenant_id')
      .orderBy('day', 'desc')
      .execute();
    const uses = await db
      .selectFrom('license_use_day')
      .selectAll('license_use_day')
      .innerJoin(
        (query) =>
          query
            .selectFrom('license_reading')
            .select(['source_id', 'tenant_id'])
            .select(({ fn }) => fn.max('day').as('day'))
            .where('day', '>=', since)
            .groupBy(['source_id', 'tenant_id'])
            .as('last'),
        (join) =>
          join
            .onRef('last.source_id', '=', 'license_use_day.source_id')
            .onRef('last.tenant_id', '=', 'license_use_day.tenant_id')
            .onRef('last.day', '=', 'license_use_day.day'),
      )
      .orderBy('application')
      .execute();
    return { readings, uses };
  },

  /** Days with a reading, oldest first, and what was used on them. */
  async history(
    { sourceId, tenantId }: UsagePlace,
    from: string,
    to: string,
  ): Promise<{ days: string[]; uses: UseDayRow[] }> {
    const days = await db
      .selectFrom('license_reading')
      .select('day')
      .where('source_id', '=', sourceId)
      .where('tenant_id', '=', tenantId)
      .where('day', '>=', from)
      .where('day', '<=', to)
      .orderBy('day')
      .execute();
    const uses = await db
      .selectFrom('license_use_day')
      .selectAll()
      .where('source_id', '=', sourceId)
      .where('tenant_id', '=', tenantId)
      .where('day', '>=', from)
      .where('day', '<=', to)
      .orderBy('day')
      .orderBy('application')
      .execute();
    return { days: days.map(({ day }) => day), uses };
  },

  /** What is older than bills are asked about. */
  async forgetBefore(day: string): Promise<void> {
    await db.deleteFrom('license_reading').where('day', '<', day).execute();
  },
});
export type UsageStore = ReturnType<typeof usageStore>;
