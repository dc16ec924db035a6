import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { FileToScan } from '../scanners/scanner.ts';
import { openRegular } from './open-regular.ts';
import { userNameOf } from './owner.ts';

/** What an infected file is, as far as it can still be read. */
export interface Examined {
  /** Hex; null when the file could not be read any more. */
  sha256: string | null;
  owner: string | null;
}

export const examine = async ({ raw }: FileToScan): Promise<Examined> => {
  const opened = await openRegular(raw);
  if (!opened.ok) return { sha256: null, owner: null };
  const { uid } = await opened.handle.stat();
  const hash = createHash('sha256');
  await pipeline(opened.handle.createReadStream(), hash);
  return { sha256: hash.digest('hex'), owner: await userNameOf(uid) };
};
