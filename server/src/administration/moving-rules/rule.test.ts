import { MovingRuleBody } from '@gatehouse/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MovingState } from '../devices/index.ts';
import { decideMove, type MovingContext, type Rule, readyRule } from './rule.ts';

const UNASSIGNED = 1;
const device = (more: Partial<MovingState> = {}): MovingState => ({
  id: 'd',
  tenantId: 't',
  groupId: UNASSIGNED,
  name: 'Kiosk-7',
  hostname: 'kiosk-7',
  ipAddress: '10.1.2.3',
  addresses: ['10.1.2.3', '2001:db8:0:0:0:0:0:7'],
  osFamily: 'linux',
  osName: 'Debian GNU/Linux 12',
  isServer: false,
  tags: [],
  isEnrolling: false,
  ...more,
});
let numbers = 0;
const rule = (body: Record<string, unknown> = {}): Rule => {
  numbers += 1;
  return {
    ...MovingRuleBody.parse({ name: `rule ${numbers}`, mode: 'always', reach: 'all', groupId: 10, ...body }),
    id: `r${numbers}`,
    tenantId: 't',
    changedAt: new Date(0),
    changedBy: 'ada',
  };
};
const ask = (state: MovingState, rules: readonly Rule[], more: Partial<MovingContext> = {}) =>
  decideMove(state, rules.map(readyRule), {
    isUnassigned: (id) => id === UNASSIGNED,
    hasActed: () => false,
    ...more,
  });
const movesTo = (...given: Parameters<typeof ask>) => ask(...given).move?.groupId ?? null;

describe('a moving rule', () => {
  it.each([
    [{}, true],
    [{ names: ['kiosk-*'] }, true],
    [{ names: ['KIOSK-?'] }, true],
    [{ names: ['kiosk'] }, false],
    [{ names: ['x', 'k*7'] }, true],
    [{ names: ['kiosk.7'] }, false],
    [{ addresses: ['10.1.0.0/16'] }, true],
    [{ addresses: ['10.2.0.0/16', '2001:db8::/64'] }, true],
    [{ addresses: ['10.1.2.4-10.1.2.9'] }, false],
    [{ osFamilies: ['windows', 'linux'] }, true],
    [{ osFamilies: ['windows'] }, false],
    [{ osNames: ['debian*12'] }, true],
    [{ osNames: ['Ubuntu*'] }, false],
    [{ isServer: false }, true],
    [{ isServer: true }, false],
    [{ tags: ['vip'] }, false],
    [{ names: ['kiosk-*'], osFamilies: ['windows'] }, false],
  ])('with the conditions %j meets the device: %s', (conditions, meets) => {
    expect(movesTo(device(), [rule({ conditions })])).toBe(meets ? 10 : null);
  });

  it('asks for the kind of a system only where the system is known', () => {
    const unknown = device({ osFamily: '', osName: '' });
    expect(movesTo(unknown, [rule({ conditions: { isServer: false } })])).toBeNull();
    expect(movesTo(unknown, [rule({ conditions: { names: ['k*'] } })])).toBe(10);
  });

  it('for unassigned devices leaves devices of groups alone', () => {
    const rules = [rule({ reach: 'unassigned' })];
    expect(movesTo(device(), rules)).toBe(10);
    expect(movesTo(device({ groupId: 5 }), rules)).toBeNull();
  });

  it('for enrolling devices acts only on those; one that acts once acts once; one that is off never', () => {
    expect(movesTo(device(), [rule({ mode: 'enrolment' })])).toBeNull();
    expect(movesTo(device({ isEnrolling: true }), [rule({ mode: 'enrolment' })])).toBe(10);
    const once = rule({ mode: 'once' });
    expect(ask(device(), [once]).done).toEqual([once.id]);
    expect(movesTo(device(), [once], { hasActed: (id) => id === once.id })).toBeNull();
    expect(movesTo(device(), [rule({ enabled: false })])).toBeNull();
  });

  it('acts whatever its mode when it is applied by hand', () => {
    for (const body of [{ mode: 'enrolment' }, { mode: 'once' }, { enabled: false }]) {
      const forced = rule(body);
      expect(movesTo(device(), [forced], { forcedRuleId: forced.id, hasActed: () => true })).toBe(10);
    }
  });

  it('ends the round when it moves the device, also to where it is already', () => {
    expect(movesTo(device(), [rule({ groupId: 11 }), rule({ groupId: 12 })])).toBe(11);
    expect(movesTo(device({ groupId: 11 }), [rule({ groupId: 11 }), rule({ groupId: 12 })])).toBeNull();
  });

  it('that only gives tags lets the rules below be asked, which see the new tags', () => {
    const outcome = ask(device({ tags: ['old'] }), [
      rule({ groupId: null, addTags: ['old', 'front'] }),
      rule({ conditions: { tags: ['front'] }, groupId: 20, addTags: ['moved'] }),
      rule({ groupId: null, addTags: ['never'] }),
    ]);
    expect(outcome.addTags).toEqual(['front', 'moved']);
    expect(outcome.move?.groupId).toBe(20);
  });

  it('takes signs of patterns for themselves, and needs no long time for any mask', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a.*?+()[]\\^$|{}-'), maxLength: 12 }), (name) => {
        const plain = name.replaceAll(/[*?]/g, 'x');
        fc.pre(plain.trim() === plain && plain !== '');
        expect(movesTo(device({ name: plain, hostname: '' }), [rule({ conditions: { names: [plain] } })])).toBe(10);
      }),
    );
    const slow = rule({ conditions: { names: [`${'*a'.repeat(20)}b`] } });
    const before = performance.now();
    movesTo(device({ name: 'a'.repeat(256) }), [slow]);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});
