import { describe, expect, it } from 'vitest';
import { afterSync, type DeviceProgress, stateOf } from './progress.ts';

const device = { id: 'd', tenantId: 't', groupId: 0 };
const at = (minute: number) => new Date(minute * 60_000);
/** Syncs of one device, one a minute: what it told and what was in force for it then. */
const syncs = (...calls: [told: string | undefined, effectiveId: string][]) => {
  let before: DeviceProgress | null = null;
  return calls.map(([told, effectiveId], minute) => {
    const { after, isToBeGiven } = afterSync(before, { device, effectiveId, told, at: at(minute) });
    before = after;
    return [isToBeGiven, stateOf(after)];
  });
};

describe('a device and its policy', () => {
  it('is given a policy once and has applied it when it tells so', () => {
    expect(syncs(['', 'a'], ['a', 'a'], ['a', 'a'])).toEqual([
      [true, 'pending'],
      [false, 'applied'],
      [false, 'applied'],
    ]);
  });

  it('is out of date when it goes on to tell another one though it was given the right one, until it tells that', () => {
    expect(syncs(['', 'a'], ['', 'a'], ['', 'a'], ['a', 'a'])).toEqual([
      [true, 'pending'],
      [true, 'out-of-date'],
      [true, 'out-of-date'],
      [false, 'applied'],
    ]);
    // Another policy in between is no failure of this device.
    expect(syncs(['', 'a'], ['a', 'b'], ['a', 'c'], ['c', 'c']).map(([, state]) => state)).toEqual([
      'pending',
      'pending',
      'pending',
      'applied',
    ]);
  });

  it('that is to apply nothing any more is told so, and without policies all is well', () => {
    expect(syncs(['', ''], ['a', ''], ['', ''])).toEqual([
      [false, 'none'],
      [true, 'pending'],
      [false, 'none'],
    ]);
  });

  it('whose agent knows no policies is given none, and nobody knows what it does', () => {
    expect(syncs([undefined, 'a'], [undefined, 'a'])).toEqual([
      [false, 'unknown'],
      [false, 'unknown'],
    ]);
  });

  it('changes nothing from sync to sync while all is as it was, so that nothing is written', () => {
    const told = { device, effectiveId: 'a', told: 'a' };
    const { after } = afterSync(null, { ...told, at: at(0) });
    expect(afterSync(after, { ...told, at: at(9) }).after).toEqual(after);
  });
});
