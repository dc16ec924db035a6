/** Date, optionally with a time, optionally with a zone: what the service accepts. */
const SHAPE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?)?(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * A date-time as sent by a caller, as an ISO string in UTC with milliseconds; null when it is none.
 * Without a zone it is UTC; a date alone is its midnight.
 */
export const readDateTime = (sent: string): string | null => {
  const parts = SHAPE.exec(sent.trim());
  if (!parts) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '0', zone = 'Z'] = parts;
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3);
  const offset = /^z$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const local = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}Z`);
  const at = new Date(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}${offset}`));
  if (Number.isNaN(local) || Number.isNaN(at.getTime())) return null;
  // Date.parse rolls 31 February over into March.
  const isRealDay = new Date(local).getUTCDate() === Number(day) || hour === '24';
  const isFourDigitYear = at.getUTCFullYear() >= 1 && at.getUTCFullYear() <= 9999;
  return isRealDay && isFourDigitYear ? at.toISOString() : null;
};

/** As the service writes date-times: zeros at the end of the fraction are dropped. */
export const writeDateTime = (iso: string): string =>
  iso.replace(/\.(\d*?)0*Z$/, (_all, digits: string) => (digits === '' ? 'Z' : `.${digits}Z`));
