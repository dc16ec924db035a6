import { join } from 'node:path';
import { z } from 'zod';
import { stateFile } from './disk.ts';

const Memory = z.object({
  lastScanAt: z.iso.datetime().nullable(),
  /** Changes in the watched folders up to then were seen. */
  watchedUntil: z.iso.datetime().nullable(),
  /** How much the server's clock was ahead at the last sync. */
  serverAheadMs: z.number().default(0),
});

/** Small things to remember over a restart. Owns `memory.json` in the state folder. */
export const openMemory = async (stateDir: string) => {
  const file = stateFile(join(stateDir, 'memory.json'), Memory, () => ({
    lastScanAt: null,
    watchedUntil: null,
    serverAheadMs: 0,
  }));
  let memory = await file.read();
  const dateOf = (text: string | null) => (text === null ? null : new Date(text));
  return {
    lastScanAt: () => dateOf(memory.lastScanAt),
    watchedUntil: () => dateOf(memory.watchedUntil),
    serverAheadMs: () => memory.serverAheadMs,
    async remember(change: { lastScanAt?: Date; watchedUntil?: Date; serverAheadMs?: number }): Promise<void> {
      memory = {
        lastScanAt: change.lastScanAt?.toISOString() ?? memory.lastScanAt,
        watchedUntil: change.watchedUntil?.toISOString() ?? memory.watchedUntil,
        serverAheadMs: change.serverAheadMs ?? memory.serverAheadMs,
      };
      await file.write(memory);
    },
  };
};
