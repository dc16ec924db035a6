import type { BillingSettings } from '@gatehouse/contract';

/** The settings as they are typed: numbers are text until they are checked. */
export type TypedSettings = Omit<BillingSettings, 'largestChangePercent' | 'alwaysAllowedDevices'> & {
  largestChangePercent: string;
  alwaysAllowedDevices: string;
};

export const typedOf = (settings: BillingSettings): TypedSettings => ({
  ...settings,
  largestChangePercent: String(settings.largestChangePercent),
  alwaysAllowedDevices: String(settings.alwaysAllowedDevices),
});

/** An empty or unreadable number is none, so that the check says so instead of taking it for zero. */
const number = (typed: string): number => (typed.trim() === '' ? Number.NaN : Number(typed));

export const toSettings = (typed: TypedSettings): unknown => ({
  ...typed,
  largestChangePercent: number(typed.largestChangePercent),
  alwaysAllowedDevices: number(typed.alwaysAllowedDevices),
});

export const isSameTyped = (a: TypedSettings, b: TypedSettings): boolean =>
  (Object.keys(a) as (keyof TypedSettings)[]).every((key) => a[key] === b[key]);
