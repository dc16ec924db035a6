import { type Kysely, sql } from 'kysely';
import type { DeviceTables } from './store.ts';
import { seenNow } from './store-seen.ts';

export interface KnownDevice {
  id: string;
  tenantId: string;
  name: string;
}

export interface NamedDevice extends KnownDevice {
  groupId: number;
  ipAddress: string;
}

/** What every call of every agent needs of devices: statements for many devices at once. */
export const contactStore = (db: Kysely<DeviceTables>) => ({
  /** Devices by the hash of the key that their agent holds; revoked keys are left out. */
  byKeyHashes: async (hashes: readonly string[]): Promise<Map<string, KnownDevice>> =>
    new Map(
      (
        await db
          .selectFrom('device')
          .select(['id', 'tenant_id', 'name', 'key_hash'])
          .where('key_hash', '=', sql<string>`any(${[...hashes]}::text[])`)
          .where('key_revoked_at', 'is', null)
          .execute()
      ).map((row) => [row.key_hash ?? '', { id: row.id, tenantId: row.tenant_id, name: row.name }]),
    ),

  /** Who these devices are, as their events name them. */
  namedByIds: async (ids: readonly string[]): Promise<Map<string, NamedDevice>> =>
    new Map(
      (
        await db
          .selectFrom('device')
          .select(['id', 'tenant_id', 'group_id', 'name', 'ip_address'])
          .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
          .execute()
      ).map(({ id, ...row }) => [
        id,
        { id, tenantId: row.tenant_id, groupId: row.group_id, name: row.name, ipAddress: row.ip_address },
      ]),
    ),

  /** Agents spoke: their devices are visible and connected. */
  touch: async (ids: readonly string[], now: Date): Promise<void> => {
    await db
      .updateTable('device')
      .set(seenNow(now))
      // Locked in one order: two statements for many devices must not wait for each other.
      .where('id', 'in', (e) =>
        e
          .selectFrom('device')
          .select('id')
          .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
          .orderBy('id')
          .forUpdate(),
      )
      .execute();
  },
});
export type ContactStore = ReturnType<typeof contactStore>;
