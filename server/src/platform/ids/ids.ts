import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A UUID of version 7 (RFC 9562): 48 bits of Unix time in ms, then 74 random bits. Ids made later sort later, to the
 * millisecond, so that an index on them grows at its end.
 */
export const newId = (now: Date = new Date()): string => {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now.getTime(), 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** A secret that nobody guesses, URL-safe: 256 bits unless told, 43 characters. */
export const randomSecret = (bytes = 32): string => randomBytes(bytes).toString('base64url');

/**
 * What is stored in place of a random secret: SHA-256 in hex. For secrets from `randomSecret` only; a password that a
 * person chose needs a slow hash.
 */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Compares two secrets in a time that does not depend on where they differ. */
export const isSame = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
