import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log/index.ts';
import { masked } from './mask.ts';

const MOST_BYTES = 10 * 1024 * 1024;
/** Older files beside the one that is written, `name.1.log` the newest of them. */
const OLDER_FILES = 4;
const STATE_FILE = 'on.json';
/** Lines that wait for the disk; more are left out and counted, so that a slow disk holds up no work. */
const MOST_WAITING = 5_000;

export interface TraceState {
  on: boolean;
  /** Who switched it on, and when; null while it is off. */
  by: string | null;
  since: Date | null;
  /** The configuration asks for it, so it cannot be switched off while the server runs. */
  isConfigured: boolean;
}

export interface TraceFile {
  name: string;
  bytes: number;
  changedAt: Date;
}

/** Takes a line, when tracing is on. Costs nothing when it is off: `line` is not called. */
export type TraceLine = (line: () => Readonly<Record<string, unknown>>) => void;

export interface Trace {
  write: TraceLine;
  state(): TraceState;
  /** Kept over a restart. @returns false when the configuration decides */
  switch(on: boolean, by: string): Promise<boolean>;
  list(): Promise<TraceFile[]>;
  /** The whole file, or null when there is none of that name. */
  read(name: string): Promise<Buffer | null>;
  /** Takes away all files. @returns how many */
  removeFiles(): Promise<number>;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

interface Kept {
  by: string;
  since: string;
}

/**
 * Trace files of one part of the program: what it said to other systems and what they answered, a JSON object a line.
 * They may hold personal data, so it is off until somebody switches it on.
 *
 * @param folder is made when the first line is written; its files can be read by this user alone
 */
export const openTrace = async ({
  folder,
  name,
  isConfigured,
  clock,
  log,
}: {
  folder: string;
  name: string;
  isConfigured: boolean;
  clock: () => Date;
  log: Log;
}): Promise<Trace> => {
  const stateFile = join(folder, STATE_FILE);
  const fileOf = (age: number): string => (age === 0 ? `${name}.log` : `${name}.${age}.log`);
  const names = Array.from({ length: OLDER_FILES + 1 }, (_, age) => fileOf(age));
  const current = join(folder, fileOf(0));

  const kept = await readFile(stateFile, 'utf8').then(
    (text) => JSON.parse(text) as Kept,
    () => null,
  );
  let on: Kept | null = isConfigured ? { by: 'configuration', since: clock().toISOString() } : kept;
  let waiting: string[] = [];
  let leftOut = 0;
  let bytes: number | null = null;
  let work: Promise<void> = Promise.resolve();

  const rotate = async (): Promise<void> => {
    for (let age = OLDER_FILES; age > 0; age -= 1) {
      await rename(join(folder, fileOf(age - 1)), join(folder, fileOf(age))).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
    bytes = 0;
  };

  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const lines = waiting;
    waiting = [];
    if (leftOut > 0) lines.push(JSON.stringify({ at: clock(), leftOut }));
    leftOut = 0;
    const text = `${lines.join('\n')}\n`;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    bytes ??= await stat(current).then(
      ({ size }) => size,
      () => 0,
    );
    if (bytes > 0 && bytes + text.length > MOST_BYTES) await rotate();
    await appendFile(current, text, { mode: 0o600 });
    bytes += Buffer.byteLength(text);
  };
  const soon = (): void => {
    work = work.then(flush).catch((error: unknown) => {
      on = null;
      log.error({ err: error }, 'Trace files cannot be written; tracing is off');
    });
  };

  return {
    write: (line) => {
      if (on === null) return;
      if (waiting.length >= MOST_WAITING) {
        leftOut += 1;
        return;
      }
      waiting.push(JSON.stringify({ at: clock(), ...(masked(line()) as object) }));
      if (waiting.length === 1) soon();
    },
    state: () => ({ on: on !== null, by: on?.by ?? null, since: on ? new Date(on.since) : null, isConfigured }),
    switch: async (wanted, by) => {
      if (isConfigured) return wanted;
      if (wanted === (on !== null)) return true;
      on = wanted ? { by, since: clock().toISOString() } : null;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if (on) await writeFile(stateFile, JSON.stringify(on), { mode: 0o600 });
      else await rm(stateFile, { force: true });
      return true;
    },
    list: async () => {
      await work;
      const there = await readdir(folder).catch((): string[] => []);
      const files: TraceFile[] = [];
      for (const each of names.filter((file) => there.includes(file))) {
        const { size, mtime } = await stat(join(folder, each));
        files.push({ name: each, bytes: size, changedAt: mtime });
      }
      return files;
    },
    read: async (wanted) => {
      await work;
      return names.includes(wanted) ? await readFile(join(folder, wanted)).catch(() => null) : null;
    },
    removeFiles: async () => {
      await work;
      const there = (await readdir(folder).catch((): string[] => [])).filter((file) => names.includes(file));
      for (const file of there) await rm(join(folder, file), { force: true });
      bytes = 0;
      return there.length;
    },
    close: () => work,
  };
};
