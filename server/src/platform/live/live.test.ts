import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLive } from './live.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the first change is told at once, a burst after it in one message a second', () => {
  const live = createLive();
  const heard: string[][] = [];
  live.subscribe((topics) => heard.push(topics));

  for (let count = 0; count < 1_000; count += 1) live.publish(count % 2 === 0 ? 'a' : 'b');
  expect(heard).toEqual([['a']]);

  vi.advanceTimersByTime(999);
  expect(heard).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(heard[1]?.sort()).toEqual(['a', 'b']);
});

test('after a quiet second the next change is told at once again', () => {
  const live = createLive();
  const heard: string[][] = [];
  live.subscribe((topics) => heard.push(topics));
  live.publish('a');
  vi.advanceTimersByTime(5_000);
  live.publish('b');
  expect(heard).toEqual([['a'], ['b']]);
});

test('who has left hears nothing more', () => {
  const live = createLive();
  const heard: string[][] = [];
  const leave = live.subscribe((topics) => heard.push(topics));
  leave();
  live.publish('a');
  vi.advanceTimersByTime(5_000);
  expect(heard).toEqual([]);
});
