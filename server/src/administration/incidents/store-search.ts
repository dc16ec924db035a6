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
import type { IncidentRow, IncidentTables } from './store.ts';

/** What incidents are found and sorted by (KSCAPI 15 a00092), and what says the same of them. */
const attributes: SearchAttributes = {
  KLINCDT_ID: { type: 'number', sql: 'number' },
  KLINCDT_SEVERITY: { type: 'number', sql: 'severity' },
  KLINCDT_ADDED: { type: 'time', sql: 'created_at' },
  KLINCDT_IS_HANDLED: { type: 'boolean', sql: '(processed_at is not null)' },
  KLINCDT_BODY: { type: 'text', sql: `coalesce(nullif(description, ''), title)` },
  KLHST_WKS_HOSTNAME: { type: 'text', sql: 'device_id::text' },
};

const MOST_INCIDENTS = 1_000_000;

/** Incidents by the Open API's filter language. */
export const incidentSearch = (db: Kysely<IncidentTables>, scope: TenantScope) => {
  const inScope = sql<boolean>`${scope === 'all' ? sql`true` : sql`tenant_id = any(${[...scope]}::uuid[])`}`;
  return {
    /**
     * Numbers of those that match, in the wanted order, else as they were noted: a snapshot for later pages.
     * @throws UnknownAttribute for a filter or an order by something else than the attributes above
     */
    findNumbers: async (
      filter: Filter,
      order: readonly { name: string; ascending: boolean }[],
      now: Date,
    ): Promise<Int32Array> => {
      checkOrder(order, (name) => Object.hasOwn(attributes, name));
      const ordering = order.map(({ name, ascending }) => `${attributes[name]?.sql} ${ascending ? 'asc' : 'desc'}`);
      const rows = await db
        .selectFrom('incident')
        .select('number')
        .where(postgresqlCondition(compileSearch(filter, attributes, postgresqlSearch, now)))
        .where(inScope)
        .orderBy(sql.raw([...ordering, 'number'].join(', ')))
        .limit(MOST_INCIDENTS)
        .execute();
      return Int32Array.from(rows, (row) => row.number);
    },

    /** The incidents with these numbers, in that order; those that are gone meanwhile are left out. */
    byNumbers: async (numbers: Int32Array): Promise<IncidentRow[]> => {
      if (numbers.length === 0) return [];
      const rows = await db
        .selectFrom('incident')
        .selectAll()
        .where(sql<boolean>`number = any(${[...numbers]}::int[])`)
        .where(inScope)
        .execute();
      const byNumber = new Map(rows.map((row) => [row.number, row]));
      return [...numbers].flatMap((number) => byNumber.get(number) ?? []);
    },
  };
};
