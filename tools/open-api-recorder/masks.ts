/** What must not be in a recording, taken out before a line is written: passwords, tokens, session ids, keys. */
import { API_PREFIX, parseAuthorization } from '../../protocols/src/ksc-open-api/index.ts';

export const MASKED = '*masked*';
/** Bytes of the mask, where base64 stands. */
const MASKED_BINARY = Buffer.from(MASKED).toString('base64');

/** Members whose values are secrets, whatever the method: names of the protocol, and what sounds like one. */
const SECRET_NAME =
  /passw|pwd|secret|token|authkey|auth_key|private|server_key|keydata|licfile|activationcode|activation_code|totp|encryption_key/i;
/** Methods whose value is a secret, and the members of their replies. */
const SECRET_REPLIES: Readonly<Record<string, readonly string[]>> = {
  'Session.CreateToken': ['PxgRetVal'],
  'Session.CreateBlob': ['PxgRetVal'],
  'Multitenancy.GetAuthToken': ['PxgRetVal'],
  'GatewayConnection.PrepareGatewayConnection': ['wstrAuthKey'],
  'Tasks.ProtectPassword': ['PxgRetVal'],
  'DataProtectionApi.ProtectUtf16StringGlobally': ['PxgRetVal'],
  'LicenseKeys.DownloadKeyFiles': ['PxgRetVal'],
};
/** Shorter ones are found in innocent words; they stay masked where they are by name. */
const SHORTEST_KNOWN_SECRET = 8;

/** Headers that are kept; all others say nothing about the protocol and may say much about the place. */
const KEPT_HEADERS = [
  'content-type',
  'content-encoding',
  'content-range',
  'accept-encoding',
  'range',
  'www-authenticate',
  'x-ksc-vserver',
];

export type Masks = ReturnType<typeof createMasks>;

/** Masks of one recording: the same session has the same pseudonym in all of it. */
export const createMasks = () => {
  const sessions = new Map<string, string>();
  const known = new Set<string>();
  const remember = (secret: string | undefined): void => {
    if (secret !== undefined && secret.length >= SHORTEST_KNOWN_SECRET) known.add(secret);
  };

  const sessionName = (id: string): string => {
    const name = sessions.get(id) ?? `masked-session-${sessions.size + 1}`;
    sessions.set(id, name);
    return name;
  };

  const maskAuthorization = (value: string): string => {
    const scheme = /^\w+/.exec(value)?.[0] ?? 'unknown';
    try {
      const parsed = parseAuthorization(value);
      if (parsed?.scheme === 'KSCBasic') {
        remember(parsed.password);
        const kinds = [`user="${MASKED_BINARY}"`, `pass="${MASKED_BINARY}"`];
        if (parsed.internal !== undefined) kinds.push(`internal="${parsed.internal ? 1 : 0}"`);
        return `KSCBasic ${kinds.join(', ')}`;
      }
      if (parsed && 'token' in parsed) remember(parsed.token);
    } catch {
      // What cannot be read is masked whole.
    }
    return `${scheme} ${MASKED}`;
  };

  /** A secret that was seen by its name is one everywhere else too. */
  const withoutKnown = (text: string): string => {
    let masked = text;
    for (const secret of known) masked = masked.replaceAll(secret, MASKED);
    for (const [id, name] of sessions) masked = masked.replaceAll(id, name);
    return masked;
  };

  const maskAll = (value: unknown): unknown => {
    if (typeof value === 'string') {
      if (value === '') return value;
      remember(value);
      return MASKED;
    }
    if (typeof value === 'number') return 0;
    if (Array.isArray(value)) return value.map(maskAll);
    if (!isObject(value)) return value;
    if (value.type === 'binary' && typeof value.value === 'string') return { type: 'binary', value: MASKED_BINARY };
    if (typeof value.type === 'string' && 'value' in value) return { type: value.type, value: maskAll(value.value) };
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, maskAll(inner)]));
  };

  const maskMembers = (value: unknown): unknown => {
    if (typeof value === 'string') return withoutKnown(value);
    if (Array.isArray(value)) return value.map(maskMembers);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        SECRET_NAME.test(name) ? maskAll(inner) : maskMembers(inner),
      ]),
    );
  };

  return {
    headers: (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> => {
      const kept: Record<string, string> = {};
      for (const name of KEPT_HEADERS) {
        const value = headers[name];
        if (value !== undefined) kept[name] = [value].flat().join(', ');
      }
      const { authorization } = headers;
      if (typeof authorization === 'string') kept.authorization = maskAuthorization(authorization);
      const session = headers['x-ksc-session'];
      if (typeof session === 'string') kept['x-ksc-session'] = sessionName(session);
      return kept;
    },

    request: (json: unknown): unknown => maskMembers(json),

    /** @param path of the request that is answered */
    response: (path: string, json: unknown): unknown => {
      const method = path.startsWith(API_PREFIX) ? path.slice(API_PREFIX.length) : '';
      if (method === 'Session.StartSession' && isObject(json) && typeof json.PxgRetVal === 'string') {
        return { ...json, PxgRetVal: sessionName(json.PxgRetVal) };
      }
      const secret = SECRET_REPLIES[method];
      const own = isObject(json) && secret ? maskNamed(json, secret, maskAll) : json;
      return maskMembers(own);
    },

    text: withoutKnown,
  };
};

const maskNamed = (
  json: Record<string, unknown>,
  names: readonly string[],
  mask: (value: unknown) => unknown,
): Record<string, unknown> =>
  Object.fromEntries(Object.entries(json).map(([name, value]) => [name, names.includes(name) ? mask(value) : value]));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
