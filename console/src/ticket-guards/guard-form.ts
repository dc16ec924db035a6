import { TicketGuards } from '@gatehouse/contract';

/** What stands in the fields, whether it fits or not. */
export interface TypedGuards {
  delayOn: boolean;
  delayMinutes: string;
  flapOn: boolean;
  flapMinutes: string;
  stormOn: boolean;
  stormDevices: string;
  stormMinutes: string;
  reopens: boolean;
  reopenHours: string;
  workedOn: TicketGuards['workedOn'];
}

/** A guard that is switched on begins with its recommended value. */
export const typedOf = (guards: TicketGuards, recommended: TicketGuards): TypedGuards => ({
  delayOn: guards.creationDelayMinutes > 0,
  delayMinutes: String(guards.creationDelayMinutes || recommended.creationDelayMinutes),
  flapOn: guards.flapMinutes > 0,
  flapMinutes: String(guards.flapMinutes || recommended.flapMinutes),
  stormOn: guards.storm !== null,
  stormDevices: String((guards.storm ?? recommended.storm)?.devices ?? 10),
  stormMinutes: String((guards.storm ?? recommended.storm)?.minutes ?? 10),
  reopens: guards.reopenAfterHours !== null,
  reopenHours: String(guards.reopenAfterHours ?? 24),
  workedOn: guards.workedOn,
});

/** The numbers of the form with what they may be. */
export const ranges = {
  delayMinutes: { least: 1, most: 1_440 },
  flapMinutes: { least: 1, most: 10_080 },
  stormDevices: { least: 2, most: 10_000 },
  stormMinutes: { least: 1, most: 1_440 },
  reopenHours: { least: 1, most: 8_760 },
} as const;
export type NumberField = keyof typeof ranges;

const switchOf: Record<NumberField, keyof TypedGuards> = {
  delayMinutes: 'delayOn',
  flapMinutes: 'flapOn',
  stormDevices: 'stormOn',
  stormMinutes: 'stormOn',
  reopenHours: 'reopens',
};

const whole = (text: string): number => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN);

/** Whether a number is asked for and does not fit. */
export const isFaulty = (typed: TypedGuards, field: NumberField): boolean => {
  const { least, most } = ranges[field];
  const value = whole(typed[field]);
  return typed[switchOf[field]] === true && !(value >= least && value <= most);
};

/** As the contract wants it; null while a number does not fit. */
export const toGuards = (typed: TypedGuards, maintenance: TicketGuards['maintenance']): TicketGuards | null => {
  if ((Object.keys(ranges) as NumberField[]).some((field) => isFaulty(typed, field))) return null;
  const checked = TicketGuards.safeParse({
    creationDelayMinutes: typed.delayOn ? whole(typed.delayMinutes) : 0,
    flapMinutes: typed.flapOn ? whole(typed.flapMinutes) : 0,
    storm: typed.stormOn ? { devices: whole(typed.stormDevices), minutes: whole(typed.stormMinutes) } : null,
    reopenAfterHours: typed.reopens ? whole(typed.reopenHours) : null,
    workedOn: typed.workedOn,
    maintenance,
  });
  return checked.success ? checked.data : null;
};
