/**
 * The same value with every text made storable: no NUL, which PostgreSQL refuses, and no half of a surrogate pair,
 * which neither store can read. Both turn up where a device's own data is broken, and such a text must not hold up the
 * other senders whose events are stored together with it.
 *
 * What is storable already, which is nearly all, is given back as it is and not copied.
 */
export const wellFormed = <T>(value: T): T => {
  if (typeof value === 'string') {
    return (value.isWellFormed() && !value.includes('\0') ? value : mended(value)) as T;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.every((inner) => wellFormed(inner) === inner) ? value : (value.map(wellFormed) as T);
  }
  for (const name in value) {
    if (wellFormed(name) !== name || wellFormed(value[name]) !== value[name]) {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [wellFormed(key), wellFormed(inner)])) as T;
    }
  }
  return value;
};

const mended = (text: string): string => text.toWellFormed().replaceAll('\0', '\u{fffd}');
