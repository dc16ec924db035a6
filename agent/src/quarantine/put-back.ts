import { createHash } from 'node:crypto';
import { link, lstat, open, rename, unlink } from 'node:fs/promises';
import { syncFolder } from '../disk.ts';
import { AgentError, reasonOf, systemCodeOf } from '../errors.ts';
import { openRegular } from '../scanning/open-regular.ts';
import { decipher, piecesOf } from './content.ts';
import { type Entry, rawPathOf } from './entry.ts';
import { NotRestored } from './errors.ts';

const SLASH = '/'.charCodeAt(0);

/** The folder of a path, in bytes: a name that is no UTF-8 must not lead elsewhere. */
export const folderOf = (raw: Buffer): Buffer => {
  const end = raw.lastIndexOf(SLASH);
  return raw.subarray(0, Math.max(end, 1));
};

/** SHA-256 of what is at a path, in hex; null when no regular file is there. */
export const hashAt = async (raw: Buffer): Promise<string | null> => {
  const opened = await openRegular(raw);
  if (!opened.ok) return null;
  const hash = createHash('sha256');
  try {
    for await (const piece of piecesOf(opened.handle)) hash.update(piece);
  } finally {
    await opened.handle.close();
  }
  return hash.digest('hex');
};

/** Gives the finished file its name, unless something else has it meanwhile. */
const settle = async (built: Buffer, place: Buffer): Promise<void> => {
  try {
    await link(built, place);
    await unlink(built);
  } catch (cause) {
    // File systems of memory sticks know no links; there the look beforehand has to do.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(systemCodeOf(cause) ?? '')) throw cause;
    await rename(built, place);
  }
};

export interface PutBackParts {
  contentFile: string;
  put: (entry: Entry) => Promise<void>;
  /** Notes that this content is to be let be: before it is back, or a scan would be faster. */
  allow: () => Promise<void>;
  building: Set<string>;
}

/**
 * Builds the file up beside its place and gives it its name when it is whole and has its owner, rights and time.
 * @throws NotRestored; then nothing is left beside the place
 */
export const putBack = async (entry: Entry, { contentFile, put, allow, building }: PutBackParts): Promise<void> => {
  const place = rawPathOf(entry);
  const built = Buffer.concat([folderOf(place), Buffer.from(`/.gatehouse-restoring-${entry.id}`)]);
  const isFree = await lstat(place).then(
    () => false,
    (cause: unknown) => systemCodeOf(cause) === 'ENOENT',
  );
  if (!isFree) {
    throw new NotRestored(entry.path, 'its place is taken, or its folder is gone; make room there and try again');
  }
  building.add(built.toString('utf8'));
  try {
    await put({ ...entry, state: 'restoring', buildPath: built.toString('base64') });
    const content = await open(contentFile, 'r');
    const file = await open(built, 'wx', 0o600).catch(async (cause: unknown) => {
      await content.close();
      throw cause;
    });
    try {
      const sha256 = await decipher(content, file, entry.cipher);
      if (sha256 !== entry.sha256) throw new NotRestored(entry.path, 'its content in quarantine is damaged');
      // Owner first: a change of owner takes special rights away.
      await file.chown(entry.uid, entry.gid);
      await file.chmod(entry.mode);
      await file.utimes(entry.modifiedAtMs / 1000, entry.modifiedAtMs / 1000);
      await file.sync();
    } finally {
      await content.close();
      await file.close();
    }
    await allow();
    await settle(built, place);
    await syncFolder(folderOf(place));
  } catch (cause) {
    await unlink(built).catch((absent: unknown) => {
      if (systemCodeOf(absent) !== 'ENOENT') throw absent;
    });
    await put({ ...entry, state: 'held' });
    if (cause instanceof AgentError || !systemCodeOf(cause)) throw cause;
    throw new NotRestored(entry.path, reasonOf(cause));
  } finally {
    building.delete(built.toString('utf8'));
  }
};
