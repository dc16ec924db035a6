import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { reasonOf } from '../errors.ts';

export type Opened = { ok: true; handle: FileHandle; bytes: number } | { ok: false; reason: string };

/**
 * Opens a regular file for reading and nothing else: no link that took the file's place meanwhile, and no pipe,
 * on which an opening would wait for ever.
 */
export const openRegular = async (path: Buffer | string): Promise<Opened> => {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = await handle.stat();
    if (stats.isFile()) return { ok: true, handle, bytes: stats.size };
    await handle.close();
    return { ok: false, reason: 'not a regular file' };
  } catch (cause) {
    return { ok: false, reason: reasonOf(cause) };
  }
};
