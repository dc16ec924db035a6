import { hash, verify } from '@node-rs/argon2';
import { hashOf, isSame, randomSecret } from '../platform/ids/index.ts';

// argon2id as OWASP's password storage cheat sheet gives it: 19 MiB, 2 passes, 1 lane; about 0.1 s on one core.
const cost = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFKC'), cost);

const RANDOM = 'sha256:';

/**
 * For a secret of 256 random bits that a program holds: nobody can guess it, so a slow hash would only make each of the
 * program's many logins slow.
 */
export const hashRandomSecret = (secret: string): string => RANDOM + hashOf(secret);

/** Something to compare with when there is no such user, so that the time does not tell. */
let nobodysHash: Promise<string> | null = null;

/** Whether this is the password; for an unknown user (null) false, after the same time. */
export const isPassword = async (password: string, passwordHash: string | null): Promise<boolean> => {
  if (passwordHash?.startsWith(RANDOM)) return isSame(passwordHash, hashRandomSecret(password));
  nobodysHash ??= hashPassword(randomSecret());
  const isRight = await verify(passwordHash ?? (await nobodysHash), password.normalize('NFKC'));
  return isRight && passwordHash !== null;
};
