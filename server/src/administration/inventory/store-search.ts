import type { Filter } from '@gatehouse/protocols/ksc-open-api';
import { type Kysely, sql } from 'kysely';
import {
  checkOrder,
  compileSearch,
  postgresqlCondition,
  postgresqlSearch,
  type SearchAttributes,
} from '../search/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import { type InventoryTables, itemOf, type PlacedRecord, type SoftwareRecord, softwareColumns } from './store.ts';

/** Inventory attributes of the Open API that agents tell of. */
const attributes: SearchAttributes = {
  ProductID: { type: 'text', sql: 's.id::text' },
  DisplayName: { type: 'text', sql: 's.name' },
  DisplayVersion: { type: 'text', sql: 's.version' },
  Publisher: { type: 'text', sql: `coalesce(s.publisher, '')` },
};

/** Software that devices of a scope of tenants have, by the Open API's filter language. */
export const softwareSearch = (db: Kysely<InventoryTables>, scope: TenantScope) => ({
  /**
   * Ids in the wanted order, else by name: a snapshot that later pages read from.
   * @throws UnknownAttribute for a filter or an order by something else than the attributes above
   */
  findIds: async (
    filter: Filter,
    order: readonly { name: string; ascending: boolean }[],
    now: Date,
  ): Promise<Int32Array> => {
    checkOrder(order, (name) => Object.hasOwn(attributes, name));
    const ordering = order.map(({ name, ascending }) => `${attributes[name]?.sql} ${ascending ? 'asc' : 'desc'}`);
    const inScope = sql`${scope === 'all' ? sql`true` : sql`d.tenant_id = any(${[...scope]}::uuid[])`}`;
    const { rows } = await sql<{ id: number }>`
      select s.id from administration.software as s
      where ${postgresqlCondition(compileSearch(filter, attributes, postgresqlSearch, now))} and s.id in (
        select unnest(d.software_ids) from administration.device_inventory as d where ${inScope})
      order by ${sql.raw([...ordering, 'lower(s.name), s.version, s.id'].join(', '))}`.execute(db);
    return Int32Array.from(rows, (row) => row.id);
  },

  /** Rows of the catalogue with these ids, in that order. Ids come from `findIds`, which knows the scope. */
  byIds: async (ids: Int32Array): Promise<SoftwareRecord[]> => {
    if (ids.length === 0) return [];
    const { rows } = await sql<PlacedRecord>`
      select ${softwareColumns} from administration.software as s where s.id = any(${[...ids]}::int[])`.execute(db);
    const byId = new Map(rows.map((row) => [row.id, itemOf(row)]));
    return [...ids].flatMap((id) => byId.get(id) ?? []);
  },
});
export type SoftwareSearch = ReturnType<typeof softwareSearch>;
