import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { drainPending, Session } from 'chdb';
import { createChdbConnection } from 'chdb/connection';
import {
  type Backend,
  commonSettings,
  type EngineConnection,
  type ReaderLimits,
  readerSettings,
  type StreamConnection,
  streamSettings,
} from './backend.ts';
import { throughClient } from './client-connection.ts';

type Settings = Record<string, string | number>;
const setStatements = (settings: Settings) =>
  Object.entries(settings).map(([name, value]) => `set ${name} = ${typeof value === 'number' ? value : `'${value}'`}`);

/**
 * A connection that is replaced by a fresh one (5 ms) after every error. chDB keeps the rows that a statement had put
 * out before it failed, and gives them to the next statement on that connection: one tenant's search would be answered
 * with another's rows.
 */
const renewedAfterErrors = async (open: () => Promise<EngineConnection>): Promise<EngineConnection> => {
  let current = await open();
  const use = async <T>(work: (connection: EngineConnection) => Promise<T>): Promise<T> => {
    try {
      return await work(current);
    } catch (error) {
      await current.close();
      current = await open();
      throw error;
    }
  };
  return {
    command: (sql, params) => use((connection) => connection.command(sql, params)),
    insert: (table, rows) => use((connection) => connection.insert(table, rows)),
    query: (sql, params) => use((connection) => connection.query(sql, params)),
    close: () => current.close(),
  };
};

/**
 * chDB in `<dataDir>/events`: the engine of ClickHouse inside this process.
 *
 * Its traps, all seen: a failed statement's rows turn up in the next answer (see above). Settings given with one call
 * stay on the connection for good, so they are pinned here, once. A connection runs one statement at a time. An aborted
 * call goes on working inside. It must not be loaded in a worker thread. Each running statement holds a thread of
 * libuv's pool: start the process with UV_THREADPOOL_SIZE=16, or file access waits behind searches. One folder per
 * process, and one process per folder.
 */
export const openEmbedded = async (
  dataDir: string,
  limits: ReaderLimits,
  counts: { readers: number; streamSeconds: number },
): Promise<Backend> => {
  const path = join(dataDir, 'events');
  mkdirSync(path, { recursive: true });
  const opened: { close(): Promise<void> }[] = [];

  const connect = async (settings: Settings): Promise<EngineConnection> => {
    const connection = await renewedAfterErrors(async () => {
      // The two packages carry different copies of one type.
      const client = createClient({ connection: createChdbConnection({ path }) as never }) as ClickHouseClient;
      for (const query of setStatements(settings)) await client.command({ query });
      return throughClient(client);
    });
    opened.push(connection);
    return connection;
  };
  const connectStream = async (): Promise<StreamConnection> => {
    const open = async () => {
      const session = new Session(path);
      for (const statement of setStatements(streamSettings(limits, counts.streamSeconds)))
        await session.queryAsync(statement);
      return session;
    };
    let session = await open();
    const connection: StreamConnection = {
      stream: async function* (sql, params) {
        const rows = session.queryStreamBind(sql, params, { format: 'JSONEachRow' });
        let complete = false;
        try {
          yield* rows.rows();
          complete = true;
        } finally {
          rows.cancel();
          if (!complete) {
            session.close();
            session = await open();
          }
        }
      },
      close: async () => session.close(),
    };
    opened.push(connection);
    return connection;
  };

  try {
    return {
      kind: 'chdb',
      at: path,
      writers: [await connect(commonSettings)],
      maintenance: [await connect(commonSettings)],
      readers: await Promise.all(Array.from({ length: counts.readers }, () => connect(readerSettings(limits)))),
      streamers: [await connectStream()],
      control: await connect(commonSettings),
    };
  } catch (error) {
    for (const connection of opened) await connection.close();
    await drainPending();
    throw error;
  }
};
