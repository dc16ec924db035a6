import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../testing/administration.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';

const DAY_MS = 86_400_000;

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('storage terms', (place) => {
  let msp: TestAdministration;
  let database: Database;
  beforeAll(async () => {
    database = await place.open();
    msp = await startAdministration({ database, engine });
  });
  afterAll(() => msp.stop());

  const general = 'Managed application (general event)';
  const found = { component: general, code: 'GNRL_EV_VIRUS_FOUND', typeId: null };
  const deleted = { component: general, code: 'GNRL_EV_OBJECT_DELETED', typeId: null };
  const unknown = (code: string) => ({ component: 'Unknown', code, typeId: null });
  const settingsOf = async (path: string) => {
    const { body } = await msp.call('GET', path);
    return new Map<string, (typeof body.items)[number]>(body.items.map((item: { code: string }) => [item.code, item]));
  };
  const set = (path: string, types: object[], change: object | null, bearer = 'admin') =>
    msp.call('PUT', path, { body: { types, change }, bearer });
  const SERVER = '/api/event-settings';
  const typesShown = async (deviceId: string) => {
    const rows = await msp.administration.eventsOf('all').newest({ deviceId }, 100);
    return rows.map(({ type }) => type).sort();
  };

  it('of 0, 1, 30 and 180 days let events disappear and stay as they should, also through the Open API', async () => {
    const laptop = await msp.enrol('retention-1');
    const codes = { none: 'TERM_0', day: 'TERM_1', month: 'TERM_30', half: 'TERM_180' };
    // A type must have come before it can be set up.
    await laptop.sends(...Object.values(codes).map((type) => ({ type })));
    for (const [code, storageTermDays] of [
      [codes.none, 0],
      [codes.day, 1],
      [codes.month, 30],
      [codes.half, 180],
    ] as const) {
      expect((await set(SERVER, [unknown(code)], { storageTermDays })).status).toBe(200);
    }
    const other = await msp.enrol('retention-2');
    await other.sends(...Object.values(codes).map((type) => ({ type })));
    const byOpenApi = async () => {
      const types: unknown[] = [];
      const search = { fields: ['event_type'], filter: { hostname: other.id } };
      for await (const row of msp.client().events(search)) types.push(row.event_type);
      return types.sort();
    };
    expect(await typesShown(other.id)).toEqual(['TERM_1', 'TERM_180', 'TERM_30']);
    expect(await byOpenApi()).toEqual(['TERM_1', 'TERM_180', 'TERM_30']);
    const consumed = await msp.administration.eventsOf('all').oldest({ deviceId: other.id, includeUnlisted: true }, 10);
    expect(consumed.map(({ type, listed }) => [type, listed])).toEqual([
      ['TERM_0', false],
      ['TERM_1', true],
      ['TERM_30', true],
      ['TERM_180', true],
    ]);

    msp.advance(DAY_MS - 60_000);
    expect(await typesShown(other.id)).toEqual(['TERM_1', 'TERM_180', 'TERM_30']);
    msp.advance(2 * 60_000);
    expect(await typesShown(other.id)).toEqual(['TERM_180', 'TERM_30']);
    msp.advance(29 * DAY_MS);
    expect(await typesShown(other.id)).toEqual(['TERM_180']);
    msp.advance(150 * DAY_MS - 4 * 60_000);
    expect(await typesShown(other.id)).toEqual(['TERM_180']);
    msp.advance(4 * 60_000);
    expect(await typesShown(other.id)).toEqual([]);
    expect(await byOpenApi()).toEqual([]);
    expect((await msp.call('GET', `/api/events?deviceId=${other.id}`)).body.items).toEqual([]);
  });

  it('that are changed do not touch the events that are stored', async () => {
    const laptop = await msp.enrol('retention-3');
    await laptop.sends({ type: 'GNRL_EV_OBJECT_DELETED' });
    await set(SERVER, [deleted], { storageTermDays: 5 });
    await laptop.sends({ type: 'GNRL_EV_OBJECT_DELETED' });
    msp.advance(6 * DAY_MS);
    const rows = await msp.administration.eventsOf('all').newest({ deviceId: laptop.id }, 10);
    expect(rows.map(({ seq }) => seq)).toEqual([1]);
    msp.advance(25 * DAY_MS);
    expect(await typesShown(laptop.id)).toEqual([]);
  });

  it('of 0 leave statuses as right as ever: a detection that nobody keeps makes its device Critical', async () => {
    await set(SERVER, [found], { storageTermDays: 0 });
    const laptop = await msp.enrol('retention-4');
    await laptop.reports({
      securityApplication: { product: 'clamav', name: 'ClamAV', version: '1.4', running: true, rtpState: 4 },
      databases: { releasedAt: msp.clock().toISOString(), records: 10 },
    });
    await laptop.sends({ type: 'GNRL_EV_VIRUS_FOUND', params: { '2': '/srv/eicar.com', '6': 'u1' } });
    await msp.settle();
    expect(await laptop.shown()).toMatchObject({ status: 'critical', activeThreats: 1 });
    expect(await typesShown(laptop.id)).toEqual(['KLSRV_HOST_STATUS_CRITICAL']);
    expect((await msp.call('GET', `/api/events?deviceId=${laptop.id}&type=GNRL_EV_VIRUS_FOUND`)).body.items).toEqual(
      [],
    );
    const back = await set(SERVER, [found], null);
    expect(back.body.items.find(({ code }: { code: string }) => code === found.code)).toMatchObject({
      own: false,
      setting: { storageTermDays: 30 },
    });
  });

  it('are inherited from group to group, until somebody sets others or takes them away again', async () => {
    const { id: tenantId } = await msp.addTenant('Inheriting');
    const managed = await msp.administration.groupsOf(tenantId).fixed('managed');
    const made = await msp.call('POST', `/api/tenants/${tenantId}/groups`, {
      body: { name: 'Kiosks', parentId: managed.id },
    });
    const kiosks = Number(made.body.id);
    const pathOf = (groupId: number) => `/api/tenants/${tenantId}/groups/${groupId}/event-settings`;
    await set(pathOf(managed.id), [deleted], { storageTermDays: 7, osLog: true });
    expect((await settingsOf(pathOf(kiosks))).get(deleted.code)).toMatchObject({
      setting: { storageTermDays: 7, osLog: true, exportToSiem: true },
      own: false,
      inheritedFrom: { groupId: managed.id, name: 'Managed devices' },
      lockedBy: null,
    });
    await set(pathOf(kiosks), [deleted], { storageTermDays: 2 });
    const kiosk = await msp.enrol('kiosk', { tenantId, groupId: kiosks });
    const desk = await msp.enrol('desk', { tenantId, groupId: managed.id });
    await kiosk.sends({ type: 'GNRL_EV_OBJECT_DELETED' });
    await desk.sends({ type: 'GNRL_EV_OBJECT_DELETED' });
    msp.advance(3 * DAY_MS);
    expect([await typesShown(kiosk.id), await typesShown(desk.id)]).toEqual([[], ['GNRL_EV_OBJECT_DELETED']]);
    await set(pathOf(kiosks), [deleted], null);
    await kiosk.sends({ type: 'GNRL_EV_OBJECT_DELETED' });
    msp.advance(6 * DAY_MS);
    expect(await typesShown(kiosk.id)).toEqual(['GNRL_EV_OBJECT_DELETED']);
  });

  it('that a group above locked cannot be changed below, and the refusal says who locked them', async () => {
    const { id: tenantId } = await msp.addTenant('Locked');
    const managed = await msp.administration.groupsOf(tenantId).fixed('managed');
    const path = `/api/tenants/${tenantId}/groups/${managed.id}/event-settings`;
    const blocked = { component: general, code: 'GNRL_EV_OBJECT_BLOCKED', typeId: null };
    const passed = { component: general, code: 'GNRL_EV_OBJECT_PASSED', typeId: null };
    await set(path, [blocked], { storageTermDays: 3 });
    await set(SERVER, [blocked], { storageTermDays: 14, locked: true });
    const refused = await set(path, [passed, blocked], { storageTermDays: 1 });
    expect([refused.status, refused.body.code]).toEqual([409, 'event-settings.locked']);
    expect(refused.body.message).toContain('“Object blocked” is locked by “Administration Server”');
    const shown = await settingsOf(path);
    expect(shown.get('GNRL_EV_OBJECT_BLOCKED')).toMatchObject({
      setting: { storageTermDays: 14 },
      own: false,
      lockedBy: { groupId: null, name: 'Administration Server' },
    });
    // All or nothing.
    expect(shown.get('GNRL_EV_OBJECT_PASSED')).toMatchObject({ own: false });
    await set(SERVER, [blocked], { locked: false });
    expect((await settingsOf(path)).get('GNRL_EV_OBJECT_BLOCKED')).toMatchObject({
      setting: { storageTermDays: 3 },
      own: true,
    });
  });

  it('are changed for many types at once, and the audit line has what was before and after', async () => {
    const { body } = await msp.call('GET', SERVER);
    const critical = body.items.filter(({ severity }: { severity: string }) => severity === 'critical');
    const types = critical.map(({ component, code, typeId }: typeof found) => ({ component, code, typeId }));
    expect((await set(SERVER, types, { exportToSiem: false })).status).toBe(200);
    const line = msp.web.audited.at(-1);
    expect(line).toMatchObject({ action: 'event-settings.changed', outcome: 'done' });
    expect(line?.after).toMatchObject({ change: { exportToSiem: false } });
    expect((line?.after as { types: string[] } | undefined)?.types).toContain(
      'Administration Server|KLSRV_HOST_STATUS_CRITICAL|4113',
    );
    expect(JSON.stringify(line?.before)).toContain('"setting":null');
    const now = await settingsOf(SERVER);
    expect(now.get('KLSRV_HOST_STATUS_CRITICAL')).toMatchObject({
      own: true,
      setting: { exportToSiem: false, storageTermDays: 180 },
    });
    await set(SERVER, types, null);
  });

  it('list types that no catalogue names once events of them have come, each to those who may see the events', async () => {
    const [a, b] = [await msp.addTenant('Own a'), await msp.addTenant('Own b')];
    const device = await msp.enrol('foreign', { tenantId: a.id });
    await device.sends({ type: 'ACME_SPECIAL', displayName: 'Something special', severity: 3 });
    expect((await settingsOf(SERVER)).get('ACME_SPECIAL')).toMatchObject({
      component: 'Unknown',
      known: false,
      displayName: 'Something special',
      severity: 'functional-failure',
      setting: { storageTermDays: 30 },
    });
    const codesFor = async (tenantId: string) =>
      (await msp.call('GET', SERVER, { bearer: `tenant:${tenantId}` })).body.items.map(
        ({ code }: { code: string }) => code,
      );
    expect(await codesFor(a.id)).toContain('ACME_SPECIAL');
    expect(await codesFor(b.id)).not.toContain('ACME_SPECIAL');
  });

  it('refuse what cannot be set, and who may not set it', async () => {
    const { id: tenantId } = await msp.addTenant('Refused');
    const other = await msp.addTenant('Refused too');
    const managed = await msp.administration.groupsOf(tenantId).fixed('managed');
    const path = `/api/tenants/${tenantId}/groups/${managed.id}/event-settings`;
    const status = async (...args: Parameters<typeof set>) => (await set(...args)).status;
    expect(await status(SERVER, [deleted], { storageTermDays: -1 })).toBe(400);
    expect(await status(SERVER, [deleted], { storageTermDays: 3651 })).toBe(400);
    expect(await status(SERVER, [], { storageTermDays: 1 })).toBe(400);
    expect(await status(SERVER, [unknown('NEVER_CAME')], { storageTermDays: 1 })).toBe(404);
    expect(await status(SERVER, [{ ...deleted, component: 'Network Agent' }], { storageTermDays: 1 })).toBe(404);
    expect(await status(SERVER, [deleted], { storageTermDays: 1 }, `tenant:${tenantId}`)).toBe(403);
    expect(await status(path, [deleted], { storageTermDays: 1 }, `tenant:${other.id}`)).toBe(404);
    expect(await status(path, [deleted], { storageTermDays: 1 }, `tenant:${tenantId}`)).toBe(200);
    expect((await msp.call('GET', path, { bearer: `tenant:${other.id}` })).status).toBe(404);
  });

  it('of a group go with the group', async () => {
    const { id: tenantId } = await msp.addTenant('Going');
    const managed = await msp.administration.groupsOf(tenantId).fixed('managed');
    const path = `/api/tenants/${tenantId}/groups/${managed.id}/event-settings`;
    await set(path, [deleted], { storageTermDays: 1 });
    expect((await msp.call('DELETE', `/api/tenants/${tenantId}`)).status).toBe(200);
    const left = await database.executeSql('select 1 from administration.event_setting where group_id = $1', [
      managed.id,
    ]);
    expect(left.rows).toEqual([]);
  });
});
