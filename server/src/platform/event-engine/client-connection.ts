import type { ClickHouseClient } from '@clickhouse/client';
import type { EngineConnection } from './backend.ts';

/** The same calls for both backends. No settings with a call: see `embedded.ts`. */
export const throughClient = (client: ClickHouseClient): EngineConnection => ({
  command: async (sql, params) => {
    await client.command({ query: sql, query_params: params });
  },
  insert: async (table, rows) => {
    await client.insert({ table, values: rows, format: 'JSONEachRow' });
  },
  query: async (sql, params) => {
    const result = await client.query({ query: sql, query_params: params, format: 'JSONEachRow' });
    return result.json();
  },
  close: () => client.close(),
});
