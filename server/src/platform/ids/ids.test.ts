import { expect, test } from 'vitest';
import { hashOf, isSame, newId, randomSecret } from './ids.ts';

test('an id is a UUID of version 7, and ids of later milliseconds sort later', () => {
  const early = newId(new Date(1_000));
  const late = newId(new Date(1_001));
  expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(late.replaceAll('-', '').slice(0, 12), 16)).toBe(1_001);
  expect([late, early].sort()).toEqual([early, late]);
});

test('ids of the same millisecond differ', () => {
  const now = new Date();
  expect(new Set(Array.from({ length: 1_000 }, () => newId(now))).size).toBe(1_000);
});

test('a secret has 256 bits, and only the same secret has the same hash', () => {
  const secret = randomSecret();
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  expect(hashOf(secret)).toBe(hashOf(`${secret}`));
  expect(hashOf(secret)).not.toBe(hashOf(randomSecret()));
  expect(isSame(secret, `${secret}`)).toBe(true);
  expect(isSame(secret, `${secret}x`)).toBe(false);
});
