import { describe, expect, it, test } from 'vitest';
import { DAY_MS } from '../../platform/clock/index.ts';
import { dueNotice, usageLevel } from './notices.ts';

const NOW = new Date('2026-03-04T12:00:00.000Z');
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS);

test.each([
  [0, 100, 0],
  [90, 100, 0],
  [91, 100, 1],
  [99, 100, 1],
  [100, 100, 2],
  [110, 100, 2],
  [111, 100, 3],
  [901, 1000, 1],
  [1101, 1000, 3],
  [1, 1, 2],
  [9, 10, 0],
  [500, null, 0],
])('%i devices of %s are level %i', (used, limit, level) => {
  expect(usageLevel(used, limit)).toBe(level);
});

describe('notices before the end', () => {
  const key = (days: number, words: object = {}) => ({
    ...{ kind: 'commercial' as const, expiresAt: inDays(days), blockedAt: null },
    ...words,
  });

  it('go out when 30, 15, 5 days or 1 day are left, each once', () => {
    expect(dueNotice(key(30.01), [], NOW).notice).toBeNull();
    expect(dueNotice(key(30), [], NOW)).toEqual({ notice: 30, reached: [30] });
    expect(dueNotice(key(29), [30], NOW).notice).toBeNull();
    expect(dueNotice(key(15), [30], NOW).notice).toBe(15);
    expect(dueNotice(key(5), [30, 15], NOW).notice).toBe(5);
    expect(dueNotice(key(1), [30, 15, 5], NOW).notice).toBe(1);
    expect(dueNotice(key(0.2), [30, 15, 5, 1], NOW).notice).toBeNull();
  });

  it('are made up for when the server was off on the day, the nearest one alone', () => {
    expect(dueNotice(key(4), [30], NOW)).toEqual({ notice: 5, reached: [30, 15, 5] });
  });

  it('are for what was bought: not for trials, not for what is blocked, endless or over', () => {
    expect(dueNotice(key(3, { kind: 'subscription' }), [], NOW).notice).toBe(5);
    for (const other of [key(3, { kind: 'trial' }), key(3, { blockedAt: NOW }), key(3, { expiresAt: null }), key(0)]) {
      expect(dueNotice(other, [], NOW)).toEqual({ notice: null, reached: [] });
    }
  });
});
