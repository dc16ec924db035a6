/** The time, as something that is handed in. Owns no table. */
export { type Clock, DAY_MS, HOUR_MS, MINUTE_MS, systemClock } from './clock.ts';
