import { type Kysely, PostgresDialect, type RawBuilder, sql } from 'kysely';
import { guardedKysely, TransactionGuard } from './guard.ts';
import { openPglite } from './pglite.ts';
import { openPool, type PostgresqlOptions } from './postgresql.ts';

/** Rows of a statement that was given as text. */
export interface SqlResult {
  rows: any[];
}

/** The relational store: embedded in the data folder, or a PostgreSQL server. The same SQL answers the same on both. */
export interface Database {
  kind: 'pglite' | 'postgresql';
  /** All schemas, untyped. A store takes `forSchema` instead. */
  kysely: Kysely<any>;
  /** The tables of one system: `forSchema<TicketTables>('integrations')`. */
  forSchema<Tables>(schema: string): Kysely<Tables>;
  /**
   * One statement with `$1` parameters, or a script of several without parameters (rows of all of them).
   * @throws DatabaseUsedInsideTransaction
   */
  executeSql(text: string, values?: unknown[]): Promise<SqlResult>;
  /**
   * Runs `step` when the transaction that the caller is in has ended, kept or not; at once when there is none. `step`
   * must not throw.
   */
  afterTransaction(step: () => void): void;
  /** @throws Unavailable when the database does not answer */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Where the database is: a locked data folder of our own, or a server. */
export type DatabaseOptions =
  | {
      dataDir: string;
      /** Called once when the embedded database dies: end the process, nothing else helps. */
      onFatal?: (error: Error) => void;
    }
  | PostgresqlOptions;

/**
 * Opens the database and waits until it answers.
 *
 * Embedded, it runs in a thread of its own and has one connection: a transaction makes all others wait, and there is
 * no statement time-out, so bound the work in the query. Opening takes about 0.5 s, the first time 2.5 s.
 * On a server, use session pooling if a pooler is between: the time zone is set when a connection starts.
 *
 * @throws Unavailable `db.unreachable`, `db.refused`, `db.missing`, `db.not-openable`
 */
export const openDatabase = async (options: DatabaseOptions): Promise<Database> =>
  'url' in options ? openPostgresql(options) : openEmbedded(options.dataDir, options.onFatal ?? (() => {}));

const openEmbedded = async (dataDir: string, onFatal: (error: Error) => void): Promise<Database> => {
  const thread = await openPglite(dataDir, onFatal);
  const guard = new TransactionGuard();
  const kysely = await guardedKysely(new PostgresDialect({ pool: thread.pool }), guard);
  return database('pglite', kysely, guard, {
    run: async (text, values) => (await thread.run(text, values)).flatMap((result) => result.rows),
    close: thread.close,
  });
};

const openPostgresql = async (options: PostgresqlOptions): Promise<Database> => {
  const pool = openPool(options);
  const guard = new TransactionGuard();
  const kysely = await guardedKysely(new PostgresDialect({ pool }), guard);
  let closing: Promise<void> | undefined;
  const opened = database('postgresql', kysely, guard, {
    run: async (text, values) => {
      const client = await pool.connect();
      try {
        const answer = await client.query(text, values.length > 0 ? values : undefined);
        client.release();
        return (Array.isArray(answer) ? answer : [answer]).flatMap((result) => result.rows);
      } catch (error) {
        client.release(true); // a script may have failed inside its own transaction
        throw error;
      }
    },
    close: () => {
      closing ??= pool.end();
      return closing;
    },
  });
  try {
    await opened.ping();
  } catch (error) {
    await opened.close();
    throw error;
  }
  return opened;
};

const database = (
  kind: Database['kind'],
  kysely: Kysely<any>,
  guard: TransactionGuard,
  engine: { run(text: string, values: unknown[]): Promise<any[]>; close(): Promise<void> },
): Database => ({
  kind,
  kysely,
  forSchema: <Tables>(schema: string) => kysely.withSchema(schema) as Kysely<Tables>,
  executeSql: async (text, values = []) => {
    guard.check();
    return { rows: await engine.run(text, values) };
  },
  afterTransaction: (step) => guard.afterwards(step),
  ping: async () => {
    guard.check();
    await engine.run('select 1', []);
  },
  close: () => engine.close(),
});

/**
 * A value for a `jsonb` column. Always through here: a JavaScript array would reach PostgreSQL as an array of its own,
 * and be refused.
 */
export const json = <T>(value: T): RawBuilder<T> => sql<T>`cast(${JSON.stringify(value)} as jsonb)`;
