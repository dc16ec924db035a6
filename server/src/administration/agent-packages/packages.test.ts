import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageText } from '@gatehouse/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../testing/administration.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const publicText = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const content = Buffer.from('a new agent'.repeat(50_000));
const said = {
  version: '2.0.0',
  sha256: createHash('sha256').update(content).digest('hex'),
  sizeBytes: content.length,
};
const signature = sign(null, Buffer.from(packageText(said)), privateKey).toString('base64');

describeOnBothEngines('a version of the agent that is published', (place) => {
  let msp: TestAdministration;
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
  });
  afterAll(async () => {
    await msp.stop();
  });
  const publish = async (manifest: object) => {
    const folder = join(msp.dataDir, 'agent-package');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${said.sha256}.package`), content);
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  };

  describe('is offered to devices', () => {
    it('with the key that signs it at enrolment, and as a file to enrolled devices alone', async () => {
      const before = await msp.enrol('early');
      expect((await before.reports({})).body.agentPackage).toBeUndefined();
      await publish({ ...said, signature, publicKey: publicText });
      expect((await before.reports({})).body.agentPackage).toEqual({ ...said, signature });
      const file = await before.agent('GET', `/agent/v1/packages/${said.sha256}`);
      expect([file.status, file.body]).toEqual([200, content.toString()]);
      expect((await before.agent('GET', `/agent/v1/packages/${'0'.repeat(64)}`)).status).toBe(404);
      expect((await msp.call('GET', `/agent/v1/packages/${said.sha256}`)).status).toBe(403);

      const token = await msp.call('POST', `/api/tenants/${(await msp.mainTenant()).id}/enrolment-tokens`, {
        body: { name: 'late' },
      });
      const late = await msp.web.call('POST', '/agent/v1/enrol', {
        body: { token: token.body.secret, machineId: 'machine-late', hostname: 'late', agentVersion: '1.0.0' },
      });
      expect(late.body.packageKey).toBe(publicText);
    });

    it('only when its signature is over what it says; else nothing is, and the log says why', async () => {
      const device = await msp.enrol('laptop');
      await publish({ ...said, version: '2.0.1', signature, publicKey: publicText });
      expect((await device.reports({})).body.agentPackage).toBeUndefined();
      expect(msp.logged.join()).toContain('is not over what it says');
    });
  });
});
