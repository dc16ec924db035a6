import type { Stats } from 'node:fs';
import { watch as watchFolders } from 'chokidar';
import { reasonOf } from './errors.ts';
import type { Logger } from './log.ts';
import { isWithin } from './scanning/mounts.ts';

export interface WatchParts {
  folders: string[];
  excluded: string[];
  /** Files changed since then are scanned when the watch begins; null: all of them. */
  since: Date | null;
  /** Of the folders, those in which every file counts as changed, whatever `since` says. */
  unseen?: string[];
  /** Scans a list of paths; rejects when that was not possible. */
  scan: (paths: string[], signal: AbortSignal) => Promise<unknown>;
  logger: Logger;
  debounceMs?: number;
  retryMs?: number;
  mostQueued?: number;
}

export interface Watch {
  state(): 'off' | 'starting' | 'running' | 'failed';
  isBusy(): boolean;
  queued(): number;
  stop(): Promise<void>;
}

/** A file that is being written changes many times: it is scanned when it was quiet this long. */
const DEBOUNCE_MS = 500;
/** But no later than this, or a program that never stops writing would never be looked at. */
const LONGEST_DEBOUNCE_MS = 10_000;
const RETRY_MS = 60_000;
const MOST_QUEUED = 10_000;
const MOST_AT_ONCE = 500;

/**
 * Watches folders and scans what changes in them. The queue is bounded: when more changes than it holds,
 * the folders are scanned as a whole instead, so that nothing is missed.
 */
export const startWatch = (parts: WatchParts): Watch => {
  const { folders, excluded, since, unseen = [], scan, logger } = parts;
  const { debounceMs = DEBOUNCE_MS, retryMs = RETRY_MS, mostQueued = MOST_QUEUED } = parts;
  const stopping = new AbortController();
  let queue = new Set<string>();
  let everything = false;
  let state: 'off' | 'starting' | 'running' | 'failed' = folders.length === 0 ? 'off' : 'starting';
  let scanning: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let firstWaitingMs = 0;
  /** The last scan failed and its files wait for another try. */
  let isRetrying = false;

  const isExcluded = (path: string) => excluded.some((folder) => isWithin(path, folder));

  const work = async () => {
    const paths = everything ? folders : [...queue].slice(0, MOST_AT_ONCE);
    if (everything) queue = new Set();
    everything = false;
    for (const path of paths) queue.delete(path);
    try {
      await scan(paths, stopping.signal);
      isRetrying = false;
    } catch (cause) {
      if (stopping.signal.aborted) return;
      if (!isRetrying)
        logger.error('Changed files could not be scanned; it is tried again', { reason: reasonOf(cause) });
      isRetrying = true;
      for (const path of paths) add(path);
    }
  };

  const schedule = (inMs: number) => {
    if (stopping.signal.aborted || scanning) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = undefined;
      scanning = work().finally(() => {
        scanning = null;
        if (timer === undefined && (everything || queue.size > 0)) {
          firstWaitingMs = performance.now();
          schedule(isRetrying ? retryMs : debounceMs);
        }
      });
    }, inMs);
  };

  const add = (path: string) => {
    if (folders.includes(path)) everything = true;
    else queue.add(path);
    if (queue.size > mostQueued) {
      logger.warn('More files changed than the queue holds; the watched folders are scanned as a whole');
      everything = true;
      queue = new Set();
    }
  };

  const onChange = (path: string) => {
    if (queue.size === 0 && !everything) firstWaitingMs = performance.now();
    add(path);
    const waitedMs = performance.now() - firstWaitingMs;
    if (!isRetrying) schedule(Math.max(0, Math.min(debounceMs, LONGEST_DEBOUNCE_MS - waitedMs)));
  };

  const watcher =
    folders.length === 0
      ? null
      : watchFolders(folders, {
          ignored: isExcluded,
          followSymlinks: false,
          alwaysStat: true,
          ignorePermissionErrors: true,
        });
  watcher
    ?.on('add', (path: string, stats?: Stats) => {
      // The change time is the kernel's: unlike the modification time, no program can set it back.
      const isOfInterest = since === null || !stats || stats.ctimeMs >= since.getTime();
      if (state === 'running' || isOfInterest || unseen.some((folder) => isWithin(path, folder))) onChange(path);
    })
    .on('change', onChange)
    .on('unlink', onChange)
    .on('unlinkDir', onChange)
    .on('ready', () => {
      if (state === 'starting') state = 'running';
    })
    .on('error', (cause: unknown) => {
      // Mostly ENOSPC of inotify: too few watches for so many folders (fs.inotify.max_user_watches).
      state = 'failed';
      logger.error('Folders cannot be watched completely', { reason: reasonOf(cause) });
    });

  return {
    state: () => state,
    /** Files that wait for a scanner which cannot work just now are not work in hand. */
    isBusy: () => state === 'starting' || scanning !== null || (!isRetrying && (queue.size > 0 || everything)),
    queued: () => queue.size,
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await watcher?.close();
      await scanning;
    },
  };
};
