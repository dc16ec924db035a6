import { TicketGuards } from '@gatehouse/contract';
import { expect, it } from 'vitest';
import { isFaulty, toGuards, typedOf } from './guard-form.ts';

const off = TicketGuards.parse({});
const mild = TicketGuards.parse({
  creationDelayMinutes: 10,
  flapMinutes: 60,
  storm: { devices: 10, minutes: 5 },
  reopenAfterHours: 8,
  workedOn: 'note',
});

it('gives back what it was filled with', () => {
  for (const guards of [off, mild]) expect(toGuards(typedOf(guards, mild), [])).toEqual(guards);
});

it('begins a guard that is switched on with its recommended value', () => {
  const typed = { ...typedOf(off, mild), delayOn: true, stormOn: true };
  expect(toGuards(typed, [])).toMatchObject({ creationDelayMinutes: 10, storm: { devices: 10, minutes: 5 } });
});

it('finds a number that does not fit, but not that of a guard that is off', () => {
  const typed = { ...typedOf(mild, mild), stormDevices: '1', delayMinutes: 'ten', delayOn: false };
  expect(isFaulty(typed, 'stormDevices')).toBe(true);
  expect(isFaulty(typed, 'delayMinutes')).toBe(false);
  expect(toGuards(typed, [])).toBeNull();
  expect(toGuards({ ...typed, stormDevices: '2' }, [])).toMatchObject({ creationDelayMinutes: 0 });
});
