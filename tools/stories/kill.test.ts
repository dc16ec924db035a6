import { expect, test } from 'vitest';
import { killTest } from '../kill-test/story.ts';

test('a server that is killed at any moment loses nothing that it acknowledged and makes nothing twice', async () => {
  const lines: string[] = [];
  const result = await killTest({ rounds: 3, seed: 'story', say: (line) => void lines.push(line) });
  expect(result.violations, lines.join('\n')).toEqual([]);
  expect(result.kills).toBeGreaterThanOrEqual(3);
  expect(result.events).toBeGreaterThan(0);
  expect(result.tickets).toBeGreaterThan(0);
}, 240_000);
