import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StateInUse } from './errors.ts';

const SQLITE_BUSY = 5;

/**
 * Holds the state folder for this process. The kernel keeps the lock and drops it when the process ends in whatever
 * way, which a file with a process number cannot promise; SQLite is the way to a file lock that Node.js brings along.
 * @throws StateInUse
 */
export const lockState = async (stateDir: string): Promise<() => void> => {
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const holder = new DatabaseSync(join(stateDir, 'lock'));
  try {
    holder.exec('pragma locking_mode = exclusive; begin exclusive');
  } catch (cause) {
    holder.close();
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY) throw new StateInUse(stateDir);
    throw cause;
  }
  return () => holder.close();
};
