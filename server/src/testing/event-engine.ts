import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type EventEngine, type EventEngineOptions, openEventEngine } from '../platform/event-engine/index.ts';

/**
 * A real, embedded event store in a temporary folder, removed after the tests of the file or block that it is called
 * in. One at a time in a process: call it in `beforeAll`, once for a file.
 */
export const openTestEventEngine = async (options: Omit<EventEngineOptions, 'url'> = {}): Promise<EventEngine> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-events-'));
  const engine = await openEventEngine({ ...options, dataDir });
  cleanUps.push(async () => {
    await engine.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return engine;
};

const cleanUps: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});
