import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { prepareValue } from 'pg/lib/utils.js';
import { Unavailable } from '../errors/index.ts';
import type { ErrorFields, FromWorker, Result, ToWorker } from './pglite-messages.ts';

/** PGlite in a thread of its own, seen from the main thread. */
export interface PgliteThread {
  pool: PostgresPool;
  /** Runs one statement with parameters, or a script without. @returns one result per statement */
  run(sql: string, values: readonly unknown[]): Promise<Result[]>;
  close(): Promise<void>;
}

/** The same text for a value that node-postgres sends to a server, so that both engines get the same. */
const asText = (value: unknown): string | null => {
  const prepared = prepareValue(value);
  return Buffer.isBuffer(prepared) ? `\\x${prepared.toString('hex')}` : prepared;
};

const rebuild = ({ message, ...fields }: ErrorFields): Error =>
  Object.assign(new pg.DatabaseError(message, message.length, 'error'), fields);

const notOpenable = (folder: string, cause: Error) =>
  new Unavailable(
    'db.not-openable',
    `The embedded database in ${folder} could not be opened (${cause.message}). ` +
      'Check that the folder may be written and that the disk is not full; else restore a backup.',
    { cause },
  );

/**
 * Opens the embedded database in `<dataDir>/database`. The folder must be locked first (see `platform/lock`).
 *
 * @param onFatal called once when the thread dies; from then on everything is rejected with Unavailable `db.stopped`,
 *   and only a restart of the process helps
 */
export const openPglite = async (dataDir: string, onFatal: (error: Error) => void): Promise<PgliteThread> => {
  const folder = join(dataDir, 'database');
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw notOpenable(folder, error as Error);
  }
  const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), {
    workerData: { dataDir: folder },
    execArgv: [],
  });
  const open = new Map<number, { resolve: (results: Result[]) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let lastClient = 0;
  let dead: Error | undefined;
  let closing: Promise<void> | undefined;

  const die = (cause: unknown): void => {
    if (dead) return;
    dead = new Unavailable('db.stopped', 'The embedded database has stopped. Restart the server.', { cause });
    for (const { reject } of open.values()) reject(dead);
    open.clear();
    if (!closing) onFatal(dead);
  };

  await new Promise<void>((ready, failed) => {
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') return ready();
      if (message.kind === 'failed-to-open') {
        return failed(notOpenable(folder, rebuild(message.error)));
      }
      const waiting = open.get(message.id);
      open.delete(message.id);
      if (message.kind === 'result') waiting?.resolve(message.results);
      else waiting?.reject(rebuild(message.error));
    });
    worker.on('error', (error) => {
      failed(error);
      die(error);
    });
    worker.on('exit', (code) => {
      const error = new Error(`The database thread ended with code ${code}`);
      failed(error);
      die(error);
    });
  });

  const ask = (message: (id: number) => ToWorker): Promise<Result[]> => {
    if (dead) return Promise.reject(dead);
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      open.set(id, { resolve, reject });
      worker.postMessage(message(id));
    });
  };
  const runAs = async (client: number, sql: string, values: readonly unknown[]): Promise<Result[]> => {
    const params = values.map(asText);
    try {
      return await ask((id) => ({ kind: 'run', id, client, sql, params }));
    } catch (error) {
      // The stack of the caller, not of the message handler.
      if (error instanceof Error) Error.captureStackTrace(error, runAs);
      throw error;
    }
  };
  const newClient = (): number => {
    lastClient += 1;
    return lastClient;
  };

  const close = (): Promise<void> => {
    closing ??= (async () => {
      if (dead) return;
      const exited = new Promise((resolve) => worker.once('exit', resolve));
      await ask((id) => ({ kind: 'close', id }));
      await exited;
    })();
    return closing;
  };

  const connect = async (): Promise<PostgresPoolClient> => {
    const client = newClient();
    return {
      query: async (sql: string, values: readonly unknown[] = []) => (await runAs(client, sql, values)).at(-1),
      release: () => {
        if (!dead) worker.postMessage({ kind: 'release', client } satisfies ToWorker);
      },
    } as PostgresPoolClient;
  };

  return {
    pool: { connect, end: close, options: {} },
    run: (sql, values) => runAs(newClient(), sql, values),
    close,
  };
};
