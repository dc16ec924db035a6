import { closeSync, fdatasyncSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

// A file's time stamp moves in steps of some milliseconds: a segment written this shortly before the last look may
// have been written once more since, with the same stamp.
const STAMP_STEP_MS = 50;

/**
 * Makes commits of PGlite survive a power cut, as far as can be done from outside. PGlite itself never calls fsync: a
 * commit survives the death of the process, but not of the machine. This writes the segments of the write-ahead log
 * that changed to the disk. It is not all that PostgreSQL does (data files are not synced at a checkpoint), so the
 * embedded database is for trials and small sites.
 *
 * Blocks its thread; call it once for several commits.
 */
export class WalSync {
  readonly #folder: string;
  #lookedAtMs = 0;
  #newestMs = 0;

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'pg_wal');
  }

  /** True when the log was written since the last `sync` (may miss a write within the clock's step of it). */
  hasNews(): boolean {
    return this.#segments().some(({ changedMs }) => changedMs > this.#newestMs);
  }

  sync(): void {
    for (const { path, changedMs } of this.#segments()) {
      this.#newestMs = Math.max(this.#newestMs, changedMs);
      if (changedMs < this.#lookedAtMs - STAMP_STEP_MS) continue;
      const file = openSync(path, 'r+');
      try {
        fdatasyncSync(file);
      } finally {
        closeSync(file);
      }
    }
    this.#lookedAtMs = this.#newestMs;
  }

  #segments(): { path: string; changedMs: number }[] {
    return readdirSync(this.#folder)
      .filter((name) => /^[0-9A-F]{24}$/.test(name))
      .map((name) => {
        const path = join(this.#folder, name);
        return { path, changedMs: statSync(path).mtimeMs };
      });
  }
}
