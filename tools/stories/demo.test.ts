import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addApiToken,
  getAdministrationOverview,
  getBillingOverview,
  getIntegrationsOverview,
  listAdjustments,
  listTenants,
  listTickets,
  setUp,
} from '../../contract/src/index.ts';
import { apiClient } from '../lib/api.ts';
import { type GatehouseProcess, startGatehouse } from '../lib/gatehouse-process.ts';
import { waitFor } from '../main-job/wait.ts';

const SEEDING_MS = 240_000;
/** On an idle machine it takes less than a second; this one may be busy with other tests. */
const STOP_MS = 10_000;

let dataDir: string;
const running: GatehouseProcess[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-demo-'));
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.remove();
  rmSync(dataDir, { recursive: true, force: true });
});

const startDemo = async (autotaskPort = 0) => {
  const flags = ['--demo', '--autotask-sandbox-port', String(autotaskPort), '--log-level', 'warn'];
  const server = await startGatehouse({ dataDir, flags: [...flags, '--integration-poll-seconds', '3'] });
  running.push(server);
  return server;
};

test('the demo goes on where it was cut off, seeds once, and is there again at the next start', async () => {
  const first = await startDemo();
  const people = apiClient(first.url);
  const token = new URL(await first.setUpLink()).searchParams.get('token') ?? '';
  await people.call(setUp, { body: { token, name: 'admin', password: 'a long pass phrase' } });
  const { secret } = await people.call(addApiToken, { body: { name: 'Story', role: 'administrator' } });
  await first.printed(/Demo: events: \d/, SEEDING_MS);
  await first.kill();

  const second = await startDemo();
  await second.printed(/Demo: ready/, SEEDING_MS);
  const api = apiClient(second.url, secret);
  const { devices } = await api.call(getAdministrationOverview, { query: {} });
  // 300, and this machine where it has a scanner.
  expect(devices.total).toBeGreaterThanOrEqual(300);
  expect(devices.total).toBeLessThanOrEqual(301);
  expect(devices.critical).toBeGreaterThanOrEqual(8);
  expect(devices.warning).toBeGreaterThan(0);
  expect(devices.ok).toBeGreaterThan(260);
  expect((await api.call(getIntegrationsOverview, {})).mappedTenants).toBe(12);
  const billing = await api.call(getBillingOverview, { query: {} });
  expect(billing.accounts).toEqual({ billed: 10, all: 12 });
  expect(billing.waiting).toBeGreaterThan(0);
  expect(billing.failed).toBe(0);
  await waitFor(
    'the approved changes in their contracts',
    async () => (await api.call(listAdjustments, { query: { state: ['confirmed'], limit: 200 } })).items.length >= 4,
    { withinMs: 60_000 },
  );
  await waitFor(
    'a ticket for each device with an active threat',
    async () => {
      const { items } = await api.call(listTickets, { query: { state: ['open'], limit: 200 } });
      return items.filter(({ reason }) => reason === 'status:critical:activeThreats').length >= 4;
    },
    { withinMs: 60_000 },
  );
  const keys = statSync(join(dataDir, 'demo', 'devices.json'));
  expect(keys.mode & 0o777).toBe(0o600);
  const { code, tookMs } = await second.stop();
  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(STOP_MS);

  const third = await startDemo();
  await third.printed(/Demo: ready/, 60_000);
  expect(third.output()).not.toMatch(/Demo: (events|devices enrolled|seeded|contracts)/);
  const again = apiClient(third.url, secret);
  const { devices: after } = await again.call(getAdministrationOverview, { query: {} });
  expect(after.total).toBe(devices.total);
  const names = (await again.call(listTenants, {})).items.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
}, 500_000);

test('a taken port of the stand-in ends the demo in a sentence, and the server goes on', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  try {
    const { port } = taken.address() as { port: number };
    const server = await startDemo(port);
    const [said] = await server.printed(/Demo: .*port.*/i, 30_000);
    expect(said).toContain(String(port));
    await server.printed(/the demo ended; the server goes on without it/, 10_000);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  } finally {
    taken.close();
  }
}, 120_000);
