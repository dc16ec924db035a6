import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startAgent } from '../../agent/src/index.ts';
import {
  addApiToken,
  addEnrolmentToken,
  addLicense,
  addTenant,
  changeLicense,
  checkLicenses,
  getLicense,
  getLicenseUsage,
  listDevices,
  listUsageEvidence,
  setUp,
} from '../../contract/src/index.ts';
import { apiClient } from '../lib/api.ts';
import { startGatehouse } from '../lib/gatehouse-process.ts';
import { waitFor } from '../main-job/wait.ts';

const PATIENCE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Asks until the answer is right. */
const until = async <T>(what: string, ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> => {
  let last: T | undefined;
  const right = async () => {
    last = await ask();
    return isRight(last) && { answer: last };
  };
  return (await waitFor(what, right, { withinMs: PATIENCE_MS, seen: () => JSON.stringify(last) })).answer;
};

test('our own agent gets a key of its client, is counted for the bill, outlives the server with it, and gives it up when it is blocked', {
  timeout: 240_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-licenses-'));
  const ending: (() => Promise<unknown>)[] = [];
  try {
    const flags = ['--log-level', 'warn', '--agent-sync-seconds', '1'];
    let server = await startGatehouse({ dataDir: join(folder, 'data'), flags });
    ending.push(() => server.remove());
    const { httpPort, openApiPort, dataDir } = server;
    const people = apiClient(server.url);
    const link = new URL(await server.setUpLink()).searchParams.get('token') ?? '';
    await people.call(setUp, { body: { token: link, name: 'grace', password: 'a long pass phrase' } });
    const { secret } = await people.call(addApiToken, { body: { name: 'Story', role: 'administrator' } });
    const api = apiClient(server.url, secret);
    const { id: tenantId } = await api.call(addTenant, { body: { name: 'Alder Bakery' } });
    const token = await api.call(addEnrolmentToken, { params: { tenantId }, body: { name: 'Story' } });
    const settings = {
      ...{ productName: 'Gatehouse endpoint', kind: 'subscription' as const, deviceLimit: 5, automatic: true },
      ...{
        createdAt: new Date().toISOString(),
        expiresAt: new Date(Date.now() + 300 * DAY_MS).toISOString(),
        tenantId,
      },
    };
    const key = await api.call(addLicense, { body: { ...settings, serialNumber: 'story-000001-0badcafe' } });
    expect(key.serialNumber).toBe('STORY-000001-0BADCAFE');

    const agent = await startAgent({
      serverUrl: server.url,
      token: token.secret,
      stateDir: join(folder, 'agent'),
      scanner: null,
      backoff: { firstMs: 100, mostMs: 500 },
    });
    ending.push(() => agent.stop());
    const stateOf = async () => agent.status().license;
    expect(await until('The key in use', stateOf, ({ state }) => state === 'valid')).toMatchObject({
      serialNumber: key.serialNumber,
    });
    const licenseId = key.id;
    const keyNow = async () => (await api.call(getLicense, { params: { licenseId } })).license;
    await until('One device counted', keyNow, ({ used }) => used === 1);

    const usage = await api.call(getLicenseUsage, { query: { tenantId } });
    expect(usage.items).toMatchObject([
      { tenantName: 'Alder Bakery', billable: true, devices: { total: 1, unknown: 0 } },
    ]);
    const { day, devices } = await api.call(checkLicenses, {});
    expect(devices).toBe(1);
    const { items } = await api.call(listDevices, { query: { tenantId: [tenantId] } });
    const evidence = await api.call(listUsageEvidence, { query: { day, tenantId } });
    expect(evidence.items.map(({ deviceId }) => deviceId)).toEqual(items.map(({ id }) => id));

    await server.kill();
    expect(agent.status().license.state).toBe('valid');
    server = await startGatehouse({ dataDir, httpPort, openApiPort, flags });
    expect(await keyNow()).toMatchObject({ used: 1, assigned: 1, notHeld: 0, notAssigned: 0 });

    await api.call(changeLicense, { params: { licenseId }, body: { ...settings, blocked: true } });
    await until('The key given up', stateOf, ({ state }) => state === 'none');
    expect(await until('No device counted', keyNow, ({ used }) => used === 0)).toMatchObject({ state: 'blocked' });
  } finally {
    for (const end of ending.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  }
});
