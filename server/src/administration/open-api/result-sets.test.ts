import { PxgError } from '@gatehouse/protocols/ksc-open-api';
import { expect, it } from 'vitest';
import { ResultSets } from './result-sets.ts';

const MEBIBYTE = 1024 * 1024;
const kept = (sets: ResultSets, ids: readonly string[], nowMs = 0): string[] =>
  ids.filter((id) => sets.has(id, 'k', nowMs));

it('a login keeps a hundred result sets: the oldest gives way', () => {
  const sets = new ResultSets();
  for (let n = 0; n < 101; n += 1) sets.add(String(n), 'k', n, undefined, 0);
  expect(sets.size).toBe(100);
  expect(kept(sets, ['0', '1', '100'])).toEqual(['1', '100']);
});

it('large ones give way to newer ones by what they take in memory; small ones stay', () => {
  const sets = new ResultSets();
  sets.add('small', 'k', 0, undefined, 0);
  for (const id of ['a', 'b', 'c']) sets.add(id, 'k', 0, undefined, 0, 10 * MEBIBYTE);
  expect(kept(sets, ['small', 'a', 'b', 'c'])).toEqual(['small', 'a', 'b', 'c']);
  sets.add('d', 'k', 0, undefined, 0, 10 * MEBIBYTE);
  expect(kept(sets, ['small', 'a', 'b', 'c', 'd'])).toEqual(['small', 'b', 'c', 'd']);
  // The newest is never refused, whatever it takes: its client is waiting for it.
  sets.add('huge', 'k', 0, undefined, 0, 100 * MEBIBYTE);
  expect(kept(sets, ['small', 'b', 'c', 'd', 'huge'])).toEqual(['small', 'huge']);
  sets.add('after', 'k', 0, undefined, 0, MEBIBYTE);
  expect(kept(sets, ['small', 'huge', 'after'])).toEqual(['small', 'after']);
});

it('one lives for its time after the last use, never longer than two hours, and is of its kind alone', () => {
  const sets = new ResultSets();
  sets.add('short', 'k', 1, 30, 0);
  sets.add('long', 'k', 2, 1_000_000, 0);
  sets.add('usual', 'k', 3, 0, 0);
  expect(sets.get('short', 'k', 29_999)).toBe(1);
  expect(sets.get('short', 'k', 59_998)).toBe(1);
  expect(() => sets.get('short', 'k', 89_999)).toThrow(PxgError);
  expect(kept(sets, ['usual'], 899_999)).toEqual(['usual']);
  expect(kept(sets, ['usual'], 900_000)).toEqual([]);
  expect(kept(sets, ['long'], 7_199_999)).toEqual(['long']);
  expect(kept(sets, ['long'], 7_200_000)).toEqual([]);
  sets.add('one', 'k', 4, undefined, 7_200_000);
  expect(() => sets.get('one', 'other kind', 7_200_000)).toThrow(PxgError);
  sets.release('one', 'k', 7_200_000);
  expect(sets.size).toBe(0);
});
