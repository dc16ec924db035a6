import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretKeyUnreadable, SecretUnreadable } from './errors.ts';
import { isSecretName, MASK, maskSecrets } from './masking.ts';
import { openSecrets } from './sealing.ts';

let folder: string;
let keyFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-secrets-'));
  keyFile = join(folder, 'deep', 'secret.key');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('sealing', () => {
  it('gives a secret back after a restart, and only in its own place', () => {
    const sealed = openSecrets({ keyFile }).seal('hunter2 ÄÖ', 'integration:1');
    expect(sealed).not.toContain('hunter2');
    expect(openSecrets({ keyFile }).open(sealed, 'integration:1')).toBe('hunter2 ÄÖ');
    expect(() => openSecrets({ keyFile }).open(sealed, 'integration:2')).toThrow(SecretUnreadable);
  });

  it('makes the key file for this user alone', () => {
    openSecrets({ keyFile });
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  });

  it('seals the same text differently each time', () => {
    const secrets = openSecrets({ keyFile });
    expect(secrets.seal('same', 'c')).not.toBe(secrets.seal('same', 'c'));
  });

  it('still opens what an older key sealed once a new one stands above it', () => {
    const sealed = openSecrets({ keyFile }).seal('old', 'c');
    const other = join(folder, 'other.key');
    openSecrets({ keyFile: other });
    writeFileSync(keyFile, readFileSync(other, 'utf8') + readFileSync(keyFile, 'utf8'));
    const secrets = openSecrets({ keyFile });
    expect(secrets.open(sealed, 'c')).toBe('old');
    expect(secrets.seal('new', 'c').split('.')[1]).not.toBe(sealed.split('.')[1]);
  });

  it('tells a changed, cut or foreign value apart from a good one', () => {
    const secrets = openSecrets({ keyFile });
    const sealed = secrets.seal('text', 'c');
    const flipped = sealed.slice(0, -1) + (sealed.endsWith('A') ? 'B' : 'A');
    for (const bad of [flipped, sealed.slice(0, 20), 'text', '', `v1.00000000.${sealed.split('.')[2]}`]) {
      expect(() => secrets.open(bad, 'c'), bad).toThrow(SecretUnreadable);
    }
  });

  it('refuses a key file that holds something else, naming the file', () => {
    openSecrets({ keyFile });
    writeFileSync(keyFile, 'hello');
    expect(() => openSecrets({ keyFile })).toThrow(SecretKeyUnreadable);
    expect(() => openSecrets({ keyFile })).toThrow(keyFile);
  });
});

describe('masking', () => {
  it('knows a secret by its name', () => {
    for (const name of ['password', 'newPassword', 'api_key', 'apiKey', 'x-api-key', 'key', 'secret', 'csrfToken']) {
      expect(isSecretName(name), name).toBe(true);
    }
    for (const name of [
      'name',
      'tokenId',
      'secretKeyFile',
      'monkeys',
      'keyboard',
      'userId',
      'secretsSet',
      'turkeyName',
    ]) {
      expect(isSecretName(name), name).toBe(false);
    }
  });

  it('hides secrets at any depth and leaves the rest and the original alone', () => {
    const input = { name: 'a', list: [{ password: 'p', at: 1 }], token: null };
    expect(maskSecrets(input)).toEqual({ name: 'a', list: [{ password: MASK, at: 1 }], token: null });
    expect(input.list[0]?.password).toBe('p');
  });

  it('shows nothing of what is nested too deep to be looked at', () => {
    let value: unknown = { password: 'deep-secret' };
    for (let level = 0; level < 20; level += 1) value = { value };
    expect(JSON.stringify(maskSecrets(value))).not.toContain('deep-secret');
  });
});
