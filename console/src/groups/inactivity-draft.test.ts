import { expect, it } from 'vitest';
import { draftOf, savedOf, wrongsOf } from './inactivity-draft.ts';

const standard = { notifyAfterDays: 7, removeAfterDays: null, forced: false };

it.each([
  null,
  standard,
  { notifyAfterDays: null, removeAfterDays: 30, forced: true },
  { notifyAfterDays: null, removeAfterDays: null, forced: false },
])('settings %j are saved as they were read', (own) => {
  const draft = draftOf(own, standard);
  expect(wrongsOf(draft)).toEqual([]);
  expect(savedOf(draft)).toEqual(own);
});

it.each(['', '0', '-1', '1.5', '3651', 'x', '1e3'])('“%s” is no number of days', (typed) => {
  const draft = { ...draftOf(standard, standard), removes: true, notifyDays: typed, removeDays: typed };
  expect(wrongsOf(draft)).toEqual(['notifyDays', 'removeDays']);
  expect(wrongsOf({ ...draft, notifies: false, removes: false })).toEqual([]);
  expect(wrongsOf({ ...draft, isOwn: false })).toEqual([]);
});
