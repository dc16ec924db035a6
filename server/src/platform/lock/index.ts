/** One data folder, one process: the lock that is taken before any engine opens its files. Owns no tables. */
export { type DataDirLock, lockDataDir } from './data-dir-lock.ts';
export { DataDirInUse } from './errors.ts';
