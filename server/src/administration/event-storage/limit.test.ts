import { describe, expect, it } from 'vitest';
import { deletableUpTo, isOverLimit, marginOf, STOPPED_AFTER_MS } from './limit.ts';

describe('the limit of the event store', () => {
  it('lets 10,000 more than the default maximum come before it deletes', () => {
    expect(marginOf(400_000)).toBe(10_000);
    expect([isOverLimit(409_999, 400_000), isOverLimit(410_000, 400_000)]).toEqual([false, true]);
  });

  it('begins in proportion for other maximums, so that deleting stays rare', () => {
    expect([marginOf(1000), marginOf(45_000_000)]).toEqual([25, 1_125_000]);
  });

  it('waits for consumers that lag behind, but not for ever for one that has stopped', () => {
    expect(deletableUpTo(100, 250, 0)).toBe(100);
    expect(deletableUpTo(100, 40, STOPPED_AFTER_MS - 1)).toBe(40);
    expect(deletableUpTo(100, 40, STOPPED_AFTER_MS)).toBe(100);
  });
});
