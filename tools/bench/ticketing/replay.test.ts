import { describe, expect, test } from 'vitest';
import { chanceOf } from '../../lib/chance.ts';
import { makeFleet, worstHour } from './fleet.ts';
import { replay } from './replay.ts';

const fleet = makeFleet({ chance: chanceOf('a month of problems'), devices: 50, days: 3, clients: 2, activity: 6 });
const chaos = {
  fleet,
  seed: 'chaos',
  failureRate: 0.1,
  outage: { fromHour: worstHour(fleet, 3), hours: 3 },
  people: true,
} as const;

describe('a PSA that fails one call in ten and is away for hours', () => {
  test('loses no ticket and doubles none, and closes what waited within two minutes of its return', async () => {
    const plain = await replay({ ...chaos, guards: {} });
    expect(plain).toMatchObject({ lost: 0, doubled: 0, leftOpen: 0, failed: 0 });
    expect(plain.failedCalls).toBeGreaterThan(20);
    expect(plain.closesWaiting).toBeGreaterThan(0);
    expect(plain.closesAfterSeconds).toBeLessThanOrEqual(120);
  });

  test('makes fewer tickets with the noise guards on, and loses none either', async () => {
    const guarded = await replay({
      ...chaos,
      outage: null,
      guards: { creationDelayMinutes: 10, flapMinutes: 60, storm: { devices: 5, minutes: 10 }, workedOn: 'note' },
    });
    expect(guarded).toMatchObject({ lost: 0, doubled: 0, leftOpen: 0, failed: 0 });
    expect(guarded.tickets).toBeLessThan(guarded.problems / 1.5);
  });
});
