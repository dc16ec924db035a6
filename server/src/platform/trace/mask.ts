const SECRET = /secret|password|passwd|token|authorization|credential|cookie|private.?key/i;
const MASK = '•••';
/** Texts are cut here: a trace tells what was said, it is no archive. */
const MOST_CHARACTERS = 2_000;
const MOST_ITEMS = 20;
const MOST_DEPTH = 8;

/** A copy that may be written down: values of secret names are masked, long ones cut. */
export const masked = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') {
    return value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}… (${value.length} characters)` : value;
  }
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  if (depth >= MOST_DEPTH) return '…';
  if (Array.isArray(value)) {
    const first = value.slice(0, MOST_ITEMS).map((each) => masked(each, depth + 1));
    return value.length > MOST_ITEMS ? [...first, `… (${value.length} in all)`] : first;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, SECRET.test(name) ? MASK : masked(each, depth + 1)]),
  );
};
