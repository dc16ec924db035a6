import { randomUUID } from 'node:crypto';
import { lstat, mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceFacts } from '@gatehouse/contract';
import { oneAtATime, replaceFile, syncFolder } from '../disk.ts';
import { AgentError, reasonOf, systemCodeOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { openRegular } from '../scanning/open-regular.ts';
import { openAllowed } from './allowed.ts';
import { encipher, newCipher } from './content.ts';
import { Entry, rawPathOf } from './entry.ts';
import { NotInQuarantine, NotQuarantined } from './errors.ts';
import { folderOf, hashAt, putBack } from './put-back.ts';

export interface FoundObject {
  threatUid: string;
  path: string;
  raw: Buffer;
  threatName: string;
  /** Only this content is moved; null: whatever is there. */
  sha256: string | null;
}

export interface QuarantineParts {
  /** A folder of its own on the agent's disk. */
  folder: string;
  /** Room for all objects together. */
  limitBytes: number;
  now: () => Date;
  logger: Logger;
}

const DAY_MS = 86_400_000;
const isAbsent = (cause: unknown) => ['ENOENT', 'ENOTDIR'].includes(systemCodeOf(cause) ?? '');

const removeIfThere = async (path: string | Buffer): Promise<void> => {
  await unlink(path).catch((cause: unknown) => {
    if (!isAbsent(cause)) throw cause;
  });
};

/** The files of one object: its content while it is being written, its content, and what is known of it. */
const filesOf = (folder: string, id: string) => ({
  part: join(folder, `${id}.part`),
  content: join(folder, `${id}.content`),
  entry: join(folder, `${id}.json`),
});

/** Is that very file still in place, as it was when it was copied? */
const isStillThere = async (entry: Entry): Promise<boolean> => {
  try {
    const { dev, ino, size, mtimeMs } = await lstat(rawPathOf(entry));
    return dev === entry.device && ino === entry.inode && size === entry.sizeBytes && mtimeMs === entry.modifiedAtMs;
  } catch (cause) {
    if (isAbsent(cause)) return false;
    throw cause;
  }
};

/**
 * Objects that were moved away, and the way back. Owns `quarantine/` in the state folder.
 *
 * At every moment an object is in its place, or whole in here, or both; a crash ends in one of them when it is opened
 * again. Content comes first, then the entry, then the original goes; a content without an entry is a copy of what is
 * still in place.
 */
export const openQuarantine = async ({ folder, limitBytes, now, logger }: QuarantineParts) => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const allowed = await openAllowed(folder, now);
  const entries = new Map<string, Entry>();
  /** Files that a restoration builds up just now: no find of a scan. */
  const building = new Set<string>();
  const exclusively = oneAtATime();

  const put = async (entry: Entry): Promise<void> => {
    await replaceFile(filesOf(folder, entry.id).entry, JSON.stringify(entry));
    entries.set(entry.id, entry);
  };
  const drop = async (id: string): Promise<void> => {
    const files = filesOf(folder, id);
    await removeIfThere(files.entry);
    await removeIfThere(files.content);
    await syncFolder(folder);
    entries.delete(id);
  };
  const removeOriginal = async (entry: Entry): Promise<void> => {
    const raw = rawPathOf(entry);
    await removeIfThere(raw);
    await syncFolder(folderOf(raw));
    await put({ ...entry, state: 'held' });
  };

  const recoverOne = async (entry: Entry): Promise<void> => {
    if (entry.state === 'moving') {
      if (await isStillThere(entry)) return removeOriginal(entry);
      return put({ ...entry, state: 'held' });
    }
    if (entry.state !== 'restoring') return;
    const { buildPath, ...rest } = entry;
    if (buildPath) await removeIfThere(Buffer.from(buildPath, 'base64'));
    const place = await hashAt(rawPathOf(entry));
    if (place === entry.sha256) return drop(entry.id);
    return put({ ...rest, state: 'held' });
  };

  const recover = async (): Promise<void> => {
    const names = new Set(await readdir(folder));
    for (const name of names) {
      const [id = '', kind] = name.split('.');
      if (kind === 'part' || name.endsWith('.new')) await removeIfThere(join(folder, name));
      else if (kind === 'content' && !names.has(`${id}.json`)) await removeIfThere(join(folder, name));
      else if (kind === 'json' && name !== allowed.fileName) {
        try {
          const entry = Entry.parse(JSON.parse(await readFile(join(folder, name), 'utf8')));
          if (names.has(`${id}.content`)) entries.set(entry.id, entry);
          else await drop(entry.id);
        } catch (cause) {
          if (systemCodeOf(cause)) throw cause;
          // Entries are replaced as a whole, so this is no crash: leave it and its content for a person.
          logger.error('An entry of the quarantine is unreadable', { file: name, reason: reasonOf(cause) });
        }
      }
    }
    for (const entry of [...entries.values()]) {
      try {
        await recoverOne(entry);
      } catch (cause) {
        logger.error('An object of the quarantine is left as it is', { path: entry.path, reason: reasonOf(cause) });
      }
    }
  };

  const usedBytes = () => [...entries.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

  const take = async (object: FoundObject): Promise<Entry> => {
    const { path, raw, threatUid, threatName } = object;
    const opened = await openRegular(raw);
    if (!opened.ok) throw new NotQuarantined(path, opened.reason);
    const { handle } = opened;
    const id = randomUUID();
    const files = filesOf(folder, id);
    try {
      const before = await handle.stat();
      if (usedBytes() + before.size > limitBytes) {
        throw new NotQuarantined(path, `the quarantine has room for ${limitBytes} bytes; delete what is not needed`);
      }
      const cipher = newCipher();
      const part = await open(files.part, 'wx', 0o600);
      let sha256: string;
      try {
        sha256 = await encipher(handle, part, cipher);
      } finally {
        await part.close();
      }
      const after = await handle.stat();
      const isChanged = after.size !== before.size || after.mtimeMs !== before.mtimeMs;
      if (isChanged || (object.sha256 !== null && object.sha256 !== sha256)) {
        throw new NotQuarantined(path, 'its content is another one since it was scanned');
      }
      await rename(files.part, files.content);
      const entry: Entry = {
        id,
        state: 'moving',
        path,
        rawPath: raw.toString('base64'),
        threatUid,
        threatName,
        sha256,
        sizeBytes: before.size,
        mode: before.mode & 0o7777,
        uid: before.uid,
        gid: before.gid,
        modifiedAtMs: before.mtimeMs,
        device: before.dev,
        inode: before.ino,
        quarantinedAt: now().toISOString(),
        cipher,
      };
      await put(entry);
      if (!(await isStillThere(entry))) throw new NotQuarantined(path, 'another file has taken its place');
      await removeOriginal(entry);
      return entries.get(id) ?? entry;
    } catch (cause) {
      // The original is in place: what was copied of it is of no use.
      await removeIfThere(files.part);
      if (entries.get(id)?.state !== 'held') await drop(id);
      if (cause instanceof AgentError || !systemCodeOf(cause)) throw cause;
      throw new NotQuarantined(path, reasonOf(cause));
    } finally {
      await handle.close();
    }
  };

  const get = (id: string): Entry => {
    const entry = entries.get(id);
    if (!entry) throw new NotInQuarantine(id);
    return entry;
  };

  const restore = async (id: string): Promise<Entry> => {
    const entry = get(id);
    await putBack(entry, {
      contentFile: filesOf(folder, id).content,
      put,
      allow: () => allowed.add(entry.sha256),
      building,
    });
    await drop(id);
    return entry;
  };

  const expire = async (keepDays: number): Promise<Entry[]> => {
    const oldest = now().getTime() - keepDays * DAY_MS;
    const old = [...entries.values()].filter(
      ({ state, quarantinedAt }) => state === 'held' && Date.parse(quarantinedAt) < oldest,
    );
    for (const { id } of old) await drop(id);
    return old;
  };

  await recover();
  return {
    /**
     * Moves an object in: afterwards it is gone from its place, and nobody can run it.
     * @throws NotQuarantined when it could not be; then it is where it was
     */
    take: (object: FoundObject) => exclusively(() => take(object)),
    /**
     * Puts an object back with its owner, rights and time, and lets its content be from now on.
     * @throws NotInQuarantine, NotRestored; then it is still here
     */
    restore: (id: string) => exclusively(() => restore(id)),
    /** Deletes an object for good. @throws NotInQuarantine */
    remove: (id: string) =>
      exclusively(async () => {
        const entry = get(id);
        await drop(id);
        return entry;
      }),
    /** Deletes what is here for longer than that. @returns what it was */
    expire: (keepDays: number) => exclusively(() => expire(keepDays)),
    /** Somebody restored this content: it is no find any more. */
    isAllowed: allowed.has,
    /** Files that are not what they seem while an object is being restored. */
    building: (): string[] => [...building],
    /** The find whose object is here. */
    holds: (threatUid: string): boolean =>
      [...entries.values()].some((entry) => entry.threatUid === threatUid && entry.state === 'held'),
    size: () => ({ objects: entries.size, bytes: usedBytes() }),
    /** Newest first, as the fact tells them. */
    list: (): NonNullable<DeviceFacts['quarantine']> =>
      [...entries.values()]
        .sort((a, b) => (a.quarantinedAt < b.quarantinedAt ? 1 : -1))
        .map(({ id, path, threatName, sizeBytes, quarantinedAt }) => ({
          id,
          path: path.slice(0, 1024),
          threatName: threatName.slice(0, 256),
          sizeBytes,
          quarantinedAt,
        })),
  };
};
export type Quarantine = Awaited<ReturnType<typeof openQuarantine>>;
