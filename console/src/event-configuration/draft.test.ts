import type { ConfiguredEventType, EventSetting } from '@gatehouse/contract';
import { describe, expect, it } from 'vitest';
import { changeOf, draftOf, isTermBad } from './draft.ts';

const type = (setting: Partial<EventSetting>, own = true) =>
  ({
    own,
    setting: {
      storageTermDays: 30,
      exportToSiem: true,
      osLog: false,
      notifyByMail: false,
      notifyBySms: false,
      locked: false,
      ...setting,
    },
  }) as ConfiguredEventType;

describe('a form for many event types', () => {
  it('shows what they have in common and leaves open where they differ', () => {
    expect(draftOf([type({}), type({ storageTermDays: 90, osLog: true, notifyBySms: true })])).toEqual({
      stored: true,
      days: '',
      exportToSiem: true,
      osLog: undefined,
      notifyByMail: false,
      notifyBySms: undefined,
      locked: false,
    });
    expect(draftOf([type({}), type({ storageTermDays: 0 })]).stored).toBeUndefined();
    expect(draftOf([type({ locked: true }, false)]).locked).toBe(false);
  });

  it('changes only what was touched', () => {
    const before = draftOf([type({}), type({ storageTermDays: 90, osLog: true })]);
    expect(changeOf(before, before)).toBeNull();
    expect(changeOf({ ...before, osLog: true }, before)).toEqual({ osLog: true });
    expect(changeOf({ ...before, notifyByMail: true, notifyBySms: false }, before)).toEqual({ notifyByMail: true });
    expect(changeOf({ ...before, days: '7' }, before)).toEqual({ storageTermDays: 7 });
    expect(changeOf({ ...before, stored: false, exportToSiem: false }, before)).toEqual({
      storageTermDays: 0,
      exportToSiem: false,
    });
  });

  it('asks for a term where there is none', () => {
    const off = draftOf([type({ storageTermDays: 0 })]);
    expect(isTermBad({ ...off, stored: true }, off)).toBe(true);
    expect(isTermBad({ ...off, stored: true, days: '5' }, off)).toBe(false);
    const mixed = draftOf([type({}), type({ storageTermDays: 90 })]);
    expect([isTermBad(mixed, mixed), isTermBad({ ...mixed, days: '0' }, mixed)]).toEqual([false, true]);
    expect(['3651', '-1', '1.5', 'x'].map((days) => isTermBad({ ...mixed, days }, mixed))).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });
});
