import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eicarString } from '../../agent/src/testing/eicar.ts';
import {
  addApiToken,
  addEnrolmentToken,
  addPolicy,
  addTenant,
  type CallOf,
  type Device,
  getDevice,
  giveCommand,
  listDeviceSoftware,
  listGroups,
  listSoftwareHolders,
  setUp,
} from '../../contract/src/index.ts';
import { type Api, apiClient } from '../lib/api.ts';
import { startProgram } from '../lib/child-program.ts';
import { type GatehouseProcess, startGatehouse } from '../lib/gatehouse-process.ts';
import { inRoot } from '../lib/root.mjs';
import { waitFor } from '../main-job/wait.ts';

const PATIENCE_MS = 60_000;

let server: GatehouseProcess;
let api: Api;
let folder: string;
const ending: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-device-story-'));
  server = await startGatehouse({ flags: ['--log-level', 'error'] });
  const people = apiClient(server.url);
  const token = new URL(await server.setUpLink()).searchParams.get('token') ?? '';
  await people.call(setUp, { body: { token, name: 'admin', password: 'a long pass phrase' } });
  const { secret } = await people.call(addApiToken, { body: { name: 'All', role: 'administrator' } });
  api = apiClient(server.url, secret);
}, 120_000);
afterAll(async () => {
  for (const end of ending.reverse()) await end();
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('an agent on this machine tells all of it, moves what is malicious away, and gives it back on demand', {
  timeout: 180_000,
}, async () => {
  const watched = join(folder, 'watched');
  mkdirSync(watched);
  const { id: tenantId } = await api.call(addTenant, { body: { name: 'Alder Bakery' } });
  const { items: groups } = await api.call(listGroups, { params: { tenantId } });
  const groupId = groups.find(({ kind }) => kind === 'managed')?.id ?? -1;
  await api.call(addPolicy, {
    body: {
      tenantId,
      groupId,
      name: 'Move away',
      state: 'active',
      settings: {
        realTimeProtection: { enabled: true, watchedFolders: [watched] },
        scan: { action: 'quarantine' },
      },
      locked: [],
    },
  });
  const token = await api.call(addEnrolmentToken, { params: { tenantId }, body: { name: 'Story', groupId } });
  const state = join(folder, 'agent');
  const enrolment = startProgram('agent/src/main.ts', [
    ...['enrol', '--server', server.url, '--token', token.secret, '--state-dir', state],
  ]);
  expect([await enrolment.ended, enrolment.output()]).toEqual([0, expect.stringContaining('Enrolled as device')]);
  const deviceId = /device (\S+)/.exec(enrolment.output())?.[1] ?? '';
  const agent = startProgram('agent/src/main.ts', [
    ...['run', '--state-dir', state, '--signature-dir', inRoot('agent', 'signatures'), '--clamd-socket', 'none'],
    ...['--sync-seconds', '1'],
  ]);
  ending.push(agent.stop);

  let last: Device | undefined;
  const shows = (what: string, isSo: (device: Device) => boolean) =>
    waitFor(
      what,
      async () => {
        last = await api.call(getDevice, { params: { deviceId } });
        return isSo(last);
      },
      { withinMs: PATIENCE_MS, seen: () => JSON.stringify(last?.facts) },
    );
  const give = (body: CallOf<typeof giveCommand>['body']) => api.call(giveCommand, { params: { deviceId }, body });

  await shows('real-time protection by watching', ({ facts }) => facts.securityApplication?.rtpMethod === 'watch');
  expect(last?.facts.hardware?.memoryBytes).toBeGreaterThan(0);
  expect(last?.facts.encryption).toBeDefined();
  expect(last?.facts.disks?.find(({ isSystem }) => isSystem)?.mount).toBe('/');

  await waitFor(
    'the list of software',
    async () =>
      (await api.call(listDeviceSoftware, { params: { deviceId }, query: { text: 'libc' } })).items.length > 0,
    { withinMs: PATIENCE_MS },
  );
  const holders = await api.call(listSoftwareHolders, { query: { text: 'libc' } });
  expect(holders.items[0]).toMatchObject({ deviceId, tenantName: 'Alder Bakery' });

  const path = join(watched, 'invoice.txt');
  writeFileSync(path, eicarString);
  await shows('the object in quarantine', ({ facts }) => facts.quarantine?.[0]?.path === path);
  expect(existsSync(path)).toBe(false);
  await shows('no active threat', ({ activeThreats }) => activeThreats === 0);

  const objectIds = [last?.facts.quarantine?.[0]?.id ?? ''];
  await give({ kind: 'restore-from-quarantine', quarantine: { objectIds } });
  await shows('an empty quarantine', ({ facts }) => facts.quarantine?.length === 0);
  expect(readFileSync(path, 'utf8')).toBe(eicarString);
  await shows('the command as done', ({ commands }) => commands[0]?.state === 'completed');

  await give({ kind: 'scan', scan: { mode: 'paths', paths: [watched] } });
  await shows('the scan as done', ({ commands }) => commands[0]?.kind === 'scan' && commands[0].state === 'completed');
  expect(existsSync(path)).toBe(true);
  expect(last?.activeThreats).toBe(0);
});
