import { type Kysely, sql } from 'kysely';
import type { DeviceTables } from './store.ts';
import { seenNow } from './store-seen.ts';

export interface KnownDevice {
  id: string;
  tenantId: string;
  name: string;
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

  /** Agents spoke: their devices are visible and connected. */
  touch: async (ids: readonly string[], now: Date): Promise<void> => {
    await db
      .updateTable('device')
      .set(seenNow(now))
      .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
      .execute();
  },
});
export type ContactStore = ReturnType<typeof contactStore>;
