/**
 * The same value with every text made storable: no NUL, which PostgreSQL refuses, and no half of a surrogate pair,
 * which neither store can read. Both turn up where a device's own data is broken, and such a text must not hold up the
 * other senders whose events are stored together with it.
 */
export const wellFormed = <T>(value: T): T => {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\u{fffd}') as T;
  if (Array.isArray(value)) return value.map(wellFormed) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [wellFormed(name), wellFormed(inner)])) as T;
};
