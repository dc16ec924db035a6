import type { AgentPolicy, DevicePolicy, Policy, PolicyRow } from '@gatehouse/contract';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../testing/administration.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('policies', (place) => {
  let msp: TestAdministration;
  let database: Database;
  let tenantId: string;
  let managed: number;
  let branch: number;
  beforeAll(async () => {
    database = await place.open();
    msp = await startAdministration({ database, engine });
  });
  afterAll(() => msp.stop());

  let tenants = 0;
  beforeEach(async () => {
    tenants += 1;
    tenantId = (await msp.addTenant(`Client ${tenants}`)).id;
    managed = (await msp.administration.groupsOf(tenantId).fixed('managed')).id;
    branch = await addGroup('Branch', managed);
  });
  const addGroup = async (name: string, parentId: number): Promise<number> =>
    Number((await msp.call('POST', `/api/tenants/${tenantId}/groups`, { body: { name, parentId } })).body.id);

  const post = (path: string, body: object, bearer = 'admin') => msp.call('POST', path, { body, bearer });
  const add = async (groupId: number, name: string, more: object = {}): Promise<Policy> => {
    const { status, body } = await post('/api/policies', { tenantId, groupId, name, state: 'active', ...more });
    expect([status, body.message]).toEqual([200, undefined]);
    return body;
  };
  const get = async (id: number): Promise<Policy> => (await msp.call('GET', `/api/policies/${id}`)).body;
  const change = async ({ id }: { id: number }, body: object, bearer = 'admin') =>
    msp.call('PATCH', `/api/policies/${id}`, { body: { version: (await get(id)).version, ...body }, bearer });
  const rows = async (query = ''): Promise<PolicyRow[]> =>
    (await msp.call('GET', `/api/policies?tenantId=${tenantId}${query}`)).body.items;
  const inForceOn = async (deviceId: string): Promise<DevicePolicy> =>
    (await msp.call('GET', `/api/devices/${deviceId}/policy`)).body;

  /** A device that applies what it is given, unless told otherwise. */
  const enrol = async (name: string, groupId: number) => {
    const device = await msp.enrol(`${name}-${tenants}`, { tenantId, groupId });
    let policy: AgentPolicy | null = null;
    return {
      ...device,
      policy: () => policy,
      syncs: async (facts: object = {}, { obeys = true, knowsPolicies = true } = {}) => {
        const { body } = await device.agent('POST', '/agent/v1/sync', {
          ...{ agentVersion: '1', sentAt: msp.clock().toISOString(), facts },
          ...(knowsPolicies ? { policyId: policy?.id ?? null } : {}),
        });
        if (obeys && body.policy !== undefined) policy = body.policy;
        return body.policy;
      },
    };
  };
  const protect = (enabled: boolean) => ({ settings: { realTimeProtection: { enabled } } });
  const LOCK = ['realTimeProtection.enabled'];
  const linux = { family: 'linux', name: 'Debian', version: '12', arch: 'x64', isServer: false };

  it('reach a device with its next sync, once, and end with the one after they were deleted', async () => {
    const laptop = await enrol('laptop', branch);
    expect(await laptop.syncs()).toBeUndefined();
    const policy = await add(managed, 'Base', { settings: { scan: { mode: 'full' } } });
    expect(await laptop.syncs()).toMatchObject({
      name: 'Base',
      settings: { scan: { mode: 'full' } },
      outOfOffice: null,
    });
    expect(await laptop.syncs()).toBeUndefined();
    expect((await msp.call('DELETE', `/api/policies/${policy.id}`)).status).toBe(200);
    expect(await laptop.syncs()).toBeNull();
    expect(await laptop.syncs()).toBeUndefined();
  });

  it('that lock a setting cannot be overruled below, and the refusal says by whom; what was set before does not count', async () => {
    const top = await add(managed, 'Base', protect(true));
    const below = await add(branch, 'Branch', protect(false));
    const laptop = await enrol('laptop', branch);
    expect((await laptop.syncs())?.settings).toEqual(protect(false).settings);

    await change(top, { locked: LOCK });
    expect(await laptop.syncs()).toMatchObject({ ...protect(true), locked: LOCK });
    const refused = await change(below, { settings: { realTimeProtection: { enabled: true } } });
    expect([refused.status, refused.body.code]).toEqual([409, 'policy.locked']);
    expect(refused.body.message).toContain(
      '“Real-time protection” is locked by the policy “Base” of group “Managed devices”',
    );
    const inProfile = { name: 'All', condition: {}, ...protect(false) };
    expect((await change(below, { profiles: [inProfile] })).body.code).toBe('policy.locked');
    expect((await change(below, { settings: {} })).body.code).toBe('policy.locked');
    // What is not locked can be changed beside it, with the locked value left as it was.
    expect(
      (await change(below, { settings: { ...protect(false).settings, quarantine: { keepDays: 3 } } })).status,
    ).toBe(200);
    expect((await get(below.id)).inherited).toMatchObject([
      { key: 'realTimeProtection.enabled', value: true, locked: true, from: { policyId: top.id } },
    ]);
    await change(top, { locked: [] });
    expect(await laptop.syncs()).toMatchObject({
      settings: { ...protect(false).settings, quarantine: { keepDays: 3 } },
      locked: [],
    });
  });

  it('are explained on a device: each setting with the policy and the profile that it comes from', async () => {
    const kiosks = {
      name: 'Kiosks',
      condition: { tags: ['kiosk'] },
      settings: { scan: { action: 'quarantine' } },
      locked: ['scan.action'],
    };
    const servers = { name: 'Servers', condition: { deviceKind: 'server' }, settings: { scan: { mode: 'quick' } } };
    const top = await add(managed, 'Base', {
      settings: { scan: { mode: 'full', action: 'report' } },
      profiles: [servers, kiosks],
    });
    const below = await add(branch, 'Branch', { settings: { quarantine: { keepDays: 7 } } });
    const kiosk = await enrol('kiosk', branch);
    await kiosk.syncs({ os: linux });
    expect(kiosk.policy()?.settings).toEqual({ scan: { mode: 'full', action: 'report' }, quarantine: { keepDays: 7 } });

    await msp.call('POST', '/api/devices/tags', { body: { deviceIds: [kiosk.id], add: ['kiosk'], remove: [] } });
    expect((await kiosk.syncs())?.settings.scan).toEqual({ mode: 'full', action: 'quarantine' });
    await kiosk.syncs({ os: { ...linux, isServer: true } });
    expect(kiosk.policy()?.settings.scan).toEqual({ mode: 'quick', action: 'quarantine' });
    await kiosk.syncs();

    const { state, inForce, policy, outOfOffice } = await inForceOn(kiosk.id);
    expect([state, outOfOffice, policy?.id]).toEqual(['applied', null, kiosk.policy()?.id]);
    expect(inForce?.policies).toEqual([
      {
        ...{ policyId: top.id, name: 'Base', groupId: managed, groupName: 'Managed devices' },
        activeProfiles: ['Servers', 'Kiosks'],
      },
      { policyId: below.id, name: 'Branch', groupId: branch, groupName: 'Managed devices/Branch', activeProfiles: [] },
    ]);
    expect(
      inForce?.settings.map(({ key, value, locked, from }) => [key, value, locked, from.policyName, from.profile]),
    ).toEqual([
      ['scan.mode', 'quick', false, 'Base', 'Servers'],
      ['scan.action', 'quarantine', true, 'Base', 'Kiosks'],
      ['quarantine.keepDays', 7, false, 'Branch', null],
    ]);
  });

  it('show how far they have come: applied, pending, out of date, unknown; also for devices that are switched off', async () => {
    const devices = [];
    for (const name of ['good', 'off', 'stubborn', 'old']) devices.push(await enrol(name, branch));
    const [good, , stubborn, old] = devices;
    for (const device of [good, devices[1], stubborn]) await device?.syncs();
    await old?.syncs({}, { knowsPolicies: false });
    const policy = await add(branch, 'Branch', { settings: { quarantine: { keepDays: 7 } } });
    await msp.settle();
    expect((await get(policy.id)).progress).toEqual({ devices: 4, applied: 0, pending: 3, outOfDate: 0, unknown: 1 });
    for (let round = 0; round < 2; round += 1) {
      await good?.syncs();
      await stubborn?.syncs({}, { obeys: false });
      await old?.syncs({}, { knowsPolicies: false });
    }
    expect((await rows()).map(({ progress }) => progress)).toEqual([
      { devices: 4, applied: 1, pending: 1, outOfDate: 1, unknown: 1 },
    ]);
    const path = `/api/policies/${policy.id}/devices`;
    const first = (await msp.call('GET', `${path}?limit=1&state=pending&state=out-of-date`)).body;
    const second = (await msp.call('GET', `${path}?limit=1&state=pending&state=out-of-date&after=${first.next}`)).body;
    expect(
      [...first.items, ...second.items].map(({ deviceName, state }) => [deviceName.split('-')[0], state]).sort(),
    ).toEqual([
      ['off', 'pending'],
      ['stubborn', 'out-of-date'],
    ]);
    expect(second.next).toBeNull();

    await change(policy, { state: 'inactive' });
    await msp.settle();
    expect((await get(policy.id)).progress.devices).toBe(0);
    expect((await inForceOn(devices[1]?.id ?? '')).state).toBe('none');
    expect((await inForceOn(good?.id ?? '')).state).toBe('pending');
  });

  it('follow a group that is moved below another, and a device that is', async () => {
    const other = await addGroup('Other', managed);
    const below = await addGroup('Below', branch);
    await add(branch, 'Of branch', { settings: { quarantine: { keepDays: 1 } } });
    const ofOther = await add(other, 'Of other', { settings: { quarantine: { keepDays: 2 } } });
    const laptop = await enrol('laptop', below);
    const parked = await enrol('parked', below);
    await parked.syncs();
    expect((await laptop.syncs())?.name).toBe('Of branch');
    await msp.call('PATCH', `/api/tenants/${tenantId}/groups/${below}`, { body: { parentId: other } });
    await msp.settle();
    expect((await get(ofOther.id)).progress).toMatchObject({ devices: 2, pending: 2 });
    expect((await laptop.syncs())?.name).toBe('Of other');
    await msp.call('PATCH', `/api/devices/${laptop.id}`, { body: { groupId: branch } });
    expect((await laptop.syncs())?.name).toBe('Of branch');
    // The other one is switched off and asks nothing.
    await msp.call('PATCH', `/api/devices/${parked.id}`, { body: { groupId: branch } });
    await msp.settle();
    expect((await get(ofOther.id)).progress.devices).toBe(0);
  });

  it('are active one at a time in a group: activating one ends the other, with a revision of its own', async () => {
    const first = await add(branch, 'First', { settings: { quarantine: { keepDays: 1 } } });
    const second = await add(branch, 'Second', { state: 'inactive' });
    const away = await add(branch, 'Away', { state: 'out-of-office', outOfOfficeAfterSyncs: 5 });
    expect((await change(second, { state: 'active' })).status).toBe(200);
    expect((await rows()).map(({ name, state }) => [name, state])).toEqual([
      ['Away', 'out-of-office'],
      ['First', 'inactive'],
      ['Second', 'active'],
    ]);
    const { body } = await msp.call('GET', `/api/revisions?kind=policy&objectId=${first.id}`);
    expect(body.items.map(({ number, action }: { number: number; action: string }) => [number, action])).toEqual([
      [2, 'changed'],
      [1, 'added'],
    ]);
    const laptop = await enrol('laptop', branch);
    expect(await laptop.syncs()).toMatchObject({ name: 'Second', outOfOffice: { name: 'Away', afterMissedSyncs: 5 } });
    expect((await get(away.id)).progress).toMatchObject({ devices: 1 });
  });

  it('tell what each save changed in words, and can be rolled back, which devices hear of', async () => {
    const policy = await add(branch, 'Branch', { settings: { scan: { mode: 'quick' } } });
    const laptop = await enrol('laptop', branch);
    await laptop.syncs();
    await change(policy, {
      settings: { scan: { mode: 'full' }, quarantine: { keepDays: 9 } },
      locked: ['scan.mode'],
      profiles: [{ name: 'Kiosks', condition: { tags: ['kiosk'] }, settings: { quarantine: { keepDays: 1 } } }],
    });
    await laptop.syncs();
    const list = async () =>
      (await msp.call('GET', `/api/revisions?kind=policy&objectId=${policy.id}`)).body.items as {
        id: string;
        number: number;
      }[];
    const [latest, first] = await list();
    const shown = (await msp.call('GET', `/api/revisions/${latest?.id}`)).body;
    const told = shown.changes.map(({ path, before, after }: { path: string[]; before: unknown; after: unknown }) => [
      path.join(', '),
      before,
      after,
    ]);
    expect(told).toContainEqual(['Settings, Scheduled scan, Value', 'quick', 'full']);
    expect(told).toContainEqual(['Settings, Scheduled scan, Locked', false, true]);
    expect(told).toContainEqual(['Settings, Days in quarantine, Value', undefined, 9]);
    expect(told).toContainEqual(['Profiles, Kiosks, Settings, Days in quarantine, Value', undefined, 1]);

    const rolled = await msp.call('POST', `/api/revisions/${first?.id}/roll-back`, { body: { lastNumber: 2 } });
    expect([rolled.status, rolled.body.rolledBackTo]).toEqual([200, 1]);
    expect(await get(policy.id)).toMatchObject({ settings: { scan: { mode: 'quick' } }, locked: [], profiles: [] });
    expect((await laptop.syncs())?.settings).toEqual({ scan: { mode: 'quick' } });
    await msp.settle();
    const events = await msp.administration.eventsOf('all').newest({ types: ['KLAUD_EV_OBJECTMODIFY'] }, 1);
    expect(events[0]?.description).toContain('policy “Branch” was rolled back to revision 1');
  });

  it('are copied and exported to another place without what is locked there, and say what was left out', async () => {
    await add(managed, 'Base', { ...protect(true), locked: LOCK });
    const other = (await msp.addTenant(`Other ${tenants}`)).id;
    const otherManaged = (await msp.administration.groupsOf(other).fixed('managed')).id;
    const free = (
      await post('/api/policies', {
        ...{ tenantId: other, groupId: otherManaged, name: 'Free', state: 'active' },
        settings: { ...protect(false).settings, scan: { mode: 'full' } },
        locked: [...LOCK, 'scan.mode'],
        profiles: [{ name: 'Kiosks', condition: { tags: ['kiosk'] }, ...protect(false) }],
      })
    ).body;
    const copied = await post(`/api/policies/${free.id}/copy`, { tenantId, groupId: branch, name: 'Copy' });
    expect(copied.body).toMatchObject({
      leftOut: LOCK,
      policy: { name: 'Copy', state: 'inactive', settings: { scan: { mode: 'full' } }, locked: ['scan.mode'] },
    });
    expect(copied.body.policy.profiles[0].settings).toEqual({});

    const file = (await msp.call('GET', `/api/policies/${free.id}/export`)).body;
    expect(file).toMatchObject({ format: 'gatehouse-policy', formatVersion: 1, name: 'Free' });
    const imported = await post('/api/policies/import', {
      tenantId: other,
      groupId: otherManaged,
      name: 'Again',
      file,
    });
    expect(imported.body).toMatchObject({ leftOut: [], policy: { state: 'inactive', settings: free.settings } });
    expect((await msp.call('GET', `/api/policies/${imported.body.policy.id}/export`)).body).toEqual({
      ...file,
      name: 'Again',
    });
    const foreign = { ...file, format: 'something-else' };
    expect((await post('/api/policies/import', { tenantId, groupId: branch, file: foreign })).status).toBe(400);
  });

  it('refuse what cannot be, whole and in words, and who may not', async () => {
    const policy = await add(branch, 'Branch');
    const codeOf = async (body: object) => {
      const reply = await change(policy, body);
      return [reply.status, reply.body.code, reply.body.issues[0]?.where];
    };
    expect(await codeOf({ locked: ['scan.mode'] })).toEqual([400, 'input.invalid', 'body.locked']);
    expect(await codeOf({ settings: { scan: { mode: 'sometimes' } } })).toEqual([
      400,
      'input.invalid',
      'body.settings.scan.mode',
    ]);
    expect(await codeOf({ settings: { scna: {} } })).toEqual([400, 'input.invalid', 'body.settings']);
    expect(await codeOf({ settings: { scan: { excludedFolders: ['tmp'] } } })).toEqual([
      ...[400, 'input.invalid'],
      'body.settings.scan.excludedFolders[0]',
    ]);
    const twice = { name: 'x', condition: {}, settings: {} };
    expect(await codeOf({ profiles: [twice, twice] })).toEqual([400, 'input.invalid', 'body.profiles[1].name']);
    expect(await codeOf({ profiles: [{ ...twice, condition: { ipRanges: ['10.0.0.300'] } }] })).toEqual([
      ...[400, 'input.invalid'],
      'body.profiles[0].condition.ipRanges[0]',
    ]);
    expect((await change(policy, { version: 7 })).body.code).toBe('policy.changed-meanwhile');
    expect((await post('/api/policies', { tenantId, groupId: branch, name: 'BRANCH' })).body.code).toBe(
      'policy.name-taken',
    );
    expect((await post('/api/policies', { tenantId, groupId: 1, name: 'x' })).body.code).toBe('group.not-found');
    const foreignApplication = { tenantId, groupId: branch, name: 'y', application: 'Network Agent', ...protect(true) };
    expect((await post('/api/policies', foreignApplication)).body.code).toBe('policy.no-settings');
    expect((await post('/api/policies', { ...foreignApplication, settings: {} })).body.eventComponents).toEqual([
      'Network Agent',
    ]);

    const stranger = `tenant:${(await msp.addTenant(`Stranger ${tenants}`)).id}`;
    const path = `/api/policies/${policy.id}`;
    expect((await msp.call('GET', path, { bearer: stranger })).status).toBe(404);
    expect((await change(policy, { name: 'z' }, stranger)).status).toBe(404);
    expect((await post(`${path}/copy`, { tenantId, groupId: branch }, stranger)).status).toBe(404);
    const laptop = await enrol('laptop', branch);
    expect((await msp.call('GET', `/api/devices/${laptop.id}/policy`, { bearer: stranger })).status).toBe(404);
    expect((await change(policy, { name: 'z' }, 'person:tom:technician')).status).toBe(403);
    expect((await msp.call('GET', path, { bearer: 'person:tom:technician' })).status).toBe(200);
    expect(await get(policy.id)).toMatchObject({ name: 'Branch', version: 1, profiles: [], locked: [] });
  });

  it('go with their group, and leave a history that ends', async () => {
    const policy = await add(branch, 'Branch');
    const deleted = await msp.call('DELETE', `/api/tenants/${tenantId}/groups/${branch}`, { body: {} });
    expect(deleted.status).toBe(200);
    expect((await msp.call('GET', `/api/policies/${policy.id}`)).status).toBe(404);
    const { body } = await msp.call('GET', `/api/revisions?kind=policy&objectId=${policy.id}`);
    expect(body.items[0]).toMatchObject({ action: 'deleted' });
    await add(managed, 'Base');
    expect((await msp.call('DELETE', `/api/tenants/${tenantId}`)).status).toBe(200);
    expect(
      (await database.executeSql('select 1 from administration.policy where tenant_id = $1', [tenantId])).rows,
    ).toEqual([]);
  });
});
