/** The `Authorization` and `X-KSC-VServer` headers of the protocol. */
import { decodeBase64Text, encodeBase64Text } from './base64.ts';
import { BadFormat, UnencodableValue } from './errors.ts';

export interface BasicAuthorization {
  scheme: 'KSCBasic';
  user: string;
  password: string;
  /**
   * As it stood in the header. Clients send it plain or as base64, and it is not verified which of the two a real
   * server expects: a server that looks a domain up tries this text and then `decodeDomain` of it.
   */
  domain?: string | undefined;
  /** true = user of the Administration Server itself, false = user of the operating system. Absent: not said. */
  internal?: boolean | undefined;
}

export type Authorization =
  | BasicAuthorization
  /** KSCT: from Session.CreateToken. KSCWT: of single sign-on. KSCGW: of a prepared gateway connection. */
  | { scheme: 'KSCT' | 'KSCWT' | 'KSCGW'; token: string }
  /** Second step of two-step verification: six digits, on the connection that did the first step. */
  | { scheme: 'KSCMFA'; totp: string }
  | { scheme: 'NTLM'; message: string };

/**
 * Reads the header in all the shapes that clients send: keys in any order, values quoted or bare, blanks anywhere
 * between, `internal` as 0, 1, true or false.
 *
 * @returns undefined when there is no header
 * @throws BadFormat for an unknown scheme and for values that cannot be read; a server answers 401 to it
 */
export const parseAuthorization = (header: string | undefined): Authorization | undefined => {
  if (header === undefined || header.trim() === '') return undefined;
  const [, word = '', rest = ''] = /^\s*([^\s]+)\s*([\s\S]*?)\s*$/.exec(header) ?? [];
  switch (word.toUpperCase()) {
    case 'KSCBASIC':
      return parseBasic(rest);
    case 'KSCT':
      return { scheme: 'KSCT', token: nonEmpty(rest) };
    case 'KSCWT':
      return { scheme: 'KSCWT', token: nonEmpty(rest) };
    case 'KSCGW':
      return { scheme: 'KSCGW', token: nonEmpty(rest) };
    case 'KSCMFA':
      return { scheme: 'KSCMFA', totp: nonEmpty(parsePairs(rest).get('totp') ?? '') };
    case 'NTLM':
      return { scheme: 'NTLM', message: nonEmpty(rest) };
    default:
      // The word itself stays out of the message: it may be a password that was sent without a scheme.
      throw new BadFormat('the scheme is none of KSCBasic, KSCT, KSCWT, KSCGW, KSCMFA, NTLM', 'Authorization');
  }
};

/** The header's value. @throws UnencodableValue when a text would break out of its place in the header */
export const buildAuthorization = (authorization: Authorization): string => {
  switch (authorization.scheme) {
    case 'KSCBasic': {
      const { user, password, domain, internal } = authorization;
      return [
        `KSCBasic user="${encodeBase64Text(user)}"`,
        `pass="${encodeBase64Text(password)}"`,
        ...(domain === undefined ? [] : [`domain="${headerSafe(domain)}"`]),
        ...(internal === undefined ? [] : [`internal="${internal ? 1 : 0}"`]),
      ].join(', ');
    }
    case 'KSCMFA':
      return `KSCMFA totp="${headerSafe(authorization.totp)}"`;
    case 'NTLM':
      return `NTLM ${headerSafe(authorization.message)}`;
    default:
      return `${authorization.scheme} ${headerSafe(authorization.token)}`;
  }
};

/** The domain when it was sent as base64 of UTF-8; undefined when it cannot have been. */
export const decodeDomain = (domain: string): string | undefined =>
  domain === '' ? undefined : decodeBase64Text(domain);

/** Header for a virtual server's display name; undefined = send none (the main server). */
export const buildVirtualServer = (displayName: string): string | undefined =>
  displayName === '' ? undefined : encodeBase64Text(displayName);

/**
 * Display name of the virtual server that a login asks for; empty = the main server, which a client says by no
 * header, an empty one or the literal `x`.
 *
 * @throws BadFormat for anything else that is no base64: to take it for the main server would log the client in to
 * another server than the one that it named
 */
export const parseVirtualServer = (header: string | undefined): string => {
  const text = header?.trim() ?? '';
  if (text === '' || text === 'x') return '';
  const name = decodeBase64Text(text);
  if (name === undefined)
    throw new BadFormat("base64 of the virtual server's name in UTF-8 is needed", 'X-KSC-VServer');
  return name;
};

const parseBasic = (text: string): BasicAuthorization => {
  const pairs = parsePairs(text);
  const domain = pairs.get('domain');
  const internal = pairs.get('internal')?.toLowerCase();
  if (internal !== undefined && !/^(0|1|true|false|)$/.test(internal)) {
    throw new BadFormat('internal is 0, 1, true or false', 'Authorization');
  }
  return {
    scheme: 'KSCBasic',
    user: credential(pairs, 'user'),
    password: credential(pairs, 'pass'),
    ...(domain && { domain }),
    ...(internal && { internal: internal === '1' || internal === 'true' }),
  };
};

const credential = (pairs: Map<string, string>, key: 'user' | 'pass'): string => {
  const text = decodeBase64Text(pairs.get(key) ?? '');
  if (text === undefined) throw new BadFormat(`${key} is no base64 of UTF-8 text`, 'Authorization');
  if (text === '' && key === 'user') throw new BadFormat('user is missing', 'Authorization');
  return text;
};

/** `key="value"` or `key=value`, separated by commas or blanks. Base64 may end in "=", so a bare value runs on. */
const parsePairs = (text: string): Map<string, string> => {
  const pairs = new Map<string, string>();
  const pair = /[\s,]*([A-Za-z]+)\s*=\s*(?:"([^"]*)"|([^\s,"]*))(?=[\s,]|$)/y;
  while (pair.lastIndex < text.length) {
    const { lastIndex } = pair;
    const found = pair.exec(text);
    if (found === null) {
      if (/^[\s,]*$/.test(text.slice(lastIndex))) break;
      throw new BadFormat('key="value" pairs with commas between are needed', 'Authorization');
    }
    pairs.set((found[1] ?? '').toLowerCase(), found[2] ?? found[3] ?? '');
  }
  return pairs;
};

const nonEmpty = (text: string): string => {
  if (text === '') throw new BadFormat('the scheme is there, what should follow it is missing', 'Authorization');
  return text;
};

const headerSafe = (text: string): string => {
  if (!/^[\x20\x21\x23-\x7e]*$/.test(text)) {
    throw new UnencodableValue('A domain, token or code for the Authorization header is ASCII text without quotes');
  }
  return text;
};
