import { describe, expect, it } from 'vitest';
import { healthSettingsOf, lengthOf } from './health-words.ts';

describe('a length of time', () => {
  it.each([
    [0, 'seconds', 0],
    [59, 'seconds', 59],
    [119, 'minutes', 1],
    [7_199, 'hours', 1],
    [172_799, 'hours', 47],
    [172_800, 'days', 2],
  ])('of %i seconds reads in %s', (seconds, unit, count) => {
    expect(lengthOf(seconds)).toEqual({ unit, count });
  });
});

describe('the settings of alarms', () => {
  const typed = { minutes: '30', withTicket: false, integrationId: 'i', accountId: '' };

  it.each(['', '0', '1.5', 'x', '10081', '-1'])('refuse "%s" minutes', (minutes) => {
    expect(healthSettingsOf({ ...typed, minutes })).toMatchObject({ issues: { minutes: true }, settings: null });
  });

  it('need an account only where tickets are wanted', () => {
    expect(healthSettingsOf(typed).settings).toEqual({ alarmAfterMinutes: 30, ticket: null });
    expect(healthSettingsOf({ ...typed, withTicket: true })).toMatchObject({ issues: { accountId: true } });
    expect(healthSettingsOf({ ...typed, withTicket: true, accountId: '0' }).settings).toEqual({
      alarmAfterMinutes: 30,
      ticket: { integrationId: 'i', accountId: '0' },
    });
  });
});
