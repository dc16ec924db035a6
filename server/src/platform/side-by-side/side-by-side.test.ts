import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sideBySide } from './index.ts';

describe('work side by side', () => {
  it('is begun in order, done for each once, and for no more at once than was asked', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (delays, atOnce) => {
          const begun: number[] = [];
          let now = 0;
          let most = 0;
          await sideBySide([...delays.entries()], atOnce, async ([at, ms]) => {
            begun.push(at);
            now += 1;
            most = Math.max(most, now);
            await sleep(ms);
            now -= 1;
          });
          expect(begun).toEqual([...delays.keys()]);
          expect(most).toBe(Math.min(atOnce, delays.length));
        },
      ),
      { numRuns: 30 },
    ));

  it('of a slow one does not wait for it with the others', async () => {
    const done: string[] = [];
    await sideBySide(['slow', 'a', 'b', 'c'], 2, async (name) => {
      await sleep(name === 'slow' ? 60 : 1);
      done.push(name);
    });
    expect(done).toEqual(['a', 'b', 'c', 'slow']);
  });

  it('says a failure when all the others are done', async () => {
    const done: number[] = [];
    const working = sideBySide([1, 2, 3, 4], 1, async (item) => {
      if (item === 2) throw new Error('two');
      done.push(item);
    });
    await expect(working).rejects.toThrow('two');
    expect(done).toEqual([1, 3, 4]);
  });
});
