import { describe, expect, test } from 'vitest';
import { chanceOf } from '../../lib/chance.ts';
import { makeFleet } from './fleet.ts';
import { replay } from './replay.ts';

const fleet = makeFleet({ chance: chanceOf('a month of problems'), devices: 50, days: 3, clients: 2 });
const chaos = {
  fleet,
  seed: 'chaos',
  failureRate: 0.05,
  outage: { fromHour: 20, hours: 12 },
  people: true,
} as const;

describe('a PSA that fails one call in twenty and is away for half a day', () => {
  test('loses no ticket and doubles none, and closes what waited within two minutes of its return', async () => {
    const plain = await replay({ ...chaos, guards: {} });
    expect(plain).toMatchObject({ lost: 0, doubled: 0, leftOpen: 0, failed: 0 });
    expect(plain.tickets + plain.unneeded).toBe(plain.problems);
    expect(plain.failedCalls).toBeGreaterThan(5);
    expect(plain.closesAfterSeconds).toBeLessThanOrEqual(120);
  });

  test('makes fewer tickets with the noise guards on, and loses none either', async () => {
    const guarded = await replay({
      ...chaos,
      guards: { creationDelayMinutes: 10, flapMinutes: 60, storm: { devices: 5, minutes: 10 }, workedOn: 'note' },
    });
    expect(guarded).toMatchObject({ lost: 0, doubled: 0, leftOpen: 0, failed: 0 });
    expect(guarded.tickets).toBeLessThan(guarded.problems / 1.5);
  });
});
