import { type Kysely, sql } from 'kysely';
import type { TenantScope } from '../tenants/index.ts';
import type { DeviceTables } from './store.ts';

/** A device as others name it: what it is called, where it stands, what kind of computer it is. */
export interface DeviceStanding {
  id: string;
  tenantId: string;
  groupId: number;
  name: string;
  /** Empty: it never told. */
  osFamily: string;
  isServer: boolean;
}

/** Names and places of many devices, for whoever counts or lists them beside something of its own. */
export const deviceStandings = (db: Kysely<DeviceTables>, scope: TenantScope) => {
  const own = () =>
    db
      .selectFrom('device')
      .select([
        'id',
        'tenant_id as tenantId',
        'group_id as groupId',
        'name',
        'os_family as osFamily',
        'os_is_server as isServer',
      ])
      .$if(scope !== 'all', (q) => q.where(sql<boolean>`tenant_id = any(${[...(scope as readonly string[])]}::uuid[])`))
      .orderBy('id');
  return {
    /** A page in the order of their ids. */
    page: (afterId: string | null, limit: number): Promise<DeviceStanding[]> =>
      own()
        .$if(afterId !== null, (q) => q.where('id', '>', afterId ?? ''))
        .limit(limit)
        .execute(),

    /** Those of these ids that are there. */
    of: async (ids: readonly string[]): Promise<Map<string, DeviceStanding>> => {
      if (ids.length === 0) return new Map();
      const rows = await own()
        .where(sql<boolean>`id = any(${[...ids]}::uuid[])`)
        .execute();
      return new Map(rows.map((row) => [row.id, row]));
    },
  };
};
export type DeviceStandings = ReturnType<typeof deviceStandings>;
