import { describe, expect, it } from 'vitest';
import { momentsOf, pickedOf, rangeOf } from './time-range.ts';

const now = new Date('2026-03-04T05:06:07.000Z');

describe('a time range of the address', () => {
  it('moves with the clock when it is relative', () => {
    expect(momentsOf({ within: '24h' }, now)).toEqual({ from: '2026-03-03T05:06:07.000Z' });
    expect(momentsOf({ within: '2w' }, now)).toEqual({ from: '2026-02-18T05:06:07.000Z' });
  });
  it('stays where it is when it is absolute, whatever the zone it was written in', () => {
    expect(momentsOf({ from: '2026-03-01T00:00:00+02:00', to: '2026-03-02T00:00:00Z' }, now)).toEqual({
      from: '2026-02-28T22:00:00.000Z',
      to: '2026-03-02T00:00:00.000Z',
    });
  });
  it('asks for any time when it cannot be read', () => {
    for (const within of ['', '0h', '24', '1y', '-3d', '99999h']) expect(momentsOf({ within }, now)).toEqual({});
    expect(momentsOf({ from: 'yesterday' }, now)).toEqual({});
  });
  it('comes back from the picker as it went in', () => {
    expect(rangeOf(pickedOf({ within: '7d' }))).toEqual({ within: '7d', from: undefined, to: undefined });
    expect(rangeOf(null)).toEqual({ within: undefined, from: undefined, to: undefined });
  });
});
