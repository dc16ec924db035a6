import { randomUUID } from 'node:crypto';
import { Unavailable } from '../errors/index.ts';
import type { Backend, EngineConnection, Params, ReaderLimits } from './backend.ts';
import { type Ddl, ddlFor } from './ddl.ts';
import { EventEngineFailed, explainEngineError } from './errors.ts';
import { type ClickhouseServer, openExternal } from './external.ts';
import { Lanes } from './lanes.ts';

export interface QueryOptions {
  /** Stops the statement in the engine too, not only the waiting for it. */
  signal?: AbortSignal;
  /** Less than the readers' own limit; more has no effect. */
  maxSeconds?: number;
}

/**
 * The event store: the one place that talks to chDB or ClickHouse. Every method may throw EventEngineFailed (the
 * statement is at fault or too costly) or Unavailable (the engine is), never with SQL in the message.
 *
 * Values: `{name:Type}` placeholders only, never text put together. A DateTime64 parameter made from a Date loses its
 * milliseconds: pass `fromUnixTimestamp64Milli({t:Int64})`. A UInt64 beyond 2^53 comes back rounded: select it with
 * `toString()`. Put settings of one statement in its text (`… settings max_threads = 1`), on readers none at all.
 */
export interface EventEngine {
  kind: 'chdb' | 'clickhouse';
  ddl: Ddl;
  /** Tables and mutations; one at a time, and nothing else waits for them. */
  command(sql: string, params?: Params): Promise<void>;
  /**
   * Stores rows; resolves when they are on the disk (tables made with `ddl.settings()`). All of them or none. Give
   * rows an id of their own: after an error or a crash it is unknown whether they were stored. Use a `Batcher` for
   * many small ones, 4 ms each way.
   */
  insert(table: string, rows: readonly object[]): Promise<void>;
  /** Searches, bounded in time, memory and rows. Reads only: writing, files and addresses are refused. */
  query<T>(sql: string, params?: Params, options?: QueryOptions): Promise<T[]>;
  /** Rows as they come, for exports of any length. Leaving the loop stops the statement. */
  stream<T>(sql: string, params?: Params, options?: { signal?: AbortSignal }): AsyncIterable<T>;
  ping(): Promise<void>;
  /** Lets running statements end. */
  close(): Promise<void>;
}

export type EventEngineOptions = ({ dataDir: string } | ClickhouseServer) & {
  limits?: Partial<ReaderLimits>;
  /** Searches at once; default 2 embedded, 8 on a server. */
  readers?: number;
  /** Most searches that may wait for a reader. */
  maxWaiting?: number;
};

const DEFAULT_LIMITS: ReaderLimits = { maxSeconds: 20, maxMemoryBytes: 1_000_000_000, maxResultRows: 100_000 };
const STREAM_SECONDS = 600;
const MAX_WAIT_SECONDS = 30;
/** Inserts and mutations have no reader who would give up: they wait long before they fail. */
const MAX_WORK_WAIT_SECONDS = 600;

/**
 * Opens the event store and waits until it answers. Embedded: 0.1 s; its folder must be locked first
 * (see `platform/lock`), and the process started with UV_THREADPOOL_SIZE=16.
 *
 * @throws Unavailable `event-engine.unreachable` or `event-engine.not-openable`
 */
export const openEventEngine = async (options: EventEngineOptions): Promise<EventEngine> => {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const engine = eventEngineOn(await openBackend(options, limits), limits, options.maxWaiting ?? 200);
  try {
    await engine.ping();
  } catch (error) {
    await engine.close();
    throw error;
  }
  return engine;
};

const openBackend = async (options: EventEngineOptions, limits: ReaderLimits): Promise<Backend> => {
  if ('url' in options) {
    const counts = { readers: options.readers ?? 8, writers: 4, streamers: 2, streamSeconds: STREAM_SECONDS };
    try {
      return await openExternal(options, limits, counts);
    } catch (error) {
      throw explainEngineError(error, new URL(options.url).host);
    }
  }
  // Loaded only here: the library takes 260 MB, and an installation with a ClickHouse server needs none of it.
  const { openEmbedded } = await import('./embedded.ts');
  try {
    return await openEmbedded(options.dataDir, limits, {
      readers: options.readers ?? 2,
      streamSeconds: STREAM_SECONDS,
    });
  } catch (error) {
    throw new Unavailable(
      'event-engine.not-openable',
      `The event store in ${options.dataDir} could not be opened. Check that no other server uses the folder, ` +
        'that it may be written and that the disk is not full.',
      { cause: error },
    );
  }
};

