import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Database, State } from './database.ts';
import { DataFileUnreadable } from './errors.ts';
import { isObject } from './query/keys.ts';

const SHORTEST_PAUSE_MS = 200;
/** Writing takes at most this part of the time, however large the database grows. */
const WRITING_SHARE = 0.1;

/**
 * What the file holds; null when there is none yet.
 * @throws DataFileUnreadable when it is there and is no state of this version
 */
export const loadState = async (file: string): Promise<State | null> => {
  let source: string;
  try {
    source = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new DataFileUnreadable(file, (error as Error).message, { cause: error });
  }
  let state: unknown;
  try {
    state = JSON.parse(source);
  } catch (error) {
    throw new DataFileUnreadable(file, 'it is not JSON', { cause: error });
  }
  if (!isState(state)) throw new DataFileUnreadable(file, 'it is not a snapshot of this sandbox, version 1');
  return state;
};

/** Has this value the outline of a snapshot? */
export const isState = (value: unknown): value is State =>
  isObject(value) &&
  value.version === 1 &&
  isObject(value.ticketNumber) &&
  typeof value.clockAheadMs === 'number' &&
  [value.rows, value.nextIds, value.picklists, value.categoryRules, value.switches, value.rights].every(isObject) &&
  [value.users, value.workflowRules].every(Array.isArray) &&
  Object.values(value.rows as Record<string, unknown>).every((rows) => Array.isArray(rows) && rows.every(isRow));

const isRow = (row: unknown): boolean =>
  isObject(row) && isObject(row.udf) && isObject(row.values) && Number.isSafeInteger(row.values.id);

/**
 * Keeps a file up to date with the database: shortly after a change, by writing a neighbour and renaming it,
 * so that the file is always a whole one. What changed within the last moments before a crash is lost.
 */
export const keepInFile = (db: Database, file: string, onError: (error: Error) => void) => {
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  let writtenRevision = -1;
  let pauseMs = SHORTEST_PAUSE_MS;

  const write = async (): Promise<void> => {
    if (writtenRevision === db.revision) return;
    const revision = db.revision;
    const started = performance.now();
    const neighbour = `${file}.${process.pid}.new`;
    await mkdir(dirname(file), { recursive: true });
    try {
      const handle = await open(neighbour, 'w');
      try {
        await handle.writeFile(db.toJson());
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(neighbour, file);
    } catch (error) {
      await rm(neighbour, { force: true });
      throw error;
    }
    writtenRevision = revision;
    pauseMs = Math.max(SHORTEST_PAUSE_MS, (performance.now() - started) / WRITING_SHARE);
  };
  const queueWrite = (): Promise<void> => {
    // One after another: two writers would share the neighbour's name.
    writing = writing.then(write, write);
    return writing;
  };

  db.onChange(() => {
    timer ??= setTimeout(() => {
      timer = null;
      queueWrite().catch(onError);
    }, pauseMs);
  });

  return {
    /** Writes what is not written yet. @throws when the file cannot be written */
    flush: async (): Promise<void> => {
      if (timer) clearTimeout(timer);
      timer = null;
      await queueWrite();
    },
  };
};
