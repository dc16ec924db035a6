import { FrequentEventSettings } from '@gatehouse/contract';
import { expect, it } from 'vitest';
import { draftOf, numberNames, numbers, readDraft } from './rule-draft.ts';

const settings: FrequentEventSettings = {
  enabled: true,
  windowMinutes: 10,
  sharePercent: 20,
  minimumEvents: 1000,
  budgetPerDay: null,
  roomForDays: 30,
  calmWindows: 2,
  noticeHours: 24,
  historyDays: 90,
};

it('comes back from the form as it went in, an empty budget as the derived one', () => {
  expect(readDraft(draftOf(settings)).settings).toEqual(settings);
  expect(readDraft(draftOf({ ...settings, budgetPerDay: 500, enabled: false })).settings).toEqual({
    ...settings,
    budgetPerDay: 500,
    enabled: false,
  });
});

it('names every number that the server would refuse, and no other', () => {
  const draft = {
    ...draftOf(settings),
    sharePercent: '101',
    windowMinutes: '',
    historyDays: '2.5',
    noticeHours: ' 24 ',
  };
  expect(readDraft(draft).wrong.sort()).toEqual(['historyDays', 'sharePercent', 'windowMinutes']);
});

it('tells the bounds that the server has', () => {
  for (const name of numberNames) {
    const isTaken = (value: number) => FrequentEventSettings.safeParse({ ...settings, [name]: value }).success;
    const { least, most } = numbers[name];
    expect([isTaken(least - 1), isTaken(least), isTaken(most), isTaken(most + 1)], name).toEqual([
      false,
      true,
      true,
      false,
    ]);
  }
});
