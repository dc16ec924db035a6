import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eicarString } from '../../agent/src/testing/eicar.ts';
import {
  addApiToken,
  addEnrolmentToken,
  addGroup,
  addPolicy,
  addTenant,
  changeDeviceTags,
  changePolicy,
  type DevicePolicy,
  getDevice,
  getDevicePolicy,
  getPolicy,
  listGroups,
  listRevisions,
  rollBack,
  setUp,
} from '../../contract/src/index.ts';
import { type Api, apiClient } from '../lib/api.ts';
import { startProgram } from '../lib/child-program.ts';
import { type GatehouseProcess, startGatehouse } from '../lib/gatehouse-process.ts';
import { inRoot } from '../lib/root.mjs';
import { waitFor } from '../main-job/wait.ts';

const PATIENCE_MS = 60_000;
const LOCKED = ['realTimeProtection.enabled', 'realTimeProtection.watchedFolders'] as const;

let server: GatehouseProcess;
let api: Api;
let folder: string;
const ending: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-policies-'));
  server = await startGatehouse({ flags: ['--log-level', 'error'] });
  const people = apiClient(server.url);
  const token = new URL(await server.setUpLink()).searchParams.get('token') ?? '';
  await people.call(setUp, { body: { token, name: 'admin', password: 'a long pass phrase' } });
  api = apiClient(
    server.url,
    (await people.call(addApiToken, { body: { name: 'All', role: 'administrator' } })).secret,
  );
}, 120_000);
afterAll(async () => {
  for (const end of ending.reverse()) await end();
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('an agent on this machine does what policies say: locks, profiles, rolling back, being killed, being offline', {
  timeout: 180_000,
}, async () => {
  const [own, first, second] = ['own', 'first', 'second'].map((name) => join(folder, name)) as [string, string, string];
  for (const each of [own, first, second]) mkdirSync(each);
  const { id: tenantId } = await api.call(addTenant, { body: { name: 'Alder Bakery' } });
  const groups = await api.call(listGroups, { params: { tenantId } });
  const managed = groups.items.find(({ kind }) => kind === 'managed')?.id ?? -1;
  const branch = await api.call(addGroup, { params: { tenantId }, body: { name: 'Branch', parentId: managed } });
  const place = { tenantId, groupId: managed };
  const base = await api.call(addPolicy, {
    body: {
      ...place,
      name: 'Base',
      state: 'active',
      settings: { realTimeProtection: { enabled: true, watchedFolders: [first] } },
      locked: [...LOCKED],
    },
  });
  const token = await api.call(addEnrolmentToken, {
    params: { tenantId },
    body: { name: 'Story', groupId: branch.id },
  });

  const state = join(folder, 'agent');
  const settings = ['--state-dir', state, '--signature-dir', inRoot('agent', 'signatures'), '--clamd-socket', 'none'];
  const enrolment = startProgram('agent/src/main.ts', [
    ...['enrol', '--server', server.url, '--token', token.secret],
    ...['--state-dir', state],
  ]);
  expect([await enrolment.ended, enrolment.output()]).toEqual([0, expect.stringContaining('Enrolled as device')]);
  const deviceId = /device (\S+)/.exec(enrolment.output())?.[1] ?? '';
  // The device's own folder is no match for a lock.
  const startAgent = () => {
    const agent = startProgram('agent/src/main.ts', ['run', ...settings, '--watch', own, '--sync-seconds', '1']);
    ending.push(agent.stop);
    return agent;
  };
  const statusOfAgent = async () => {
    const asked = startProgram('agent/src/main.ts', ['status', '--state-dir', state]);
    await asked.ended;
    return asked.output();
  };
  let last: DevicePolicy | undefined;
  const applied = (what: string, isSo: (policy: DevicePolicy) => boolean) =>
    waitFor(
      what,
      async () => {
        last = await api.call(getDevicePolicy, { params: { deviceId } });
        return last.state === 'applied' && isSo(last);
      },
      { withinMs: PATIENCE_MS, seen: () => JSON.stringify(last) },
    );
  const watches = (folders: string[]) => (policy: DevicePolicy) =>
    JSON.stringify(policy.policy?.settings.realTimeProtection?.watchedFolders) === JSON.stringify(folders);
  const threatsOnServer = async () =>
    (await api.call(getDevice, { params: { deviceId } })).activeThreatList.map(({ object }) => object);

  const agent = startAgent();
  await applied('the base policy being applied', watches([first]));

  // A policy of the branch cannot take the protection off.
  const below = await api.call(addPolicy, { body: { tenantId, groupId: branch.id, name: 'Branch', state: 'active' } });
  const off = { realTimeProtection: { enabled: false } };
  await expect(
    api.call(changePolicy, { params: { policyId: below.id }, body: { version: below.version, settings: off } }),
  ).rejects.toMatchObject({ status: 409, code: 'policy.locked', message: expect.stringContaining('“Base”') });

  // What is watched changes with the next sync, and files that are there already are found.
  writeFileSync(join(second, 'bad.txt'), eicarString);
  writeFileSync(join(own, 'bad.txt'), eicarString);
  const changed = await api.call(changePolicy, {
    params: { policyId: base.id },
    body: {
      version: base.version,
      settings: { realTimeProtection: { enabled: true, watchedFolders: [second] } },
      profiles: [{ name: 'Lab', condition: { tags: ['lab'] }, settings: { scan: { mode: 'full' } } }],
    },
  });
  await applied('the changed policy being applied', watches([second]));
  await waitFor('the file in the watched folder being found', async () => (await threatsOnServer()).length > 0, {
    withinMs: PATIENCE_MS,
  });
  expect(await threatsOnServer()).toEqual([join(second, 'bad.txt')]);

  await api.call(changeDeviceTags, { body: { deviceIds: [deviceId], add: ['lab'] } });
  await applied('the profile being applied', ({ inForce }) =>
    Boolean(inForce?.policies.some(({ activeProfiles }) => activeProfiles.includes('Lab'))),
  );
  expect(last?.inForce?.settings.find(({ key }) => key === 'scan.mode')).toMatchObject({
    value: 'full',
    locked: false,
    from: { policyName: 'Base', groupName: 'Managed devices', profile: 'Lab' },
  });
  expect((await api.call(getPolicy, { params: { policyId: changed.id } })).progress).toMatchObject({
    devices: 1,
    applied: 1,
  });

  await agent.kill();
  const again = startAgent();
  const { items } = await api.call(listRevisions, { query: { kind: 'policy', objectId: String(base.id) } });
  const firstRevision = items.find(({ number }) => number === 1);
  await api.call(rollBack, { params: { revisionId: firstRevision?.id ?? '' }, body: { lastNumber: 2 } });
  await applied('the policy that was rolled back being applied', watches([first]));

  // Without a server the policy goes on to hold, also over a kill.
  await server.stop();
  await again.kill();
  startAgent();
  const status = await waitFor(
    'the agent answering',
    async () => {
      const output = await statusOfAgent();
      return output.startsWith('{') && JSON.parse(output);
    },
    { withinMs: PATIENCE_MS },
  );
  expect(status).toMatchObject({
    watch: { folders: [first] },
    policy: { name: 'Branch', isOutOfOffice: false, id: last?.policy?.id },
  });
});
