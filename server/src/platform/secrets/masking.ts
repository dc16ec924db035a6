/** Stands in logs and audit lines where a secret was. */
export const MASK = '•••';

const secretWords = /passw(or)?d|passphrase|secret|token|credential|authorization|cookie|apikey|connectionstring/i;
const endsInKey = /(^|[a-z0-9_.-])key$/i;
const namesAnother =
  /[_-](id|ids|at|name|names|count|days|seconds|set|file)$|[a-z0-9](Id|Ids|At|Name|Names|Count|Days|Seconds|Set|File)$/;

/** Whether a field of this name holds a secret: `password`, `apiKey`, `csrfToken`; but not `tokenId`, `secretKeyFile`. */
export const isSecretName = (name: string): boolean =>
  (secretWords.test(name.replaceAll(/[-_]/g, '')) || endsInKey.test(name)) && !namesAnother.test(name);

const isPlain = (value: object): boolean => {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/**
 * A copy in which every field with a secret's name reads `•••`. Only plain objects and arrays are walked, eight levels
 * deep; what lies deeper is left out, so that nothing hides there.
 */
export const maskSecrets = (value: unknown, depth = 8): unknown => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return depth === 0 ? '…' : value.map((item) => maskSecrets(item, depth - 1));
  if (!isPlain(value)) return value;
  if (depth === 0) return '…';
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isSecretName(name) && inner !== null && inner !== undefined ? MASK : maskSecrets(inner, depth - 1),
    ]),
  );
};
