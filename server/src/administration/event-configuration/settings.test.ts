import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventTypes, unknownType } from '../events/index.ts';
import { effectiveSettings, type OwnEventSetting } from './index.ts';
import { defaultSetting, settingsByGroupId } from './settings.ts';

const virusFound = eventTypes.find(({ code }) => code === 'GNRL_EV_VIRUS_FOUND') ?? unknownType('');
const own = (groupId: number | null, storageTermDays: number, more: { locked?: boolean } = {}): OwnEventSetting => ({
  groupId,
  component: virusFound.component,
  code: virusFound.code,
  typeId: virusFound.typeId,
  setting: {
    storageTermDays,
    exportToSiem: true,
    osLog: false,
    notifyByMail: false,
    notifyBySms: false,
    locked: false,
    ...more,
  },
});
const termAt = (settings: OwnEventSetting[], path: string | null) => {
  const { setting, from, lockedBy } = effectiveSettings(settings)(virusFound, path);
  return [setting.storageTermDays, from, lockedBy];
};

describe('what holds for an event type in a group', () => {
  it('is the catalogue’s where nobody set anything', () => {
    expect(termAt([], '/0/5/')).toEqual([30, undefined, undefined]);
    expect(termAt([], null)).toEqual([30, undefined, undefined]);
  });

  it('is the nearest setting on the way up, at last the server’s', () => {
    const settings = [own(null, 90), own(0, 60), own(7, 5)];
    expect(termAt(settings, '/0/5/7/')).toEqual([5, 7, undefined]);
    expect(termAt(settings, '/0/5/')).toEqual([60, 0, undefined]);
    expect(termAt(settings, '/2/')).toEqual([90, null, undefined]);
    expect(termAt(settings, null)).toEqual([90, null, undefined]);
  });

  it('is a locked setting from above, whatever was set below before the lock', () => {
    const settings = [own(null, 90), own(0, 60, { locked: true }), own(7, 5, { locked: true })];
    expect(termAt(settings, '/0/5/7/')).toEqual([60, 0, 0]);
    expect(termAt(settings, '/0/')).toEqual([60, 0, undefined]);
    expect(termAt([own(null, 1, { locked: true }), ...settings.slice(1)], '/0/5/7/')).toEqual([1, null, null]);
  });

  it('is kept apart for types of one title or one code', () => {
    const outbreaks = eventTypes.filter(({ code }) => code === 'GNRL_EV_VIRUS_OUTBREAK');
    expect(outbreaks.map(({ typeId }) => typeId)).toEqual([26, 27, 28]);
    const setting = { ...defaultSetting(virusFound), storageTermDays: 7 };
    const effective = effectiveSettings([
      { groupId: null, component: 'Administration Server', code: 'GNRL_EV_VIRUS_OUTBREAK', typeId: 27, setting },
    ]);
    expect(outbreaks.map((type) => effective(type, null).setting.storageTermDays)).toEqual([180, 7, 180]);
  });

  it('is the server’s for a group that is not known, and for events of no group', () => {
    const settingOf = settingsByGroupId([own(null, 9), own(5, 3)], [{ id: 5, path: '/0/5/' }]);
    expect([settingOf(virusFound, 5), settingOf(virusFound, 99), settingOf(virusFound, null)]).toMatchObject([
      { storageTermDays: 3 },
      { storageTermDays: 9 },
      { storageTermDays: 9 },
    ]);
  });

  it('never comes from below a lock, and never from beside the way', () => {
    const place = fc.constantFrom(null, 0, 1, 2, 3, 4);
    const settings = fc.uniqueArray(
      fc.record({ groupId: place, locked: fc.boolean(), term: fc.integer({ min: 0, max: 99 }) }),
      { selector: ({ groupId }) => groupId },
    );
    const path = fc.constantFrom(null, '/0/', '/0/1/', '/0/1/2/', '/3/', '/3/4/');
    fc.assert(
      fc.property(settings, path, (made, at) => {
        const way = [null, ...(at?.split('/').filter(Boolean).map(Number) ?? [])];
        const { from, lockedBy } = effectiveSettings(
          made.map(({ groupId, locked, term }) => own(groupId, term, { locked })),
        )(virusFound, at);
        const onWay = way.flatMap((id) => made.filter(({ groupId }) => groupId === id));
        const lock = onWay.find(({ locked }) => locked);
        expect(from).toBe((lock ?? onWay.at(-1))?.groupId);
        expect(lockedBy).toBe(lock && lock.groupId !== way.at(-1) ? lock.groupId : undefined);
      }),
    );
  });
});
