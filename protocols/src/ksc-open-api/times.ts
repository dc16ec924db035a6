/** Times as the protocol writes them: UTC, second precision, a literal Z. */
import { UnencodableValue } from './errors.ts';

const DATE_TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z?)?$/;

/** `2024-05-01T10:20:30Z`. Milliseconds are cut off: clients parse exactly this form. */
export const formatDateTime = (time: Date): string => {
  const text = Number.isNaN(time.getTime()) ? '' : time.toISOString();
  // Years outside 0000..9999 get a sign and six digits in ISO, which the protocol has no room for.
  if (text.length !== 24) throw new UnencodableValue(`A datetime between the years 0 and 9999 is needed, not ${time}`);
  return `${text.slice(0, 19)}Z`;
};

/**
 * Reads `2024-05-01T10:20:30Z`, and also a blank for the T, no Z, fractions (cut off) and a date alone (midnight UTC).
 *
 * @returns undefined for anything else, and for a day or hour that does not exist
 */
export const parseDateTime = (text: string): Date | undefined => {
  const [, day, clock = '00:00:00'] = DATE_TIME.exec(text) ?? [];
  if (day === undefined) return undefined;
  const time = new Date(`${day}T${clock}Z`);
  // 30 February would roll over into March: what does not come back out was no date.
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(`${day}T${clock}`) ? time : undefined;
};
