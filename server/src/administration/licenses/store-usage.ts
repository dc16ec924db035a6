import { type Insertable, type Kysely, type Selectable, sql } from 'kysely';
import type { TenantScope } from '../tenants/index.ts';
import type { LicenseTables } from './store.ts';

export type UsageDay = Selectable<LicenseTables['license_usage_day']>;
export type Use = Selectable<LicenseTables['license_use']>;
export type NewUse = Insertable<LicenseTables['license_use']>;

const NOBODY = '00000000-0000-0000-0000-000000000000';
const AT_ONCE = 1000;

export interface UsageFilter {
  tenantId?: string;
  serialNumber?: string;
}

/** What daily checks found of the use of keys, of a scope of tenants. */
export const usageStore = (db: Kysely<LicenseTables>, scope: TenantScope) => {
  const scoped = scope === 'all' ? null : [...scope, NOBODY];

  return {
    /** The last day that was checked to its end; null: none yet. */
    lastDay: async (): Promise<string | null> =>
      (await db.selectFrom('license_day').select('day').orderBy('day', 'desc').limit(1).executeTakeFirst())?.day ??
      null,

    /** Ends a check: the counts of the day take the place of those of a check before on the same day. */
    finishDay: async (day: string, rows: readonly UsageDay[], now: Date): Promise<void> => {
      await db.deleteFrom('license_usage_day').where('day', '=', day).execute();
      for (let from = 0; from < rows.length; from += AT_ONCE) {
        await db
          .insertInto('license_usage_day')
          .values(rows.slice(from, from + AT_ONCE))
          .execute();
      }
      await db
        .insertInto('license_day')
        .values({ day, checked_at: now })
        .onConflict((conflict) => conflict.column('day').doUpdateSet({ checked_at: now }))
        .execute();
    },

    checkedDays: async (from: string, to: string): Promise<string[]> =>
      (
        await db
          .selectFrom('license_day')
          .select('day')
          .where('day', '>=', from)
          .where('day', '<=', to)
          .orderBy('day')
          .execute()
      ).map(({ day }) => day),

    /** Oldest first. */
    days: async (from: string, to: string, { tenantId, serialNumber }: UsageFilter): Promise<UsageDay[]> =>
      db
        .selectFrom('license_usage_day')
        .selectAll()
        .where('day', '>=', from)
        .where('day', '<=', to)
        .$if(scoped !== null, (q) => q.where('tenant_id', 'in', scoped ?? []))
        .$if(tenantId !== undefined, (q) => q.where('tenant_id', '=', tenantId ?? ''))
        .$if(serialNumber !== undefined, (q) => q.where('serial_number', '=', serialNumber ?? ''))
        .orderBy('day')
        .orderBy('product_name')
        .orderBy('serial_number')
        .orderBy('tenant_name')
        .orderBy('tenant_id')
        .execute(),

    /** Uses that no check has found ended, of devices behind the first and up to the last id; null: to the end. */
    openBetween: async (after: string | null, upTo: string | null): Promise<Use[]> =>
      db
        .selectFrom('license_use')
        .selectAll()
        .where('last_day', 'is', null)
        .$if(after !== null, (q) => q.where('device_id', '>', after ?? ''))
        .$if(upTo !== null, (q) => q.where('device_id', '<=', upTo ?? ''))
        .execute(),

    open: async (uses: readonly NewUse[]): Promise<void> => {
      if (uses.length === 0) return;
      await sql`
        insert into administration.license_use
          (serial_number, device_id, tenant_id, device_name, group_name, category, first_day)
        select v.serial_number, v.device_id, v.tenant_id, v.device_name, v.group_name, v.category, v.first_day
        from json_to_recordset(${JSON.stringify(uses)}::json) as v(
          serial_number text, device_id uuid, tenant_id uuid, device_name text, group_name text, category text,
          first_day date)`.execute(db);
    },

    /** @param lastDay the last day on which they were found true; null: never, they are as if they had not been */
    close: async (ids: readonly number[], lastDay: string | null): Promise<void> => {
      if (ids.length === 0) return;
      const those = sql<boolean>`id = any(${[...ids]}::bigint[])`;
      if (lastDay === null) await db.deleteFrom('license_use').where(those).execute();
      else await db.updateTable('license_use').set({ last_day: lastDay }).where(those).execute();
    },

    /** Uses of one day by id. */
    usesOn: async (
      day: string,
      { tenantId, serialNumber }: UsageFilter,
      afterId: number,
      limit: number,
    ): Promise<Use[]> =>
      db
        .selectFrom('license_use')
        .selectAll()
        .where('first_day', '<=', day)
        .where((e) => e.or([e('last_day', 'is', null), e('last_day', '>=', day)]))
        .where('id', '>', afterId)
        .$if(scoped !== null, (q) => q.where('tenant_id', 'in', scoped ?? []))
        .$if(tenantId !== undefined, (q) => q.where('tenant_id', '=', tenantId ?? ''))
        .$if(serialNumber !== undefined, (q) => q.where('serial_number', '=', serialNumber ?? ''))
        .orderBy('id')
        .limit(limit)
        .execute(),

    isChecked: async (day: string): Promise<boolean> =>
      (await db.selectFrom('license_day').select('day').where('day', '=', day).executeTakeFirst()) !== undefined,

    /** What ended before this day goes. */
    forget: async (before: string): Promise<void> => {
      await db.deleteFrom('license_usage_day').where('day', '<', before).execute();
      await db.deleteFrom('license_day').where('day', '<', before).execute();
      await db.deleteFrom('license_use').where('last_day', '<', before).execute();
    },
  };
};
export type UsageStore = ReturnType<typeof usageStore>;
