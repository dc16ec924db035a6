import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentPackage, packageText } from '@gatehouse/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { publishPackage } from './lib/publish-package.mjs';

let dataDir: string;
let file: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-publish-'));
  file = join(dataDir, 'agent.deb');
  writeFileSync(file, 'an agent');
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));
const folder = () => join(dataDir, 'agent-package');

describe('publishing a version of the agent', () => {
  test('signs what devices check, with a key that only its owner reads, and keeps the key for the next version', async () => {
    const first = await publishPackage({ file, dataDir, version: '1.2.3' });
    const manifest = JSON.parse(readFileSync(join(folder(), 'manifest.json'), 'utf8'));
    const offer = AgentPackage.parse(manifest);
    const key = createPublicKey({ key: Buffer.from(manifest.publicKey, 'base64'), format: 'der', type: 'spki' });
    expect(verify(null, Buffer.from(packageText(offer)), key, Buffer.from(offer.signature, 'base64'))).toBe(true);
    expect(statSync(first.keyFile).mode & 0o777).toBe(0o600);

    writeFileSync(file, 'a newer agent');
    const second = await publishPackage({ file, dataDir, version: '1.2.4' });
    expect([second.isNewKey, second.publicKey]).toEqual([false, first.publicKey]);
    expect(readdirSync(folder()).sort()).toEqual(
      [`${second.sha256}.package`, 'manifest.json', 'signing-key.pem'].sort(),
    );
  });

  test('says what is wrong: no such file, no such key, no version', async () => {
    await expect(publishPackage({ file: join(dataDir, 'none'), dataDir, version: '1' })).rejects.toThrow(/There is no/);
    const keyFile = join(dataDir, 'none.pem');
    await expect(publishPackage({ file, dataDir, version: '1', keyFile })).rejects.toThrow(/There is no key/);
    await expect(publishPackage({ file, dataDir, version: 'a b' })).rejects.toThrow(/is no version/);
  });
});
