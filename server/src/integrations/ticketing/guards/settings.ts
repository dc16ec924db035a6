import type { TicketGuards } from '@gatehouse/contract';

/** Everything off: tickets are made by the rules alone. */
export const plainGuards: TicketGuards = {
  creationDelayMinutes: 0,
  flapMinutes: 0,
  storm: null,
  reopenAfterHours: null,
  workedOn: 'close',
  maintenance: [],
};

/** Mild values that fit most; the storm's are those by which an Administration Server calls a virus outbreak. */
export const recommendedGuards: TicketGuards = {
  creationDelayMinutes: 10,
  flapMinutes: 60,
  storm: { devices: 10, minutes: 10 },
  reopenAfterHours: null,
  workedOn: 'note',
  maintenance: [],
};
