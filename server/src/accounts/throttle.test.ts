import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameRule, waitSeconds } from './throttle.ts';

const lastAt = new Date('2026-03-04T05:06:07.000Z');
const after = (seconds: number) => new Date(lastAt.getTime() + seconds * 1000);

test('the first tries go without waiting, then the wait doubles up to a minute', () => {
  const waits = [0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1_000].map((tries) =>
    waitSeconds({ tries, lastAt }, nameRule, lastAt),
  );
  expect(waits).toEqual([0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test('the wait counts from the last try and is over in the end, however many there were', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.integer({ min: 0, max: 1_000 }), (tries, seconds) => {
      const wait = waitSeconds({ tries, lastAt }, nameRule, after(seconds));
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(nameRule.longestWaitSeconds);
      expect(waitSeconds({ tries, lastAt }, nameRule, after(seconds + wait))).toBe(0);
    }),
  );
});
