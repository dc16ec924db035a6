import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../platform/db/index.ts';
import type { EventEngine } from '../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../testing/administration.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { openTestEventEngine } from '../testing/event-engine.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('where devices belong', (place) => {
  let msp: TestAdministration;
  let database: Database;
  let tenantId: string;
  let managed: number;
  let unassigned: number;
  beforeAll(async () => {
    database = await place.open();
    msp = await startAdministration({ database, engine });
  });
  afterAll(() => msp.stop());
  let clients = 0;
  beforeEach(async () => {
    clients += 1;
    tenantId = (await msp.addTenant(`client ${clients}`)).id;
    const { body } = await msp.call('GET', `/api/tenants/${tenantId}/groups`);
    const idOf = (kind: string) => body.items.find((group: { kind: string }) => group.kind === kind).id;
    managed = idOf('managed');
    unassigned = idOf('unassigned');
  });

  const groupsPath = () => `/api/tenants/${tenantId}/groups`;
  const addGroup = async (name: string, parentId = managed): Promise<number> => {
    const added = await msp.call('POST', groupsPath(), { body: { name, parentId } });
    expect(added.status).toBe(200);
    return added.body.id;
  };
  const groupOf = async (deviceId: string): Promise<number> =>
    (await msp.call('GET', `/api/devices/${deviceId}`)).body.groupId;
  const search = async (body: object, bearer = 'admin') => {
    const found = await msp.call('POST', '/api/devices/search', { body, bearer });
    expect(found.status).toBe(200);
    return found.body as { items: { name: string; id: string }[]; total: number; next: string | null };
  };
  const namesFound = async (body: object, bearer = 'admin') =>
    (await search(body, bearer)).items.map(({ name }) => name).sort();
  const eventsOf = async (type: string) =>
    (await msp.administration.eventsOf([tenantId]).newest({ types: [type] }, 100)) as unknown as {
      deviceName: string;
      groupName: string;
      description: string;
    }[];

  describe('groups', () => {
    it('count their devices by status, alone and with those of the groups below', async () => {
      const [a, b] = [await addGroup('A'), 0];
      const below = await addGroup('Below', a);
      await msp.enrol('counts-1', { tenantId, groupId: a });
      await msp.enrol('counts-2', { tenantId, groupId: below });
      const { body } = await msp.call('GET', `${groupsPath()}/${a}`);
      expect(b).toBe(0);
      expect([body.group.devices.total, body.group.devicesBelow.total]).toEqual([1, 2]);
      const all = await msp.call('GET', groupsPath());
      const root = all.body.items.find(({ id }: { id: number }) => id === managed);
      expect([root.devices.total, root.devicesBelow.total, root.fullName]).toEqual([0, 2, 'Managed devices/']);
    });

    it('with devices or groups in them go only when it is said what becomes of those; tokens follow the devices', async () => {
      const a = await addGroup('A');
      const below = await addGroup('Below', a);
      const other = await addGroup('Other');
      const device = await msp.enrol('moving-out', { tenantId, groupId: below });
      const token = await msp.call('POST', `/api/tenants/${tenantId}/enrolment-tokens`, {
        body: { name: 't', groupId: below },
      });
      const remove = (query = '') => msp.call('DELETE', `${groupsPath()}/${a}${query}`);
      for (const query of ['', '?withSubgroups=true', `?moveDevicesTo=${other}`]) {
        expect([query, (await remove(query)).body.code]).toEqual([query, 'group.not-empty']);
      }
      expect((await remove(`?withSubgroups=true&moveDevicesTo=${below}`)).body.code).toBe('group.not-here');
      expect((await remove('?withSubgroups=true&moveDevicesTo=999999')).body.code).toBe('group.not-found');
      expect(await groupOf(device.id)).toBe(below);
      expect((await remove(`?withSubgroups=true&moveDevicesTo=${other}`)).status).toBe(200);
      expect(await groupOf(device.id)).toBe(other);
      const left = (await msp.call('GET', groupsPath())).body.items.map(({ name }: { name: string }) => name);
      expect(left).not.toContain('Below');
      const tokens = (await msp.call('GET', `/api/tenants/${tenantId}/enrolment-tokens`)).body.items;
      expect(tokens.find(({ id }: { id: string }) => id === token.body.id).groupId).toBe(other);
      for (const [query, code] of [
        [`${managed}`, 'group.fixed'],
        [`${unassigned}`, 'group.fixed'],
      ]) {
        expect((await msp.call('DELETE', `${groupsPath()}/${query}`)).body.code).toBe(code);
      }
    });

    it('have names that can stand in a path', async () => {
      for (const name of ['a/b', 'a\\b', 'a\nb', '', '  ', 'x'.repeat(129)]) {
        const refused = await msp.call('POST', groupsPath(), { body: { name, parentId: managed } });
        expect([name, refused.status, refused.body.issues[0].where]).toEqual([name, 400, 'body.name']);
      }
    });

    it('of another client cannot be seen, changed or deleted', async () => {
      const a = await addGroup('A');
      const stranger = `tenant:${(await msp.addTenant(`stranger ${clients}`)).id}`;
      const path = `${groupsPath()}/${a}`;
      for (const [method, body] of [
        ['GET', undefined],
        ['PATCH', { name: 'x' }],
        ['DELETE', undefined],
      ] as const) {
        expect((await msp.call(method, path, { body, bearer: stranger })).body.code).toBe('tenant.not-found');
      }
      const reader = `person:reader:read-only:${tenantId}`;
      expect((await msp.call('GET', path, { bearer: reader })).status).toBe(200);
      expect((await msp.call('PATCH', path, { body: { name: 'x' }, bearer: reader })).status).toBe(403);
    });

    it('come back as they were in a revision: name, place and settings', async () => {
      const [a, b] = [await addGroup('A'), await addGroup('B')];
      const group = await addGroup('G', a);
      const put = (settings: object | null) =>
        msp.call('PUT', `${groupsPath()}/${group}/inactivity`, { body: { settings } });
      await put({ notifyAfterDays: 3, removeAfterDays: 30 });
      await msp.call('PATCH', `${groupsPath()}/${group}`, { body: { name: 'H', parentId: b } });
      await put(null);
      const revisions = (await msp.call('GET', `/api/revisions?kind=group&objectId=${group}`)).body.items;
      expect(revisions.map(({ number }: { number: number }) => number)).toEqual([4, 3, 2, 1]);
      const back = await msp.call('POST', `/api/revisions/${revisions[2].id}/roll-back`, { body: { lastNumber: 4 } });
      expect(back.status).toBe(200);
      const { body } = await msp.call('GET', `${groupsPath()}/${group}`);
      expect([body.group.fullName, body.inactivity.own]).toEqual([
        'Managed devices/A/G/',
        { notifyAfterDays: 3, removeAfterDays: 30, forced: false },
      ]);
    });
  });

  describe('inactive devices', () => {
    it('are told of once in each absence, and later taken out of their group, by the settings nearest to it', async () => {
      const group = await addGroup('Office');
      const below = await addGroup('Floor', group);
      const device = await msp.enrol('sleeper', { tenantId, groupId: below });
      const put = await msp.call('PUT', `${groupsPath()}/${group}/inactivity`, {
        body: { settings: { notifyAfterDays: 3, removeAfterDays: 5 } },
      });
      expect(put.body.inactivity.own.removeAfterDays).toBe(5);
      msp.advance(2.9 * DAY_MS);
      await msp.sweep();
      expect(await eventsOf('KLSRV_EVENT_HOSTS_NOT_VISIBLE')).toEqual([]);
      msp.advance(0.2 * DAY_MS);
      await msp.sweep();
      msp.advance(20 * MINUTE_MS);
      await msp.sweep();
      const [told, ...more] = await eventsOf('KLSRV_EVENT_HOSTS_NOT_VISIBLE');
      expect([told?.deviceName, told?.groupName, more]).toEqual(['sleeper', 'Managed devices/Office/Floor/', []]);

      await device.reports({ hostname: 'sleeper' });
      msp.advance(3.1 * DAY_MS);
      await msp.sweep();
      expect(await eventsOf('KLSRV_EVENT_HOSTS_NOT_VISIBLE')).toHaveLength(2);
      msp.advance(2 * DAY_MS);
      await msp.sweep();
      expect(await groupOf(device.id)).toBe(unassigned);
      const [removed] = await eventsOf('KLSRV_INVISIBLE_HOSTS_REMOVED');
      expect(removed?.description).toContain('Managed devices/Office/Floor');
      msp.advance(10 * DAY_MS);
      await msp.sweep();
      expect(await eventsOf('KLSRV_INVISIBLE_HOSTS_REMOVED')).toHaveLength(1);
    });

    it('are treated as a group above says when it forces its settings; the group below then cannot say otherwise', async () => {
      const group = await addGroup('Office');
      const below = await addGroup('Floor', group);
      const put = (id: number, settings: object | null) =>
        msp.call('PUT', `${groupsPath()}/${id}/inactivity`, { body: { settings } });
      await put(below, { notifyAfterDays: null, removeAfterDays: null });
      await put(group, { notifyAfterDays: 2, removeAfterDays: null, forced: true });
      const { body } = await msp.call('GET', `${groupsPath()}/${below}`);
      expect(body.inactivity.effective.notifyAfterDays).toBe(2);
      expect(body.inactivity.forcedBy).toEqual({ groupId: group, name: 'Office' });
      expect((await put(below, null)).body.code).toBe('group.inactivity-forced');
      expect((await put(unassigned, null)).body.code).toBe('group.fixed');
      await msp.enrol('forced', { tenantId, groupId: below });
      msp.advance(2.1 * DAY_MS);
      await msp.sweep();
      expect(await eventsOf('KLSRV_EVENT_HOSTS_NOT_VISIBLE')).toHaveLength(1);
    });
  });

  it('how long a device stays visible is a setting of the server that counts at once, in lists and in statuses', async () => {
    const device = await msp.enrol('blinking', { tenantId });
    await msp.settle();
    const put = (minutes: number | null, bearer = 'admin') =>
      msp.call('PUT', '/api/network-visibility', { body: { minutes }, bearer });
    msp.advance(30 * MINUTE_MS);
    expect((await device.shown()).visible).toBe(true);
    expect((await put(20)).body).toEqual({ minutes: 20, standardMinutes: 120, isOwn: true });
    await msp.sweep();
    expect((await device.shown()).visible).toBe(false);
    expect(await namesFound({ filter: { tenantIds: [tenantId], visible: false } })).toEqual(['blinking']);
    const { body } = await msp.call('GET', groupsPath());
    expect(body.items.find(({ id }: { id: number }) => id === managed).devices.notVisible).toBe(1);
    const stored = await database.executeSql('select status_visible from administration.device where id = $1', [
      device.id,
    ]);
    expect(stored.rows).toEqual([{ status_visible: false }]);

    expect((await put(4)).body.issues[0].where).toBe('body.minutes');
    expect((await put(60, `tenant:${tenantId}`)).status).toBe(403);
    expect((await put(null)).body).toEqual({ minutes: 120, standardMinutes: 120, isOwn: false });
    await msp.sweep();
    expect((await device.shown()).visible).toBe(true);
    const [last] = (await msp.call('GET', '/api/revisions?kind=network-visibility')).body.items;
    expect([last.objectId, last.number]).toEqual(['server', 3]);
  });

  describe('device selections', () => {
    const add = (body: object, bearer = 'admin') => msp.call('POST', '/api/device-selections', { body, bearer });

    it('find what they say, narrowed by a filter, in pages, as a file, and as targets', async () => {
      for (const n of [1, 2, 3]) await msp.enrol(`kiosk-${n}`, { tenantId });
      await msp.enrol('=cmd|desk,"1"', { tenantId });
      const made = await add({
        name: `Kiosks ${clients}`,
        settings: { filter: { names: ['KIOSK-*'], tenantIds: [tenantId] }, sort: { by: 'name', descending: true } },
      });
      expect(made.status).toBe(200);
      const selectionId = made.body.id;
      const page = await search({ selectionId, limit: 2 });
      expect([page.items.map(({ name }) => name), page.total]).toEqual([['kiosk-3', 'kiosk-2'], 3]);
      const next = await search({ selectionId, limit: 2, after: page.next });
      expect([next.items.map(({ name }) => name), next.next]).toEqual([['kiosk-1'], null]);
      expect(await namesFound({ selectionId, filter: { names: ['*-1', 'other'] } })).toEqual(['kiosk-1']);
      const targets: string[] = [];
      for await (const each of msp.administration.deviceSearches.targets(selectionId, 'all')) {
        targets.push(...each.map(({ name }) => name));
      }
      expect(targets.sort()).toEqual(['kiosk-1', 'kiosk-2', 'kiosk-3']);

      const file = await msp.call('POST', '/api/devices/file', {
        body: { filter: { tenantIds: [tenantId] }, sort: { by: 'name', descending: false } },
      });
      expect(file.headers.get('content-disposition')).toMatch(/devices-.*\.csv/);
      const lines = (file.body as string).split('\r\n');
      expect([lines.length, lines[1]?.startsWith(`"'=cmd|desk,""1""",`), lines[2]?.split(',')[0]]).toEqual([
        6,
        true,
        'kiosk-1',
      ]);
      expect(
        (await msp.call('POST', '/api/devices/search', { body: { selectionId: made.body.ownerId ?? tenantId } })).body
          .code,
      ).toBe('device-selection.not-found');
    });

    it('that are predefined find devices that need a look, can be copied and not changed', async () => {
      const list = (await msp.call('GET', '/api/device-selections')).body.items;
      const predefined = list.filter(({ predefined: is }: { predefined: boolean }) => is);
      expect(predefined.length).toBe(20);
      for (const { id } of predefined) await search({ selectionId: id });
      const byName = (name: string) => predefined.find((each: { name: string }) => each.name === name).id;
      const device = await msp.enrol('needs-a-look', { tenantId, groupId: unassigned });
      await device.reports({ securityApplication: null, restart: { required: true, since: null, reasons: [] } });
      const own = { tenantIds: [tenantId] };
      for (const name of [
        'New devices',
        'Devices without a security application',
        'Devices that must be restarted',
        'Unassigned devices',
      ]) {
        expect(await namesFound({ selectionId: byName(name), filter: own })).toEqual(['needs-a-look']);
      }
      expect(await namesFound({ selectionId: byName('Devices that are not visible'), filter: own })).toEqual([]);
      const id = byName('New devices');
      const change = await msp.call('PUT', `/api/device-selections/${id}`, { body: { name: 'Mine' } });
      expect(change.body.code).toBe('device-selection.predefined');
      expect((await msp.call('POST', '/api/device-selections/delete', { body: { ids: [id] } })).body.code).toBe(
        'device-selection.predefined',
      );
      const copy = await msp.call('POST', `/api/device-selections/${id}/duplicate`, { body: {} });
      expect([copy.body.predefined, copy.body.isOwn, copy.body.mayChange]).toEqual([false, true, true]);
    });

    it('are private until they are shared, and never show devices beyond what their reader may see', async () => {
      await msp.enrol('secret', { tenantId });
      const owner = `person:owner${clients}:technician`;
      const made = await add({ name: 'All', settings: { filter: { names: ['*'] } } }, owner);
      const stranger = `person:stranger:technician:${(await msp.addTenant(`other ${clients}`)).id}`;
      const path = `/api/device-selections/${made.body.id}`;
      expect((await msp.call('GET', path, { bearer: stranger })).body.code).toBe('device-selection.not-found');
      const colleague = `person:colleague${clients}:technician`;
      expect((await msp.call('GET', path, { bearer: colleague })).body.code).toBe('device-selection.not-found');
      const shared = {
        name: 'All',
        settings: { filter: { names: ['*'] } },
        access: { read: { roles: ['technician'] } },
      };
      expect((await msp.call('PUT', path, { body: shared, bearer: owner })).status).toBe(200);
      expect((await msp.call('GET', path, { bearer: colleague })).body.mayChange).toBe(false);
      expect((await msp.call('PUT', path, { body: shared, bearer: colleague })).body.code).toBe(
        'device-selection.not-yours',
      );
      expect(await namesFound({ selectionId: made.body.id, filter: { tenantIds: [tenantId] } }, colleague)).toEqual([
        'secret',
      ]);
      expect(await namesFound({ filter: { names: ['*'], tenantIds: [tenantId] } }, stranger)).toEqual([]);
      const again = await add({ name: 'ALL' }, owner);
      expect(again.body.code).toBe('device-selection.name-taken');
      const gone = await msp.call('POST', '/api/device-selections/delete', {
        body: { ids: [made.body.id] },
        bearer: owner,
      });
      expect(gone.status).toBe(200);
    });

    it('travel as files', async () => {
      const made = await add({ name: `Travels ${clients}`, settings: { filter: { tags: ['vip'] } } });
      const file = (await msp.call('GET', `/api/device-selections/${made.body.id}/file`)).body;
      const brought = await msp.call('POST', '/api/device-selections/import', { body: file });
      expect([brought.body.name, brought.body.settings.filter.tags]).toEqual([`Travels ${clients} (2)`, ['vip']]);
      const wrong = await msp.call('POST', '/api/device-selections/import', {
        body: { ...file, settings: { filter: { addresses: ['nowhere'] } } },
      });
      expect(wrong.body.issues[0].where).toBe('body.settings.filter.addresses[0]');
    });
  });

  describe('acts on many devices', () => {
    it('tag, move and delete all of them or none', async () => {
      const [a, b] = [await msp.enrol('many-1', { tenantId }), await msp.enrol('many-2', { tenantId })];
      const elsewhere = await msp.enrol('elsewhere', { tenantId: (await msp.addTenant(`far ${clients}`)).id });
      const group = await addGroup('Target');
      const ids = [a.id, b.id];
      const act = (what: string, body: object, bearer = 'admin') =>
        msp.call('POST', `/api/devices/${what}`, { body, bearer });
      expect((await act('tags', { deviceIds: ids, add: ['vip', 'front desk'] })).status).toBe(200);
      expect((await act('tags', { deviceIds: [b.id], remove: ['vip'] })).status).toBe(200);
      expect(await namesFound({ filter: { tags: ['vip'] } })).toEqual(['many-1']);
      expect((await msp.call('GET', '/api/device-tags', { bearer: `tenant:${tenantId}` })).body.items).toEqual([
        { tag: 'front desk', devices: 2 },
        { tag: 'vip', devices: 1 },
      ]);
      expect((await act('tags', { deviceIds: ids, add: ['a,b'] })).status).toBe(400);

      expect((await act('move', { deviceIds: [...ids, elsewhere.id], groupId: group })).body.code).toBe(
        'devices.several-tenants',
      );
      expect((await act('move', { deviceIds: ids, groupId: group }, `tenant:${elsewhere.id}`)).body.code).toBe(
        'device.not-found',
      );
      expect(await groupOf(a.id)).toBe(managed);
      expect((await act('move', { deviceIds: ids, groupId: group })).status).toBe(200);
      expect([await groupOf(a.id), await groupOf(b.id)]).toEqual([group, group]);

      expect((await act('delete', { deviceIds: [a.id, tenantId] })).body.code).toBe('device.not-found');
      expect((await act('delete', { deviceIds: ids })).status).toBe(200);
      expect(await namesFound({ filter: { tenantIds: [tenantId] } })).toEqual([]);
      const line = msp.web.audited.findLast(({ action }) => action === 'devices.deleted');
      expect([line?.tenantId, (line?.before as unknown[] | undefined)?.length]).toEqual([tenantId, 2]);
    });
  });

  describe('moving rules', () => {
    const rulesPath = () => `/api/tenants/${tenantId}/moving-rules`;
    const addRule = async (body: object): Promise<string> => {
      const added = await msp.call('POST', rulesPath(), { body });
      expect([added.status, added.body.code]).toEqual([200, undefined]);
      return added.body.id;
    };
    const linux = { os: { family: 'linux' as const, name: 'Debian', version: '12', arch: 'x64', isServer: false } };

    it('put a device into its group when it enrols and when its facts change, and tell of it', async () => {
      const [kiosks, branch] = [await addGroup('Kiosks'), await addGroup('Branch')];
      await addRule({
        name: 'Kiosks',
        mode: 'enrolment',
        reach: 'all',
        conditions: { names: ['kiosk-*'] },
        groupId: kiosks,
      });
      await addRule({
        name: 'Branch by address',
        mode: 'always',
        reach: 'unassigned',
        conditions: { addresses: ['10.7.0.0/16'] },
        groupId: branch,
        addTags: ['branch'],
      });
      const kiosk = await msp.enrol('kiosk-a', { tenantId, groupId: unassigned });
      await msp.settle();
      expect(await groupOf(kiosk.id)).toBe(kiosks);
      const [event] = await eventsOf('KLSRV_EVENT_HOSTS_NEW_REDIRECTED');
      expect([event?.deviceName, event?.groupName]).toEqual(['kiosk-a', 'Managed devices/Kiosks/']);
      const laptop = await msp.enrol('laptop-a', { tenantId, groupId: unassigned });
      await msp.settle();
      expect(await groupOf(laptop.id)).toBe(unassigned);
      await laptop.reports({ ...linux, ipAddresses: ['10.7.1.1'] });
      await msp.settle();
      expect(await groupOf(laptop.id)).toBe(branch);
      expect((await laptop.shown()).tags).toEqual(['branch']);
      // The group that a person, or a token, chose is left alone by a rule for unassigned devices.
      const placed = await msp.enrol('laptop-b', { tenantId, groupId: kiosks });
      await placed.reports({ ...linux, ipAddresses: ['10.7.1.2'] });
      await msp.settle();
      expect(await groupOf(placed.id)).toBe(kiosks);
    });

    it('that act on enrolment still look at the first report, and at nothing after it', async () => {
      const servers = await addGroup('Servers');
      await addRule({
        name: 'Linux',
        mode: 'enrolment',
        reach: 'all',
        conditions: { osFamilies: ['linux'] },
        groupId: servers,
      });
      const device = await msp.enrol('first-report', { tenantId });
      await msp.settle();
      expect(await groupOf(device.id)).toBe(managed);
      await device.reports(linux);
      await msp.settle();
      expect(await groupOf(device.id)).toBe(servers);
      await msp.call('POST', '/api/devices/move', { body: { deviceIds: [device.id], groupId: managed } });
      await device.reports({ ...linux, ipAddresses: ['10.0.0.9'] });
      await msp.settle();
      expect(await groupOf(device.id)).toBe(managed);
    });

    it('that act once act once on each device; those that hold always bring it back', async () => {
      const [once, always] = [await addGroup('Once'), await addGroup('Always')];
      const onceRule = await addRule({
        name: 'once',
        mode: 'once',
        reach: 'all',
        conditions: { names: ['once-*'] },
        groupId: once,
      });
      await addRule({
        name: 'always',
        mode: 'always',
        reach: 'all',
        conditions: { names: ['always-*'] },
        groupId: always,
      });
      const devices = [await msp.enrol('once-1', { tenantId }), await msp.enrol('always-1', { tenantId })];
      await msp.settle();
      const places = () => Promise.all(devices.map(({ id }) => groupOf(id)));
      expect(await places()).toEqual([once, always]);
      await msp.call('POST', '/api/devices/move', {
        body: { deviceIds: devices.map(({ id }) => id), groupId: managed },
      });
      await msp.settle();
      expect(await places()).toEqual([managed, always]);
      const applied = await msp.call('POST', `${rulesPath()}/${onceRule}/apply`, { body: {} });
      expect(applied.body).toEqual({ moved: 1, tagged: 0 });
      expect(await places()).toEqual([once, always]);
    });

    it('that send a device to and fro come to rest', async () => {
      const away = await addGroup('Away');
      await addRule({ name: 'out', mode: 'always', reach: 'unassigned', groupId: away });
      await addRule({ name: 'back', mode: 'always', reach: 'all', groupId: unassigned });
      const device = await msp.enrol('ping-pong', { tenantId, groupId: unassigned });
      for (let round = 0; round < 3; round += 1) await msp.settle();
      expect(await eventsOf('KLSRV_EVENT_HOSTS_NEW_REDIRECTED')).toHaveLength(1);
      expect(await groupOf(device.id)).toBe(away);
    });

    it('say before what they would do, in their place among the others, and then do just that', async () => {
      const [first, second] = [await addGroup('First'), await addGroup('Second')];
      for (const name of ['plan-1', 'plan-2', 'other']) await msp.enrol(name, { tenantId });
      await msp.settle();
      await addRule({ name: 'first', mode: 'always', reach: 'all', conditions: { names: ['plan-1'] }, groupId: first });
      const rule = { name: 'second', mode: 'always', reach: 'all', conditions: { names: ['plan-*'] }, groupId: second };
      const preview = await msp.call('POST', `${rulesPath()}/preview`, { body: { rule } });
      expect([preview.body.moved, preview.body.tagged]).toEqual([1, 0]);
      expect(preview.body.devices[0]).toMatchObject({
        name: 'plan-2',
        groupName: 'Managed devices',
        toGroupName: 'Managed devices/Second',
        addTags: [],
      });
      const id = await addRule(rule);
      expect(await namesFound({ filter: { groups: [{ id: second }] } })).toEqual([]);
      expect((await msp.call('POST', `${rulesPath()}/${id}/apply`, { body: {} })).body).toEqual({
        moved: 1,
        tagged: 0,
      });
      expect(await namesFound({ filter: { groups: [{ id: second }] } })).toEqual(['plan-2']);
      expect((await msp.call('POST', `${rulesPath()}/${id}/apply`, { body: {} })).body).toEqual({
        moved: 0,
        tagged: 0,
      });
    });

    it('have an order that decides, a history with a way back, and hold on to their group', async () => {
      const [a, b] = [await addGroup('A'), await addGroup('B')];
      const one = await addRule({ name: 'one', mode: 'always', reach: 'all', groupId: a });
      const two = await addRule({ name: 'two', mode: 'always', reach: 'all', groupId: b });
      const order = (ids: string[]) =>
        msp.call('PUT', `/api/tenants/${tenantId}/moving-rules-order`, { body: { ids } });
      const listed = async () =>
        (await msp.call('GET', rulesPath())).body.items.map(({ name }: { name: string }) => name);
      expect((await order([two])).body.code).toBe('moving-rules.changed');
      expect((await order([two, two])).body.code).toBe('moving-rules.changed');
      expect((await order([two, one])).status).toBe(200);
      expect(await listed()).toEqual(['two', 'one']);
      const device = await msp.enrol('ordered', { tenantId });
      await msp.settle();
      expect(await groupOf(device.id)).toBe(b);

      expect((await msp.call('DELETE', `${groupsPath()}/${b}?moveDevicesTo=${a}`)).body.code).toBe('group.in-use');
      expect((await msp.call('DELETE', `${rulesPath()}/${two}`)).status).toBe(200);
      const history = `/api/revisions?kind=moving-rules&objectId=${tenantId}`;
      const [last, before] = (await msp.call('GET', history)).body.items;
      expect(last.number).toBe(4);
      const shown = (await msp.call('GET', `/api/revisions/${last.id}`)).body.changes;
      expect(shown).toContainEqual(expect.objectContaining({ what: 'removed', before: 'two' }));
      expect(shown).toContainEqual(expect.objectContaining({ what: 'removed', before: 'Managed devices/B/' }));
      const back = await msp.call('POST', `/api/revisions/${before.id}/roll-back`, { body: { lastNumber: 4 } });
      expect(back.status).toBe(200);
      expect(await listed()).toEqual(['two', 'one']);
    });

    it('refuse what makes no sense, and groups of others', async () => {
      const stranger = await msp.addTenant(`rules of ${clients}`);
      const foreign = (await msp.call('GET', `/api/tenants/${stranger.id}/groups`)).body.items[0].id;
      const base = { name: 'x', mode: 'always', reach: 'all' };
      const refused = async (body: object) => {
        const { status, body: problem } = await msp.call('POST', rulesPath(), { body });
        return [status, problem.issues?.[0]?.where ?? problem.code];
      };
      expect(await refused({ ...base, groupId: null })).toEqual([400, 'body.groupId']);
      expect(await refused({ ...base, groupId: foreign })).toEqual([404, 'group.not-found']);
      expect(await refused({ ...base, groupId: managed, conditions: { addresses: ['10.0.0.0/40'] } })).toEqual([
        400,
        'body.conditions.addresses[0]',
      ]);
      expect((await msp.call('GET', rulesPath(), { bearer: `tenant:${stranger.id}` })).status).toBe(404);
      const reader = `person:reader:read-only:${tenantId}`;
      expect(
        (await msp.call('POST', rulesPath(), { body: { ...base, groupId: managed }, bearer: reader })).status,
      ).toBe(403);
    });
  });
});
