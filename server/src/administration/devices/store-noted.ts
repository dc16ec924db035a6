import { type Kysely, sql } from 'kysely';
import type { TenantScope } from '../tenants/index.ts';
import type { DeviceTables } from './store.ts';

/** A device that somebody notes by hand: no agent has told of it. */
export interface NotedDevice {
  id: string;
  tenantId: string;
  groupId: number;
  name: string;
  hostname: string;
  fqdn: string;
  windowsDomain: string;
  comment: string;
  now: Date;
}

/** What a device may be called by. */
export interface DeviceAnswer {
  id: string;
  name: string;
  hostname: string;
  fqdn: string;
  addresses: string[];
}

/** Devices in one version of a product. */
export interface ProductCount {
  product: string;
  version: string;
  name: string;
  devices: number;
}

/** By the root locale, since the database's own may know ASCII only. */
const folded = (column: 'name' | 'hostname' | 'fqdn') => sql`lower(${sql.ref(column)} collate "und-x-icu")`;

/** What people and programs note about devices, and the questions by which they find them. */
export const notedDevices = (db: Kysely<DeviceTables>, scope: TenantScope) => {
  const inScope = sql<boolean>`${scope === 'all' ? sql`true` : sql`tenant_id = any(${[...scope]}::uuid[])`}`;

  return {
    add: async (device: NotedDevice): Promise<void> => {
      await db
        .insertInto('device')
        .values({
          id: device.id,
          tenant_id: device.tenantId,
          group_id: device.groupId,
          name: device.name,
          hostname: device.hostname,
          fqdn: device.fqdn,
          windows_domain: device.windowsDomain,
          comment: device.comment,
          created_at: device.now,
          status_since: device.now,
          moving_due: true,
        })
        .execute();
    },

    setComment: async (id: string, comment: string): Promise<void> => {
      await db.updateTable('device').set({ comment }).where('id', '=', id).where(inScope).execute();
    },

    /** Devices that are called so, by id, name, host name, DNS name or address; texts compare in any case. */
    calledBy: (words: readonly string[]): Promise<DeviceAnswer[]> => {
      const lower = words.map((word) => word.toLowerCase());
      return db
        .selectFrom('device')
        .select(['id', 'name', 'hostname', 'fqdn', 'addresses'])
        .where(inScope)
        .where(
          sql<boolean>`(id::text = any(${lower}::text[]) or addresses && ${[...words]}::text[]
            or array[${folded('name')}, ${folded('hostname')}, ${folded('fqdn')}, split_part(${folded('fqdn')}, '.', 1)]
              && ${lower}::text[])`,
        )
        .orderBy('number')
        .execute();
    },

    /** The counters of detections begin anew. @returns how many devices had one above zero */
    resetVirusCounts: async (of: { ids: readonly string[] } | { groupIds: readonly number[] }): Promise<number> => {
      const wanted =
        'ids' in of
          ? sql<boolean>`id = any(${[...of.ids]}::uuid[])`
          : sql<boolean>`group_id = any(${[...of.groupIds]}::int[])`;
      const changing = sql<boolean>`${wanted} and ${inScope} and virus_count > 0`;
      // In the order in which everybody locks devices.
      await db.selectFrom('device').select('id').where(changing).orderBy('id').forUpdate().execute();
      const done = await db
        .updateTable('device')
        .set({ virus_count: 0, status_due: true })
        .where(changing)
        .executeTakeFirst();
      return Number(done.numUpdatedRows);
    },

    /** Windows domains and work groups that were noted. */
    windowsDomains: async (): Promise<string[]> =>
      (
        await db
          .selectFrom('device')
          .select('windows_domain')
          .distinct()
          .where('windows_domain', '<>', '')
          .where(inScope)
          .orderBy('windows_domain')
          .limit(10_000)
          .execute()
      ).map((row) => row.windows_domain),

    /** Devices by the product that protects them and by their agents; `seenSince` null: all of them. */
    productCounts: async (seenSince: Date | null): Promise<{ protection: ProductCount[]; agents: ProductCount[] }> => {
      const recent = sql<boolean>`(${seenSince}::timestamptz is null or last_connected_at >= ${seenSince}::timestamptz)`;
      const [protection, agents] = await Promise.all([
        db
          .selectFrom('device')
          .select(['security_product as product', 'security_version as version', 'security_name as name'])
          .select((e) => e.fn.countAll<number>().as('devices'))
          .where('security_product', '<>', '')
          .where(inScope)
          .where(recent)
          .groupBy(['security_product', 'security_version', 'security_name'])
          .orderBy('security_product')
          .orderBy('security_version')
          .execute(),
        db
          .selectFrom('device')
          .select((e) => [e.fn.coalesce('agent_version', sql<string>`''`).as('version')])
          .select((e) => e.fn.countAll<number>().as('devices'))
          .where('enrolled_at', 'is not', null)
          .where('key_revoked_at', 'is', null)
          .where(inScope)
          .where(recent)
          .groupBy('version')
          .orderBy('version')
          .execute(),
      ]);
      return {
        protection: protection.map((row) => ({ ...row, devices: Number(row.devices) })),
        agents: agents.map((row) => ({ product: '', name: '', version: row.version, devices: Number(row.devices) })),
      };
    },

    /** Devices whose agents connected at least once, and all of them, by tenant. */
    connectedCounts: async (
      seenSince: Date | null,
    ): Promise<{ tenantId: string; connected: number; devices: number }[]> =>
      (
        await db
          .selectFrom('device')
          .select('tenant_id as tenantId')
          .select(sql<number>`count(*) filter (where last_connected_at is not null)`.as('connected'))
          .select((e) => e.fn.countAll<number>().as('devices'))
          .where(inScope)
          .where(sql<boolean>`(${seenSince}::timestamptz is null or last_connected_at >= ${seenSince}::timestamptz)`)
          .groupBy('tenant_id')
          .execute()
      ).map((row) => ({ ...row, connected: Number(row.connected), devices: Number(row.devices) })),
  };
};
