import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEventEngine } from './index.ts';

// In a file of its own, because chDB takes one folder per process.
const endless = 'select count() as n from numbers(500000000000) where sipHash64(number) = 1';

describe('waiting for the event store', () => {
  it('is bounded: who comes to a full queue hears that it is busy', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-events-'));
    const engine = await openEventEngine({ dataDir: folder, readers: 1, maxWaiting: 1 });
    try {
      const first = engine.query(endless, {}, { maxSeconds: 0.5 });
      const second = engine.query('select 2 as n');
      await expect(engine.query('select 3')).rejects.toMatchObject({ code: 'event-engine.busy', retryable: true });
      await expect(first).rejects.toMatchObject({ code: 'event-engine.too-slow' });
      expect(await second).toEqual([{ n: 2 }]);
    } finally {
      await engine.close();
      rmSync(folder, { recursive: true });
    }
  });
});
