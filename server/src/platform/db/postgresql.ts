import pg from 'pg';
import { explainDriverError } from './errors.ts';
import { parserOf } from './types.ts';

/** A PostgreSQL server by address. */
export interface PostgresqlOptions {
  /** `postgres://user:password@host:5432/database` */
  url: string;
  /** Most connections that this process opens. */
  maxConnections?: number;
  /** The server ends a statement that runs longer. */
  statementTimeoutSeconds?: number;
  /** Shown in `pg_stat_activity`. */
  applicationName?: string;
}

/** Host and port for messages: never user or password. */
export const addressOf = (url: string): string => {
  if (!URL.canParse(url)) return 'the given address';
  const { hostname, port, searchParams } = new URL(url);
  const host = decodeURIComponent(hostname) || searchParams.get('host') || 'localhost';
  return `${host}:${port || searchParams.get('port') || 5432}`;
};

/** A pool whose lost connections are told as Unavailable, naming host and port. */
export const openPool = (options: PostgresqlOptions): pg.Pool => {
  const at = addressOf(options.url);
  const explain = (error: unknown) => {
    throw explainDriverError(error, at);
  };

  class Client extends pg.Client {
    // Kysely and executeSql use the promise form only; pg's own pool uses `connect` with a callback.
    override query(...args: any[]): any {
      const answer = (super.query as (...a: any[]) => any).apply(this, args);
      return answer instanceof Promise ? answer.catch(explain) : answer;
    }
  }
  const pool = new pg.Pool({
    Client: Client as typeof pg.Client,
    connectionString: options.url,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 10_000,
    statement_timeout: (options.statementTimeoutSeconds ?? 60) * 1000,
    application_name: options.applicationName ?? 'gatehouse',
    options: '-c timezone=UTC',
    // Prepared values come as text; the parsers are those of the embedded engine.
    types: { getTypeParser: (oid: number) => parserOf(oid) as (value: any) => any },
  });
  // An idle connection that the server closed: the pool drops it and opens another when one is needed, so the next
  // statement tells whether the server is still there.
  pool.on('error', () => {});
  // The same for a connection in use: its statement is rejected, and without this the process would end as well.
  pool.on('connect', (client) => client.on('error', () => {}));

  const connect = pool.connect.bind(pool) as (...args: any[]) => any;
  pool.connect = ((...args: any[]) => {
    const answer = connect(...args);
    return answer instanceof Promise ? answer.catch(explain) : answer;
  }) as typeof pool.connect;
  return pool;
};
