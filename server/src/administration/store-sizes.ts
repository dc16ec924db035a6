import type { Database } from '../platform/db/index.ts';
import type { EventEngine } from '../platform/event-engine/index.ts';

/** What the server's two stores take on the disk, in bytes, and what their data alone does. */
export const storedSizes =
  ({ database, engine }: { database: Pick<Database, 'executeSql'>; engine: Pick<EventEngine, 'query'> }) =>
  async (): Promise<{ bytes: number; dataBytes: number; system: string }> => {
    const [relational, events] = await Promise.all([
      database.executeSql(
        `select pg_database_size(current_database())::text as bytes, version() as system,
          (select coalesce(sum(pg_relation_size(oid)), 0)::text from pg_class where relkind in ('r', 'm', 't')) as data`,
      ),
      engine.query<{ bytes: string; data: string }>(
        `select toString(sum(bytes_on_disk)) as bytes, toString(sum(data_compressed_bytes)) as data
         from system.parts where active and database = currentDatabase()`,
      ),
    ]);
    const [row] = relational.rows as { bytes: string; data: string; system: string }[];
    const [parts] = events;
    return {
      bytes: Number(row?.bytes ?? 0) + Number(parts?.bytes ?? 0),
      dataBytes: Number(row?.data ?? 0) + Number(parts?.data ?? 0),
      system: row?.system ?? '',
    };
  };
