import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SecretKeyUnreadable, SecretUnreadable } from './errors.ts';

export interface Secrets {
  /** @param context what the secret belongs to, as `integration:<id>`: it opens there and nowhere else */
  seal(text: string, context: string): string;
  /** @throws SecretUnreadable */
  open(sealed: string, context: string): string;
}

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

const newKeyLine = () => `${randomBytes(4).toString('hex')}:${randomBytes(KEY_BYTES).toString('base64')}`;

const readKeys = (file: string): Map<string, Buffer> => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new SecretKeyUnreadable(file, 'it cannot be read by this user', { cause });
  }
  const keys = new Map<string, Buffer>();
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const match = /^([0-9a-f]{8}):([A-Za-z0-9+/]{43}=)$/.exec(line);
    if (!match?.[1] || !match[2]) {
      throw new SecretKeyUnreadable(file, 'a line is not "<8 hex digits>:<32 bytes in base64>"');
    }
    keys.set(match[1], Buffer.from(match[2], 'base64'));
  }
  if (keys.size === 0) throw new SecretKeyUnreadable(file, 'it holds no key');
  return keys;
};

/**
 * Opens the key file, making it (mode 0600) when there is none. It holds one key a line as `<id>:<base64>`: the first
 * seals, all of them open, so a key is changed by writing a new one above the old.
 * A sealed value is `v1.<key id>.<base64url of iv, tag and text>`, AES-256-GCM with the context as authenticated data.
 *
 * @throws SecretKeyUnreadable
 */
export const openSecrets = ({ keyFile }: { keyFile: string }): Secrets => {
  if (!existsSync(keyFile)) {
    mkdirSync(dirname(keyFile), { recursive: true });
    writeFileSync(
      keyFile,
      `# Opens the secrets in the database. Keep a copy apart from the database's backup.\n${newKeyLine()}\n`,
      // `wx`: of two processes that start at once one makes the file, the other fails instead of replacing the key.
      { mode: 0o600, flag: 'wx' },
    );
    chmodSync(keyFile, 0o600);
  }
  const keys = readKeys(keyFile);
  const [currentId = '', currentKey] = [...keys][0] ?? [];
  if (!currentKey) throw new SecretKeyUnreadable(keyFile, 'it holds no key');

  return {
    seal: (text, context) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, currentKey, iv).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `v1.${currentId}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open: (sealed, context) => {
      const [version, keyId, packed, ...rest] = sealed.split('.');
      if (version !== 'v1' || !keyId || packed === undefined || rest.length > 0) {
        throw new SecretUnreadable('it has an unknown form');
      }
      const key = keys.get(keyId);
      if (!key) throw new SecretUnreadable(`the key file has no key ${keyId}`);
      const bytes = Buffer.from(packed, 'base64url');
      if (bytes.length < IV_BYTES + TAG_BYTES) throw new SecretUnreadable('it was cut short');
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES))
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      try {
        return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        throw new SecretUnreadable('it was changed or belongs to something else');
      }
    },
  };
};
