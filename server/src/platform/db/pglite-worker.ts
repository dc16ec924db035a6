/**
 * The thread that PGlite runs in, so that a long query does not stop the server's loop. One statement runs at a time;
 * who has opened a transaction is the only one to be served until it ends, whoever else waits.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import type { ErrorFields, FromWorker, Result, ToWorker } from './pglite-messages.ts';
import { typeParsers } from './types.ts';
import { WalSync } from './wal-sync.ts';

type Run = Extract<ToWorker, { kind: 'run' }>;

/** Answers wait for the disk together: this many at most. */
const SYNC_AFTER_COMMITS = 64;

const { dataDir } = workerData as { dataDir: string };
const port = parentPort;
if (!port) throw new Error('pglite-worker.ts runs as a worker thread only');
const say = (message: FromWorker): void => port.postMessage(message);

const fieldsOf = (error: unknown): ErrorFields => {
  if (!(error instanceof Error)) return { message: String(error) };
  // PGlite adds `query` and `params` to its errors: they may hold secrets and are not part of what pg reports.
  const { query: _query, params: _params, ...fields } = error as Error & Record<string, unknown>;
  return { ...fields, message: error.message };
};

// Parameters arrive as text, made by node-postgres's own rules, and pass through unchanged.
const asText = Object.fromEntries(
  [...typeParsers.keys(), 25, 1042, 1043].map((oid) => [oid, (value: unknown) => value as string]),
);

let lite: PGlite;
try {
  lite = await PGlite.create({ dataDir, parsers: Object.fromEntries(typeParsers), serializers: asText });
  await lite.exec(`set time zone 'UTC'`);
  say({ kind: 'ready' });
} catch (error) {
  say({ kind: 'failed-to-open', error: fieldsOf(error) });
  throw error;
}

const wal = new WalSync(dataDir);
const waiting: ToWorker[] = [];
/** The client whose transaction is open. */
let owner: number | null = null;
let unsynced: FromWorker[] = [];

const syncAndAnswer = (): void => {
  if (unsynced.length === 0) return;
  wal.sync();
  for (const answer of unsynced) say(answer);
  unsynced = [];
};

const execute = async ({ sql, params }: Run): Promise<Result[]> => {
  const results = params.length > 0 ? [await lite.query(sql, params)] : await lite.exec(sql);
  return results.map((result) => ({
    command: result.command ?? '',
    rowCount: result.affectedRows || result.rows.length,
    rows: result.rows as Record<string, unknown>[],
  }));
};

const run = async (message: Run): Promise<void> => {
  const { id, client, sql } = message;
  try {
    const results = await execute(message);
    for (const { command } of results) {
      if (command === 'BEGIN' || command === 'START') owner = client;
      // The tag of "rollback to savepoint" is ROLLBACK too.
      if (
        command === 'COMMIT' ||
        (command === 'ROLLBACK' && !/^\s*rollback\s+(work\s+|transaction\s+)?to\b/i.test(sql))
      )
        owner = null;
    }
    const answer: FromWorker = { kind: 'result', id, results };
    if (owner !== null) return say(answer);
    const onlyReads = results.every(
      ({ command }) => command === 'SELECT' || command === 'SHOW' || command === 'ROLLBACK',
    );
    if (onlyReads && !wal.hasNews()) return say(answer);
    unsynced.push(answer);
    if (unsynced.length >= SYNC_AFTER_COMMITS) syncAndAnswer();
  } catch (error) {
    // A script of several statements may have failed after its own "begin".
    if (owner === null && message.params.length === 0) await lite.exec('rollback');
    say({ kind: 'error', id, error: fieldsOf(error) });
  }
};

/** The next message that may run: the owner's first, if a transaction is open. */
const take = (): ToWorker | undefined => {
  const at = waiting.findIndex((message) => owner === null || (message.kind !== 'close' && message.client === owner));
  return at < 0 ? undefined : waiting.splice(at, 1)[0];
};

let busy = false;
const work = async (): Promise<void> => {
  if (busy) return;
  busy = true;
  for (let message = take(); message; message = take()) {
    if (message.kind === 'run') await run(message);
    else if (message.kind === 'release') {
      if (owner !== message.client) continue;
      await lite.exec('rollback'); // whoever held it went away in the middle
      owner = null;
    } else {
      syncAndAnswer();
      await lite.close();
      say({ kind: 'result', id: message.id, results: [] });
      port.close();
      return;
    }
    if (waiting.length === 0) {
      // Lets messages in that arrived meanwhile, so that their commits share the way to the disk.
      await new Promise((resolve) => setImmediate(resolve));
      if (waiting.length === 0) syncAndAnswer();
    }
  }
  syncAndAnswer();
  busy = false;
};

port.on('message', (message: ToWorker) => {
  waiting.push(message);
  void work();
});
