import { describe, expect, it } from 'vitest';
import { nextTryAt, placeOf } from './link.ts';
import { requireNoLoop } from './place.ts';
import { isSilent, takeAnnouncement } from './primary.ts';

const now = new Date('2026-03-04T05:06:07Z');
const after = (ms: number) => new Date(now.getTime() + ms);
const MINUTE_MS = 60_000;

describe('the tree of servers', () => {
  const own = { instanceId: 'b', name: 'B', above: ['a'] };
  it('takes a server that is neither above nor this one', () => {
    expect(() => requireNoLoop(own, { instanceId: 'c', below: ['d'] }, 'host:1')).not.toThrow();
    expect(() => requireNoLoop(own, { instanceId: null, below: [] }, 'host:1')).not.toThrow();
  });
  it('refuses this very server', () => {
    expect(() => requireNoLoop(own, { instanceId: 'b', below: [] }, 'host:1')).toThrow('this very server');
  });
  it('refuses a server above this one, whoever knows of it', () => {
    expect(() => requireNoLoop(own, { instanceId: 'a', below: [] }, 'host:1')).toThrow('above and below');
    expect(() => requireNoLoop(own, { instanceId: 'x', below: ['y', 'b'] }, 'host:1')).toThrow('above and below');
  });
});

describe('a primary that makes itself known', () => {
  const announced = { instanceId: 'a', name: 'A', above: ['z'], roundSeconds: 300 };
  const own = { instanceId: 'b', below: ['c'] };
  const known = {
    instance_id: 'a',
    name: 'Old name',
    above: [],
    since: after(-MINUTE_MS),
    last_heard_at: after(-MINUTE_MS),
    round_seconds: 60,
    connected: true,
  };

  it('is news the first time and when it comes back, and not in between', () => {
    const first = takeAnnouncement(announced, null, own, now);
    expect(first).toMatchObject({ kind: 'taken', isNews: true, row: { instance_id: 'a', since: now, above: ['z'] } });
    expect(takeAnnouncement(announced, known, own, now)).toMatchObject({
      isNews: false,
      row: { name: 'A', since: known.since, last_heard_at: now },
    });
    expect(takeAnnouncement(announced, { ...known, connected: false }, own, now)).toMatchObject({ isNews: true });
  });
  it('is refused when servers would stand in a ring of any length', () => {
    expect(takeAnnouncement({ ...announced, instanceId: 'b' }, null, own, now).kind).toBe('loop');
    expect(takeAnnouncement({ ...announced, instanceId: 'c' }, null, own, now).kind).toBe('loop');
    expect(takeAnnouncement({ ...announced, above: ['z', 'b'] }, null, own, now).kind).toBe('loop');
  });
  it('is refused while another one is above', () => {
    expect(takeAnnouncement({ ...announced, instanceId: 'x' }, known, own, now)).toEqual({
      kind: 'other-primary',
      name: 'Old name',
    });
  });
  it('counts as gone after three of its rounds, and not within three minutes', () => {
    const heard = { last_heard_at: now, round_seconds: 300 };
    expect(isSilent(heard, after(15 * MINUTE_MS))).toBe(false);
    expect(isSilent(heard, after(15 * MINUTE_MS + 1))).toBe(true);
    expect(isSilent({ ...heard, round_seconds: 30 }, after(2 * MINUTE_MS))).toBe(false);
  });
});

describe('the next try', () => {
  const pause = (state: 'connected' | 'unreachable' | 'refused', failures: number, refreshMinutes = 5) =>
    (nextTryAt(now, { state, failures, refreshMinutes }).getTime() - now.getTime()) / 1000;
  it('comes a round later after a success', () => expect(pause('connected', 0)).toBe(300));
  it('comes later with each failure, but within a quarter of an hour', () => {
    expect([1, 2, 3, 6, 7, 1000].map((failures) => pause('unreachable', failures))).toEqual([
      15, 30, 60, 480, 900, 900,
    ]);
  });
  it('comes seldom where a person has to do something, so that no account is locked', () => {
    expect(pause('refused', 1)).toBe(3600);
    expect(pause('refused', 1, 1440)).toBe(86_400);
  });
});

describe('a place', () => {
  it('is written as an address has it', () => {
    expect(placeOf({ address: 'ksc.example', port: 13_299 })).toBe('ksc.example:13299');
    expect(placeOf({ address: 'fd00::7', port: 1 })).toBe('[fd00::7]:1');
    expect(placeOf({ address: '[fd00::7]', port: 1 })).toBe('[fd00::7]:1');
  });
});
