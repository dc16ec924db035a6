import { isDeepStrictEqual } from 'node:util';
import { oneAtATime } from '../disk.ts';
import type { Watch } from '../watch.ts';

export interface WatchSettings {
  folders: string[];
  excluded: string[];
}

/** Where a watch takes over from another, or from the time before the agent's start. */
export interface TakeOver {
  /** Changes up to then were seen; null: none was. */
  since: Date | null;
  /** Folders in which nothing was seen so far. */
  unseen: string[];
}

/** A change may be on its way from the kernel while a watch looks idle. */
const MARGIN_MS = 60_000;

/**
 * A watch that can be told to watch something else. The old one ends before the new one begins; what changes in
 * between, and what the old one had not scanned yet, is found by the new one at its start.
 */
export const createWatching = (
  start: (settings: WatchSettings, takeOver: TakeOver) => Watch,
  { first, since, now }: { first: WatchSettings; since: Date | null; now: () => Date },
) => {
  let settings = first;
  let seenUntil = since;
  let watch = start(first, { since, unseen: [] });
  const exclusively = oneAtATime();
  let isStopped = false;
  let pending = 0;

  const changeTo = async (next: WatchSettings): Promise<void> => {
    if (isStopped || isDeepStrictEqual(next, settings)) return;
    if (watch.state() === 'off') seenUntil = null;
    else if (watch.state() === 'running' && !watch.isBusy()) seenUntil = new Date(now().getTime() - MARGIN_MS);
    await watch.stop();
    const isUncovered = settings.excluded.some((folder) => !next.excluded.includes(folder));
    const unseen = isUncovered ? next.folders : next.folders.filter((folder) => !settings.folders.includes(folder));
    settings = next;
    watch = start(next, { since: seenUntil, unseen });
  };

  return {
    state: () => watch.state(),
    isBusy: () => pending > 0 || watch.isBusy(),
    queued: () => watch.queued(),
    folders: (): string[] => settings.folders,
    change: (next: WatchSettings): Promise<void> => {
      pending += 1;
      return exclusively(() => changeTo(next)).finally(() => {
        pending -= 1;
      });
    },
    stop: (): Promise<void> =>
      exclusively(async () => {
        isStopped = true;
        await watch.stop();
      }),
  };
};
