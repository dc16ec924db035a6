import { describe, expect, it } from 'vitest';
import { Batcher } from './index.ts';

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const recorder = (work: () => Promise<unknown> = async () => {}) => {
  const batches: number[][] = [];
  const flush = async (rows: number[]) => {
    batches.push(rows);
    await work();
  };
  return { batches, flush };
};

describe('the batcher', () => {
  it('stores many small additions as one batch, after the time given', async () => {
    const { batches, flush } = recorder();
    const batcher = new Batcher<number>({ flush, maxWaitMs: 20 });
    await Promise.all([batcher.add([1]), batcher.add([2, 3]), batcher.add([4])]);
    expect(batches).toEqual([[1, 2, 3, 4]]);
  });

  it('does not wait when a batch is full', async () => {
    const { batches, flush } = recorder();
    const batcher = new Batcher<number>({ flush, maxWaitMs: 60_000, maxRows: 3 });
    await Promise.all([batcher.add([1, 2]), batcher.add([3])]);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('has one batch under way, and never tears an addition apart', async () => {
    let underWay = 0;
    let most = 0;
    const { batches, flush } = recorder(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await later(10);
      underWay -= 1;
    });
    const batcher = new Batcher<number>({ flush, maxWaitMs: 5, maxRows: 4 });
    await Promise.all([
      batcher.add([1, 2, 3]),
      batcher.add([4, 5, 6]),
      batcher.add([7, 8, 9, 10, 11]),
      batcher.add([12]),
    ]);
    expect(most).toBe(1);
    expect(batches).toEqual([[1, 2, 3], [4, 5, 6], [7, 8, 9, 10, 11], [12]]);
  });

  it('tells everyone of a failed batch, and goes on with the next', async () => {
    let failing = true;
    const { flush } = recorder(async () => {
      if (failing) throw new Error('disk full');
    });
    const batcher = new Batcher<number>({ flush, maxWaitMs: 5 });
    const [a, b] = await Promise.allSettled([batcher.add([1]), batcher.add([2])]);
    expect([a.status, b.status]).toEqual(['rejected', 'rejected']);
    failing = false;
    await batcher.add([3]);
  });

  it('refuses more than it may hold in memory, as busy and retryable', async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const { flush } = recorder(() => gate);
    const batcher = new Batcher<number>({ flush, maxRows: 1, maxQueuedRows: 2 });
    const held = [batcher.add([1]), batcher.add([2]), batcher.add([3])];
    await expect(batcher.add([4])).rejects.toMatchObject({ code: 'event-engine.busy', retryable: true });
    expect(batcher.queuedRows).toBe(2);
    open();
    await Promise.all(held);
  });

  it('stores what waits when it is closed, and takes nothing more', async () => {
    const { batches, flush } = recorder(() => later(5));
    const batcher = new Batcher<number>({ flush, maxWaitMs: 60_000, maxRows: 2 });
    const held = [batcher.add([1, 2]), batcher.add([3])];
    await batcher.close();
    await Promise.all(held);
    expect(batches).toEqual([[1, 2], [3]]);
    await expect(batcher.add([4])).rejects.toMatchObject({ code: 'event-engine.closed' });
  });
});
