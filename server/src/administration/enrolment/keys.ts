import { createHash, randomBytes } from 'node:crypto';

/** An agent's key; the prefix tells what it is when it turns up where it should not. */
export const newAgentKey = (): string => `gha_${randomBytes(32).toString('base64url')}`;

/** The secret of an enrolment token. */
export const newEnrolmentSecret = (): string => `ghe_${randomBytes(24).toString('base64url')}`;

/** Keys are random and long, so that a plain hash is safe to keep. */
export const hashOfKey = (key: string): string => createHash('sha256').update(key).digest('hex');
