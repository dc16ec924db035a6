import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../errors.ts';

const orNull = async <T>(reading: Promise<T>): Promise<T | null> =>
  reading.catch((cause: unknown) => {
    // EINVAL: no link; EIO and ENODEV: what drivers answer for a value that the hardware does not have.
    if (['ENOENT', 'ENOTDIR', 'EINVAL', 'EIO', 'ENODEV'].includes(systemCodeOf(cause) ?? '')) return null;
    throw cause;
  });

/** Reads below a folder that stands for `/`; null where there is nothing. */
export const below = (root: string) => ({
  text: (path: string) => orNull(readFile(join(root, path), 'utf8')),
  /** A file of one value, as the kernel has them. */
  line: async (path: string) => (await orNull(readFile(join(root, path), 'utf8')))?.trim() || null,
  names: async (path: string) => (await orNull(readdir(join(root, path)))) ?? [],
  link: (path: string) => orNull(readlink(join(root, path))),
  changedAt: async (path: string) => (await orNull(stat(join(root, path))))?.mtime ?? null,
  exists: async (path: string) => (await orNull(stat(join(root, path)))) !== null,
});