const eventEngineOn = (backend: Backend, limits: ReaderLimits, maxWaiting: number): EventEngine => {
  const searching = { maxWaiting, maxWaitSeconds: MAX_WAIT_SECONDS };
  const working = { maxWaiting: 10_000, maxWaitSeconds: MAX_WORK_WAIT_SECONDS };
  const writers = new Lanes(backend.writers, working);
  const maintenance = new Lanes(backend.maintenance, working);
  const readers = new Lanes(backend.readers, searching);
  const streamers = new Lanes(backend.streamers, searching);
  const control = new Lanes([backend.control], working);
  const running = new Set<Promise<unknown>>();
  let closed = false;

  /** Counts a statement as running until it really ends, and names its error. */
  const tracked = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closed) throw new Unavailable('event-engine.closed', 'The event store is closed: the server is stopping.');
    const statement = work();
    running.add(statement);
    try {
      return await statement;
    } catch (error) {
      throw explainEngineError(error, backend.at);
    } finally {
      running.delete(statement);
    }
  };

  // Never with "sync": in chDB that hangs for ever. The mark is bound, so that this statement does not find itself.
  const stopMarked = (mark: string): Promise<void> =>
    control
      .run((connection) => connection.query('kill query where query like {mark:String} async', { mark: `%${mark}%` }))
      .then(() => {});

  const read = async (connection: EngineConnection, sql: string, params: Params, options: QueryOptions) => {
    options.signal?.throwIfAborted();
    const mark = `gatehouse:${randomUUID()}`;
    const stopped = Promise.withResolvers<never>();
    let killing: Promise<void> | undefined;
    const stop = (reason: unknown) => {
      killing ??= stopMarked(mark);
      // A statement that could not be stopped ends by its own limit of time.
      killing.catch(() => {});
      stopped.reject(reason);
    };
    const onAbort = () => stop(options.signal?.reason);
    options.signal?.addEventListener('abort', onAbort);
    const seconds = options.maxSeconds ?? limits.maxSeconds;
    const timer =
      seconds < limits.maxSeconds
        ? setTimeout(() => stop(new EventEngineFailed('event-engine.too-slow')), seconds * 1000)
        : undefined;
    const statement = connection.query(`/* ${mark} */ ${sql}`, params);
    const ended = statement
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', onAbort);
      });
    return { answer: Promise.race([statement, stopped.promise]), ended };
  };

  return {
    kind: backend.kind,
    ddl: ddlFor(backend.cluster),

    command: (sql, params = {}) => tracked(() => maintenance.run((connection) => connection.command(sql, params))),

    insert: (table, rows) => {
      if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/.test(table)) throw new Error(`"${table}" is no name of a table`);
      if (rows.length === 0) return Promise.resolve();
      return tracked(() => writers.run((connection) => connection.insert(table, rows)));
    },

    query: async <T>(sql: string, params: Params = {}, options: QueryOptions = {}) => {
      const isOurs = (error: unknown) => options.signal?.aborted && error === options.signal.reason;
      let aborted: unknown;
      try {
        return (await tracked(async () => {
          const connection = await readers.acquire(options.signal).catch((error) => {
            if (isOurs(error)) aborted = error;
            throw error;
          });
          let ended: Promise<void> = Promise.resolve();
          try {
            const reading = await read(connection, sql, params, options);
            ended = reading.ended;
            return await reading.answer;
          } catch (error) {
            if (isOurs(error)) aborted = error;
            throw error;
          } finally {
            // An aborted statement still holds its connection until the engine has let go of it.
            const given = ended.then(() => readers.release(connection));
            running.add(given);
            void given.finally(() => running.delete(given));
          }
        })) as T[];
      } catch (error) {
        throw aborted ?? error;
      }
    },

    stream: async function* <T>(sql: string, params: Params = {}, options: { signal?: AbortSignal } = {}) {
      if (closed) throw new Unavailable('event-engine.closed', 'The event store is closed: the server is stopping.');
      const connection = await streamers.acquire(options.signal);
      const done = Promise.withResolvers<void>();
      running.add(done.promise);
      try {
        for await (const row of connection.stream(sql, params)) {
          options.signal?.throwIfAborted();
          yield row as T;
        }
      } catch (error) {
        throw options.signal?.aborted ? options.signal.reason : explainEngineError(error, backend.at);
      } finally {
        streamers.release(connection);
        running.delete(done.promise);
        done.resolve();
      }
    },

    ping: () => tracked(() => control.run((connection) => connection.query('select 1', {}))).then(() => {}),

    close: async () => {
      if (closed) return;
      closed = true;
      await Promise.allSettled(running);
      const all = [
        ...backend.writers,
        ...backend.maintenance,
        ...backend.readers,
        ...backend.streamers,
        backend.control,
      ];
      for (const connection of all) await connection.close();
    },
  };
};
