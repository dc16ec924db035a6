import { type FileHandle, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { reasonOf, StateDamaged, systemCodeOf } from './errors.ts';

/** The calls by which the spool writes; tests put a full disk behind them. */
export interface Disk {
  openAppend(path: string): Promise<FileHandle>;
  write(file: FileHandle, data: Buffer, position: number): Promise<void>;
  sync(file: FileHandle): Promise<void>;
  replace(path: string, data: Buffer): Promise<void>;
  remove(path: string): Promise<void>;
}

/** A new, renamed or removed name survives a power cut only when its folder was synced too. */
export const syncFolder = async (folder: string | Buffer): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Replaces a file as a whole: after a crash it holds the old content or the new, never half of one. */
export const replaceFile = async (path: string, data: Buffer | string): Promise<void> => {
  const fresh = `${path}.new`;
  const handle = await open(fresh, 'w', 0o600);
  try {
    await handle.writeFile(data);
    await handle.sync();
  } catch (cause) {
    await handle.close();
    await unlink(fresh);
    throw cause;
  }
  await handle.close();
  await rename(fresh, path);
  await syncFolder(dirname(path));
};

export const realDisk: Disk = {
  async openAppend(path) {
    // Not the 'a' mode: Linux ignores positions there, and a torn tail is overwritten in place.
    const handle = await open(path, 'r+').catch((cause: unknown) => {
      if (systemCodeOf(cause) !== 'ENOENT') throw cause;
      return open(path, 'wx+', 0o600);
    });
    await syncFolder(dirname(path));
    return handle;
  },
  async write(file, data, position) {
    let done = 0;
    while (done < data.length) done += (await file.write(data, done, data.length - done, position + done)).bytesWritten;
  },
  sync: (file) => file.datasync(),
  replace: replaceFile,
  async remove(path) {
    await unlink(path);
    await syncFolder(dirname(path));
  },
};

/**
 * A small JSON file with a schema, replaced as a whole.
 * @throws StateDamaged on reading what does not fit the schema
 */
export const stateFile = <Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  whenAbsent: () => z.output<Schema>,
) => ({
  async read(): Promise<z.output<Schema>> {
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      if (systemCodeOf(cause) === 'ENOENT') return null;
      throw cause;
    });
    if (text === null) return whenAbsent();
    try {
      return schema.parse(JSON.parse(text));
    } catch (cause) {
      throw new StateDamaged(path, reasonOf(cause));
    }
  },
  async write(value: z.input<Schema>): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await replaceFile(path, JSON.stringify(value));
  },
});

/** No space, or none for this user. */
export const isDiskFull = (thrown: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(systemCodeOf(thrown) ?? '');

/** One after the other: two writers of one file would mix their halves. */
export const oneAtATime = () => {
  let tail: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const mine = tail.then(work, work);
    tail = mine.catch(() => undefined);
    return mine;
  };
};
