import { join } from 'node:path';
import { z } from 'zod';
import { stateFile } from './disk.ts';

const Memory = z.object({
  lastScanAt: z.iso.datetime().nullable(),
  /** Changes in the watched folders up to then were seen. */
  watchedUntil: z.iso.datetime().nullable(),
});

/** Small things to remember over a restart. Owns `memory.json` in the state folder. */
export const openMemory = async (stateDir: string) => {
  const file = stateFile(join(stateDir, 'memory.json'), Memory, () => ({ lastScanAt: null, watchedUntil: null }));
  let memory = await file.read();
  const dateOf = (text: string | null) => (text === null ? null : new Date(text));
  return {
    lastScanAt: () => dateOf(memory.lastScanAt),
    watchedUntil: () => dateOf(memory.watchedUntil),
    async remember(change: { lastScanAt?: Date; watchedUntil?: Date }): Promise<void> {
      memory = {
        lastScanAt: change.lastScanAt?.toISOString() ?? memory.lastScanAt,
        watchedUntil: change.watchedUntil?.toISOString() ?? memory.watchedUntil,
      };
      await file.write(memory);
    },
  };
};
