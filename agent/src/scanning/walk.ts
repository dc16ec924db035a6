import { lstat, readdir } from 'node:fs/promises';
import { systemCodeOf } from '../errors.ts';
import type { FileToScan } from '../scanners/scanner.ts';
import { isWithin } from './mounts.ts';

export type Found =
  | { kind: 'file'; file: FileToScan; bytes: number; changedAtMs: number }
  | { kind: 'unreadable'; path: string; reason: string }
  /** A starting path that does not exist. */
  | { kind: 'missing'; path: string };

const SLASH = Buffer.from('/');

/**
 * Every regular file under the given paths, each folder in one read. Links are not followed, so that no file comes
 * twice and no folder leads outside. Names are kept as bytes: a name that is no UTF-8 must not hide a file.
 */
export async function* walk(roots: string[], excluded: string[]): AsyncGenerator<Found> {
  for (const root of roots) yield* walkOne(Buffer.from(root), excluded, true);
}

async function* walkOne(raw: Buffer, excluded: string[], isRoot: boolean): AsyncGenerator<Found> {
  const path = raw.toString('utf8');
  if (excluded.some((folder) => isWithin(path, folder))) return;
  try {
    const stats = await lstat(raw);
    if (stats.isFile()) {
      yield { kind: 'file', file: { path, raw }, bytes: stats.size, changedAtMs: stats.ctimeMs };
      return;
    }
    if (!stats.isDirectory()) return;
  } catch (cause) {
    const code = systemCodeOf(cause);
    if (code === undefined) throw cause;
    // Deeper down, a file that vanished since its folder was read is no news.
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      if (isRoot) yield { kind: 'missing', path };
    } else yield { kind: 'unreadable', path, reason: code };
    return;
  }
  let names: Buffer[];
  try {
    names = await readdir(raw, { encoding: 'buffer' });
  } catch (cause) {
    const code = systemCodeOf(cause);
    if (code === undefined) throw cause;
    if (code !== 'ENOENT') yield { kind: 'unreadable', path, reason: code };
    return;
  }
  const prefix = raw.at(-1) === SLASH[0] ? raw : Buffer.concat([raw, SLASH]);
  for (const name of names) yield* walkOne(Buffer.concat([prefix, name]), excluded, false);
}
