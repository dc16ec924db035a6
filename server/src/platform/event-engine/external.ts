import { createClient } from '@clickhouse/client';
import { type Backend, commonSettings, type ReaderLimits, readerSettings, streamSettings } from './backend.ts';
import { throughClient } from './client-connection.ts';

/** A ClickHouse server or cluster, over HTTP. */
export interface ClickhouseServer {
  /** `https://host:8443` */
  url: string;
  user?: string;
  password?: string;
  /** Made when it is not there. */
  database?: string;
  /** The cluster's name in the server's configuration: tables are then made replicated on all of its nodes. */
  cluster?: string;
}

/** Waits this much longer than the server's own limit, so that the server's answer says what happened. */
const GRACE_MS = 10_000;
/** Mutations and big inserts may take long. */
const WORK_SECONDS = 600;

/** One client for each purpose, with that purpose's settings on every request of it. */
export const openExternal = async (
  server: ClickhouseServer,
  limits: ReaderLimits,
  counts: { readers: number; writers: number; streamers: number; streamSeconds: number },
): Promise<Backend> => {
  const { url, user, password, cluster, database } = server;
  const connect = (settings: Record<string, string | number>, seconds: number, database?: string) =>
    createClient({
      url,
      username: user,
      password,
      database,
      request_timeout: seconds * 1000 + GRACE_MS,
      clickhouse_settings: settings,
      compression: { request: false, response: true },
      log: { level: 127 }, // off: errors are thrown to us, and logs of the client would hold SQL
    });
  const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  const working = () => throughClient(connect(commonSettings, WORK_SECONDS, database));
  const at = new URL(url).host;

  if (database !== undefined) {
    if (!/^[A-Za-z_]\w*$/.test(database)) throw new Error(`"${database}" is no name for a ClickHouse database`);
    const first = connect(commonSettings, 20);
    try {
      await first.command({
        query: `create database if not exists ${database} ${cluster ? `on cluster '${cluster}'` : ''}`,
      });
    } finally {
      await first.close();
    }
  }
  return {
    kind: 'clickhouse',
    at,
    cluster,
    writers: times(counts.writers, working),
    maintenance: [working()],
    readers: times(counts.readers, () => throughClient(connect(readerSettings(limits), limits.maxSeconds, database))),
    streamers: times(counts.streamers, () => {
      const client = connect(streamSettings(limits, counts.streamSeconds), counts.streamSeconds, database);
      return {
        stream: async function* (sql, params) {
          const result = await client.query({ query: sql, query_params: params, format: 'JSONEachRow' });
          for await (const rows of result.stream()) {
            for (const row of rows) yield row.json();
          }
        },
        close: () => client.close(),
      };
    }),
    control: throughClient(connect(commonSettings, 20, database)),
  };
};
