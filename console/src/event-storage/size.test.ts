import { expect, it } from 'vitest';
import { sizeOf } from './size.ts';

it('says sizes with two figures at least and no more than three before the point', () => {
  expect([0, 999, 1000, 42_800_000, 9_949_000_000, 164e9, 2.5e15].map((bytes) => Object.values(sizeOf(bytes)))).toEqual(
    [
      ['0', 'B'],
      ['999', 'B'],
      ['1.0', 'kB'],
      ['43', 'MB'],
      ['9.9', 'GB'],
      ['164', 'GB'],
      ['2500', 'TB'],
    ],
  );
});
