import { attributesOf, type Filter } from '@gatehouse/protocols/ksc-open-api';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { checkOrder, compileSearch, postgresqlCondition, postgresqlSearch } from '../search/index.ts';
import type { TenantScope } from '../tenants/index.ts';
import type { DeviceRecord, DeviceTables } from './store.ts';
import { type SearchContext, searchAttributes } from './store-search-attributes.ts';

/** A filter as a condition on the table `device`. @throws UnknownAttribute */
export const searchCondition = (filter: Filter, context: SearchContext): RawBuilder<boolean> =>
  postgresqlCondition(
    compileSearch(filter, searchAttributes(attributesOf(filter), context), postgresqlSearch, context.now),
  );

/** More devices than one server manages. */
const MOST_DEVICES = 1_000_000;

/** Devices by the Open API's filter language. */
export const deviceSearch = (db: Kysely<DeviceTables>, scope: TenantScope) => {
  const inScope = sql<boolean>`${scope === 'all' ? sql`true` : sql`tenant_id = any(${[...scope]}::uuid[])`}`;

  const found = (
    filter: Filter,
    order: readonly { name: string; ascending: boolean }[],
    context: SearchContext,
  ): { condition: RawBuilder<boolean>; ordering: RawBuilder<unknown> } => {
    const attributes = searchAttributes([...attributesOf(filter), ...order.map(({ name }) => name)], context);
    checkOrder(order, (name) => Object.hasOwn(attributes, name));
    const ordering = order.map(
      ({ name, ascending }) => `${attributes[name]?.sql} ${ascending ? 'asc' : 'desc'} nulls last`,
    );
    return {
      condition: postgresqlCondition(compileSearch(filter, attributes, postgresqlSearch, context.now)),
      ordering: sql.raw([...ordering, 'number'].join(', ')),
    };
  };

  return {
    /**
     * Ids of the devices that match, in the wanted order: a snapshot that later pages read from.
     * @throws UnknownAttribute for a filter or an order by something that no device has
     */
    find: async (
      filter: Filter,
      order: readonly { name: string; ascending: boolean }[],
      context: SearchContext,
    ): Promise<string[]> => {
      const { condition, ordering } = found(filter, order, context);
      const rows = await db
        .selectFrom('device')
        .select('id')
        .where(condition)
        .where(inScope)
        .orderBy(ordering)
        .limit(MOST_DEVICES)
        .execute();
      return rows.map((row) => row.id);
    },

    /** The same by their numbers, four bytes a device: for what is kept between calls. @throws UnknownAttribute */
    findNumbers: async (
      filter: Filter,
      order: readonly { name: string; ascending: boolean }[],
      context: SearchContext,
    ): Promise<Int32Array> => {
      const { condition, ordering } = found(filter, order, context);
      const rows = await db
        .selectFrom('device')
        .select('number')
        .where(condition)
        .where(inScope)
        .orderBy(ordering)
        .limit(MOST_DEVICES)
        .execute();
      return Int32Array.from(rows, (row) => row.number);
    },

    /** The devices with these ids, in that order; those that are gone meanwhile are left out. */
    byIds: async (ids: readonly string[]): Promise<DeviceRecord[]> => {
      if (ids.length === 0) return [];
      const rows = await db
        .selectFrom('device')
        .selectAll()
        .where(sql<boolean>`id = any(${[...ids]}::uuid[])`)
        .where(inScope)
        .execute();
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.flatMap((id) => byId.get(id) ?? []);
    },

    /** As `byIds`, by numbers, and only what is asked for of each. */
    byNumbers: async <C extends keyof DeviceRecord>(
      numbers: Int32Array,
      columns: readonly C[],
    ): Promise<Pick<DeviceRecord, C>[]> => {
      if (numbers.length === 0) return [];
      const rows = await db
        .selectFrom('device')
        .select([...new Set<keyof DeviceRecord>(['number', ...columns])])
        .where(sql<boolean>`number = any(${[...numbers]}::int[])`)
        .where(inScope)
        .execute();
      const byNumber = new Map(rows.map((row) => [row.number, row as Pick<DeviceRecord, C>]));
      return [...numbers].flatMap((number) => byNumber.get(number) ?? []);
    },
  };
};
export type DeviceSearch = ReturnType<typeof deviceSearch>;
