/** Sealing of secrets for the database, and knowing a secret by its name so that it is never shown. Owns no table. */

export { isSecretName, MASK, maskSecrets } from './masking.ts';
export { openSecrets, type Secrets } from './sealing.ts';
