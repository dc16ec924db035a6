import { randomUUID } from 'node:crypto';
import type { Revision, SecurityEvent, StateChange } from '@gatehouse/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../platform/db/index.ts';
import type { EventEngine } from '../../platform/event-engine/index.ts';
import type { AuditLine } from '../../platform/http/index.ts';
import { startAdministration, type TestAdministration } from '../../testing/administration.ts';
import { describeOnBothEngines } from '../../testing/engines.ts';
import { openTestEventEngine } from '../../testing/event-engine.ts';
import { createAccountHistory } from '../index.ts';
import { revisionStore } from './index.ts';
import type { RevisionTables } from './store.ts';

const DAY_MS = 24 * 3_600_000;
const HOSTILE = '“<img src=x onerror=alert(1)>” \u{1f600}\u202e%s\n__proto__';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('the history of an object', (place) => {
  let msp: TestAdministration;
  let database: Database;
  beforeAll(async () => {
    database = await place.open();
    msp = await startAdministration({ database, engine });
  });
  afterAll(async () => {
    const { logged } = msp;
    await msp.stop();
    expect(logged).toEqual([]);
  });

  const history = () => revisionStore(database.forSchema<RevisionTables>('administration'), 'all');
  const historyOf = async (kind: string, objectId: string | number, bearer = 'admin'): Promise<Revision[]> =>
    (await msp.call('GET', `/api/revisions?kind=${kind}&objectId=${objectId}`, { bearer })).body.items;
  const eventsOf = async (tenantId: string, type: string): Promise<SecurityEvent[]> => {
    await msp.settle();
    return (await msp.call('GET', `/api/events?tenantId=${tenantId}&type=${type}`)).body.items;
  };
  const managedOf = async (tenantId: string): Promise<number> =>
    (await msp.call('GET', `/api/tenants/${tenantId}/groups`)).body.items.find(
      ({ kind }: { kind: string }) => kind === 'managed',
    ).id;
  const aTenant = async (name = `Tenant ${randomUUID()}`) => {
    const { body } = await msp.call('POST', '/api/tenants', { body: { name } });
    return { id: body.id as string, name, managed: await managedOf(body.id) };
  };
  const aGroup = async (tenantId: string, name: string, parentId: number): Promise<number> =>
    (await msp.call('POST', `/api/tenants/${tenantId}/groups`, { body: { name, parentId } })).body.id;

  it('leads from the event of a changed setting to its revision, its difference, and back; devices follow', async () => {
    const tenant = await aTenant();
    const laptop = await msp.enrol('laptop-1', { tenantId: tenant.id });
    // The condition counts for devices that have been known for a day.
    msp.advance(DAY_MS + 60_000);
    const released = new Date(msp.clock().getTime() - 5 * DAY_MS);
    await laptop.reports({
      securityApplication: { product: 'clamav', name: 'ClamAV', version: '1.4', running: true, rtpState: 4 },
      databases: { releasedAt: released.toISOString(), records: 10 },
    });
    await msp.settle();
    expect((await laptop.shown()).status).toBe('warning');

    const path = `/api/tenants/${tenant.id}/groups/${tenant.managed}/status-settings`;
    const setting = { critical: { enabled: true, value: 4 }, warning: { enabled: true, value: 1 } };
    const changes = [{ condition: 'databasesOutdated', setting }];
    expect((await msp.call('PUT', path, { body: { changes } })).status).toBe(200);
    await msp.settle();
    expect((await laptop.shown()).status).toBe('critical');

    const [event, ...others] = await eventsOf(tenant.id, 'KLAUD_EV_ADMGROUP_CHANGED');
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      typeId: 4149,
      severity: 'info',
      groupId: tenant.managed,
      groupName: 'Managed devices',
      params: { '1': 'device-status-settings', '2': String(tenant.managed), '3': '2', '5': 'ann' },
    });

    const { '1': kind = '', '2': id = '', '3': number = '' } = event?.params ?? {};
    const revisions = await historyOf(kind, id);
    expect(revisions.map((each) => [each.number, each.action, each.actor, each.canRollBack])).toEqual([
      [2, 'changed', 'ann', false],
      [1, 'initial', 'gatehouse', true],
    ]);
    const changed = revisions.find((revision) => String(revision.number) === number);
    const { body: shown } = await msp.call('GET', `/api/revisions/${changed?.id}`);
    const title = expect.stringMatching(/^Databases/);
    expect(shown.changes).toEqual([
      { what: 'added', path: [title, 'Warning', 'Value'], after: 1 },
      { what: 'added', path: [title, 'Warning', 'Enabled'], after: true },
      { what: 'added', path: [title, 'Critical', 'Value'], after: 4 },
      { what: 'added', path: [title, 'Critical', 'Enabled'], after: true },
    ]);

    const first = revisions[1]?.id;
    const back = `/api/revisions/${first}/roll-back`;
    const preview = await msp.call('GET', back);
    expect(preview.body).toEqual({
      lastNumber: 2,
      changes: shown.changes.map(({ path: where, after }: StateChange) => ({
        what: 'removed',
        path: where,
        before: after,
      })),
    });
    // A preview changes nothing, however often it is asked for.
    await msp.call('GET', back);
    expect(await historyOf(kind, id)).toHaveLength(2);

    const done = await msp.call('POST', back, { body: { lastNumber: 2 } });
    expect(done.body).toMatchObject({ number: 3, action: 'changed', rolledBackTo: 1, isLast: true });
    await msp.settle();
    expect((await laptop.shown()).status).toBe('warning');
    const now = await msp.call('GET', path);
    const own = now.body.conditions.find((each: { key: string }) => each.key === 'databasesOutdated');
    expect(own.setting.critical.value).not.toBe(setting.critical.value);
    expect(await eventsOf(tenant.id, 'KLAUD_EV_ADMGROUP_CHANGED')).toHaveLength(2);
    expect(msp.web.audited.at(-1)).toMatchObject({
      action: 'object.rolled-back',
      tenantId: tenant.id,
      outcome: 'done',
    });
  });

  it('brings a group’s name and place back, and says what it cannot', async () => {
    const tenant = await aTenant();
    // Names of groups stand in one line.
    const hostile = HOSTILE.replaceAll('\n', ' ');
    const branch = await aGroup(tenant.id, 'Branch', tenant.managed);
    const other = await aGroup(tenant.id, hostile, tenant.managed);
    const path = `/api/tenants/${tenant.id}/groups/${branch}`;
    await msp.call('PATCH', path, { body: { name: 'Moved', parentId: other } });
    const [moved, added] = await historyOf('group', branch);
    expect([moved?.number, added?.number, added?.action]).toEqual([2, 1, 'added']);
    const difference = await msp.call('GET', `/api/revision-difference?left=${added?.id}&right=${moved?.id}`);
    expect(difference.body.changes).toEqual([
      { what: 'changed', path: ['Name'], before: 'Branch', after: 'Moved' },
      { what: 'changed', path: ['Parent id'], before: tenant.managed, after: other },
      { what: 'changed', path: ['Parent name'], before: 'Managed devices', after: hostile },
    ]);

    // Another group has taken the name meanwhile.
    const rival = await aGroup(tenant.id, 'BRANCH', tenant.managed);
    const back = `/api/revisions/${added?.id}/roll-back`;
    expect((await msp.call('GET', back)).body.code).toBe('group.name-taken');
    expect((await msp.call('POST', back, { body: { lastNumber: 2 } })).body.code).toBe('group.name-taken');
    await msp.call('DELETE', `/api/tenants/${tenant.id}/groups/${rival}`);

    expect((await msp.call('POST', back, { body: { lastNumber: 1 } })).body.code).toBe('revision.outdated');
    expect((await msp.call('POST', back, { body: { lastNumber: 2 } })).body).toMatchObject({
      number: 3,
      rolledBackTo: 1,
    });
    const groups = (await msp.call('GET', `/api/tenants/${tenant.id}/groups`)).body.items;
    expect(groups.find(({ id }: { id: number }) => id === branch)).toMatchObject({
      name: 'Branch',
      parentId: tenant.managed,
    });
    expect((await msp.call('POST', back, { body: { lastNumber: 3 } })).body.code).toBe('revision.no-difference');

    await msp.call('DELETE', path);
    const [deleted] = await historyOf('group', branch);
    expect(deleted).toMatchObject({ number: 4, action: 'deleted', objectName: 'Branch', canRollBack: false });
    expect((await msp.call('POST', back, { body: { lastNumber: 4 } })).body.code).toBe('group.not-found');
    const gone = await msp.call('POST', `/api/revisions/${deleted?.id}/roll-back`, { body: { lastNumber: 4 } });
    expect(gone.body.code).toBe('revision.deleted');
  });

  it('holds hostile names in every kind of object, masks secrets, and tells of each in an event', async () => {
    const tenant = await aTenant(`${HOSTILE} ${randomUUID()}`);
    await msp.call('PATCH', `/api/tenants/${tenant.id}`, { body: { name: `Other ${randomUUID()}` } });
    const token = await msp.call('POST', `/api/tenants/${tenant.id}/enrolment-tokens`, { body: { name: HOSTILE } });
    await msp.call('DELETE', `/api/tenants/${tenant.id}/enrolment-tokens/${token.body.id}`);
    const tokenHistory = await historyOf('enrolment-token', token.body.id);
    expect(tokenHistory.map(({ action, objectName }) => [action, objectName])).toEqual([
      ['deleted', HOSTILE.trim()],
      ['added', HOSTILE.trim()],
    ]);
    expect(JSON.stringify((await msp.call('GET', `/api/revisions/${tokenHistory[1]?.id}`)).body)).not.toContain(
      token.body.secret,
    );
    expect((await historyOf('tenant', tenant.id)).map(({ action }) => action)).toEqual(['changed', 'added']);
    expect((await eventsOf(tenant.id, 'KLAUD_EV_OBJECTPROPMODIFIED')).map(({ typeId }) => typeId)).toEqual([4152]);
    const modified = await eventsOf(tenant.id, 'KLAUD_EV_OBJECTMODIFY');
    expect(modified.map(({ params }) => [params['1'], params['7']])).toEqual([
      ['enrolment-token', 'deleted'],
      ['enrolment-token', 'added'],
      ['tenant', 'added'],
    ]);
    expect(modified[0]?.description).toContain('<img src=x onerror=alert(1)>');
  });

  it('keeps the server’s own settings for people of all tenants, and a tenant’s for those who may see it', async () => {
    const [mine, yours] = [await aTenant(), await aTenant()];
    const group = await aGroup(yours.id, 'Secret project', yours.managed);
    const [revision] = await historyOf('group', group);
    const stranger = `tenant:${mine.id}`;
    expect(await historyOf('group', group, stranger)).toEqual([]);
    for (const [method, path, body] of [
      ['GET', `/api/revisions/${revision?.id}`],
      ['GET', `/api/revision-difference?left=${revision?.id}&right=${revision?.id}`],
      ['PATCH', `/api/revisions/${revision?.id}`, { description: 'mine' }],
      ['GET', `/api/revisions/${revision?.id}/roll-back`],
      ['POST', `/api/revisions/${revision?.id}/roll-back`, { lastNumber: 1 }],
    ] as const) {
      const answer = await msp.call(method, path, { bearer: stranger, body });
      expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'revision.not-found']);
    }
    expect((await msp.call('GET', `/api/revisions?tenantId=${yours.id}`, { bearer: stranger })).status).toBe(404);

    const type = { component: 'Administration Server', code: 'KLSRV_HOST_STATUS_CRITICAL', typeId: 4113 };
    const change = { types: [type], change: { storageTermDays: 77 } };
    expect((await msp.call('PUT', '/api/event-settings', { body: change })).status).toBe(200);
    expect((await historyOf('event-configuration', 'server')).map(({ number }) => number)).toEqual([2, 1]);
    expect(await historyOf('event-configuration', 'server', stranger)).toEqual([]);

    const reader = 'person:rita:read-only';
    expect((await msp.call('GET', '/api/revisions?kind=user', { bearer: reader })).body.code).toBe('right.missing');
    const seen = (await msp.call('GET', '/api/revisions?limit=200', { bearer: reader })).body.items as Revision[];
    expect([...new Set(seen.map(({ kind }) => kind))].toSorted()).toEqual([
      'device-status-settings',
      'event-configuration',
      'group',
      'tenant',
    ]);
    const describing = await msp.call('PATCH', `/api/revisions/${revision?.id}`, {
      bearer: reader,
      body: { description: 'x' },
    });
    expect(describing.status).toBe(403);
  });

  it('can be described and read page by page, and bad addresses are told from empty histories', async () => {
    const tenant = await aTenant();
    const group = await aGroup(tenant.id, 'n0', tenant.managed);
    for (let at = 1; at < 7; at += 1) {
      await msp.call('PATCH', `/api/tenants/${tenant.id}/groups/${group}`, { body: { name: `n${at}` } });
    }
    // A save that changes nothing leaves nothing.
    await msp.call('PATCH', `/api/tenants/${tenant.id}/groups/${group}`, { body: { name: 'n6' } });
    const numbers: number[] = [];
    let next: string | null = null;
    do {
      const after: string = next === null ? '' : `&after=${next}`;
      const { body } = await msp.call('GET', `/api/revisions?kind=group&objectId=${group}&limit=3${after}`);
      numbers.push(...body.items.map((each: Revision) => each.number));
      next = body.next;
    } while (next !== null);
    expect(numbers).toEqual([7, 6, 5, 4, 3, 2, 1]);

    const [last] = await historyOf('group', group);
    const described = await msp.call('PATCH', `/api/revisions/${last?.id}`, { body: { description: HOSTILE } });
    expect(described.body.description).toBe(HOSTILE);
    expect((await historyOf('group', group))[0]?.description).toBe(HOSTILE);

    const codes = await Promise.all(
      [
        ['GET', '/api/revisions?objectId=7'],
        ['GET', '/api/revisions?kind=nothing'],
        ['GET', '/api/revisions?after=1;drop'],
        ['GET', '/api/revisions/999999999999999'],
        ['GET', '/api/revisions/0x1'],
        ['GET', `/api/revision-difference?left=${last?.id}&right=1e9`],
        ['POST', `/api/revisions/${last?.id}/roll-back`],
      ].map(async ([method = '', path = '']) => (await msp.call(method, path)).body.code),
    );
    expect(codes).toEqual([
      'input.invalid',
      'input.invalid',
      'input.invalid',
      'revision.not-found',
      'input.invalid',
      'input.invalid',
      'input.invalid',
    ]);
  });

  it('gives numbers without a hole and states that follow from each other, however many save at once', async () => {
    const tenant = await aTenant();
    const conditions = ['databasesOutdated', 'notScannedLately', 'notConnected', 'outOfDiskSpace'];
    const known = (await msp.call('GET', `/api/tenants/${tenant.id}/groups/${tenant.managed}/status-settings`)).body
      .conditions as { key: string; number: { smallest: number } | null; choices: unknown }[];
    const chosen = known.filter(({ number, choices }) => number && !choices).slice(0, conditions.length);
    const answers = await Promise.all(
      chosen.map(({ key, number }) => {
        const critical = { enabled: true, value: (number?.smallest ?? 0) + 1 };
        return msp.call('PUT', `/api/tenants/${tenant.id}/groups/${tenant.managed}/status-settings`, {
          body: { changes: [{ condition: key, setting: { critical, warning: { enabled: false } } }] },
        });
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(chosen.map(() => 200));
    const revisions = await historyOf('device-status-settings', tenant.managed);
    expect(revisions.map(({ number }) => number)).toEqual([5, 4, 3, 2, 1]);
    const last = await msp.call('GET', `/api/revisions/${revisions[0]?.id}`);
    expect(Object.keys(last.body.after).toSorted()).toEqual(chosen.map(({ key }) => key).toSorted());
    for (const { id } of revisions.slice(0, -1)) {
      const { changes } = (await msp.call('GET', `/api/revisions/${id}`)).body as { changes: StateChange[] };
      expect(new Set(changes.map(({ path: [condition] }) => condition)).size).toBe(1);
    }
  });

  it('of what was deleted goes when its time is over; what is there keeps its own', async () => {
    const tenant = await aTenant();
    const kept = await aGroup(tenant.id, 'Kept', tenant.managed);
    const gone = await aGroup(tenant.id, 'Gone', tenant.managed);
    const path = (id: number) => `/api/tenants/${tenant.id}/groups/${id}`;
    const setting = { critical: { enabled: false }, warning: { enabled: false } };
    await msp.call('PUT', `${path(gone)}/status-settings`, {
      body: { changes: [{ condition: 'databasesOutdated', setting }] },
    });
    await msp.call('DELETE', path(gone));
    expect((await historyOf('device-status-settings', gone)).map(({ action }) => action)).toEqual([
      'deleted',
      'changed',
      'initial',
    ]);
    const now = msp.clock().getTime();
    await history().forgetDeleted(new Date(now - DAY_MS));
    expect(await historyOf('group', gone)).toHaveLength(2);
    await history().forgetDeleted(new Date(now + DAY_MS));
    expect(await historyOf('group', gone)).toEqual([]);
    expect(await historyOf('device-status-settings', gone)).toEqual([]);
    expect(await historyOf('group', kept)).toHaveLength(1);

    await msp.call('DELETE', `/api/tenants/${tenant.id}`);
    await history().forgetDeleted(new Date(now + DAY_MS));
    expect(await historyOf('group', kept)).toEqual([]);
    expect(await historyOf('tenant', tenant.id)).toEqual([]);
  });

  it('of an event selection is its owner’s and the housekeepers’, whoever else may use it', async () => {
    const [tom, ina] = ['person:tom:technician', 'person:ina:technician'];
    const body = { name: 'My nights', settings: {}, access: { read: { roles: ['technician'] } } };
    const { body: made } = await msp.call('POST', '/api/event-selections', { bearer: tom, body });
    const path = `/api/event-selections/${made.id}`;
    const changed = { ...body, settings: { ...made.settings, mostShown: 77 } };
    expect((await msp.call('PUT', path, { bearer: tom, body: changed })).status).toBe(200);
    const seenBy = async (bearer: string) => (await historyOf('event-selection', made.id, bearer)).length;
    expect([await seenBy(tom), await seenBy(ina), await seenBy('person:ada:administrator')]).toEqual([2, 0, 2]);
    const [last] = await historyOf('event-selection', made.id, tom);
    expect((await msp.call('GET', `/api/revisions/${last?.id}`, { bearer: ina })).status).toBe(404);
    expect((await msp.call('GET', path, { bearer: ina })).status).toBe(200);
    await msp.call('POST', '/api/event-selections/delete', { bearer: tom, body: { ids: [made.id] } });
    const main = await msp.mainTenant();
    const told = (await eventsOf(main.id, 'KLAUD_EV_OBJECTMODIFY')).filter(({ params }) => params['2'] === made.id);
    expect(told.map(({ params }) => params['7'])).toEqual(['deleted', 'changed', 'added']);
    expect(told.filter(({ description }) => description.includes('77'))).toEqual([]);
  });

  it('tells of a command that somebody gave to a device', async () => {
    const tenant = await aTenant();
    const laptop = await msp.enrol('laptop-2', { tenantId: tenant.id });
    const given = await msp.call('POST', `/api/devices/${laptop.id}/commands`, { body: { kind: 'update-databases' } });
    expect(given.status).toBe(200);
    const [event] = await eventsOf(tenant.id, 'KLAUD_EV_TASK_STATE_CHANGED');
    expect(event).toMatchObject({
      typeId: 4150,
      deviceId: laptop.id,
      params: { '2': given.body.commandId, '5': 'ann' },
    });
  });

  it('of accounts comes from their audit lines, each once, also when it was cut off in between', async () => {
    const main = await msp.mainTenant();
    const id = randomUUID();
    const state = { id, name: 'tom', role: 'technician', tenantIds: null, disabled: false, lastSignedInAt: null };
    const line = (action: string, words: Partial<AuditLine> = {}): AuditLine => ({
      ...{ actor: 'ann', actorKind: 'user', actorId: 'u1', action, target: '/api', tenantId: null },
      ...{ address: '10.0.0.1', outcome: 'done', before: null, after: null, requestId: randomUUID() },
      ...words,
    });
    const lines = [
      line('session.started'),
      line('session.started', { outcome: 'refused' }),
      line('user.added', { after: state }),
      line('user.changed', { before: state, after: { ...state, role: 'administrator', given: ['role'] } }),
      line('user.changed', { before: state, after: { ...state, disabled: true, given: ['disabled'] } }),
      line('user.changed', { before: state, after: { ...state, given: ['password'] } }),
      line('user.password-changed', { actorId: id, actor: 'tom' }),
      line('ticket-rule.changed'),
      line('open-api.logout'),
    ];
    const written: (AuditLine & { at: Date })[] = lines.map((each) => ({ ...each, at: msp.clock() }));
    const accounts = createAccountHistory({
      database,
      clock: msp.clock,
      linesSince: async (_, actions) => written.filter(({ action }) => actions.includes(action)),
      onPublished: () => {},
    });
    for (const each of lines.slice(0, 3)) await accounts.onAudited(each);
    await accounts.catchUp();
    await accounts.catchUp();

    const idsOf = async (type: string) =>
      (await eventsOf(main.id, type)).map(({ params }) => params['2'] ?? params['4']);
    expect(await idsOf('KLAUD_EV_SERVERCONNECT')).toEqual(['console']);
    expect(await idsOf('KLAUD_EV_SERVERDISCONNECT')).toEqual(['KSC Open API']);
    expect(await idsOf('KLAUD_EV_OBJECTACLMODIFIED')).toEqual([id]);
    const properties = (await eventsOf(main.id, 'KLAUD_EV_OBJECTPROPMODIFIED')).filter(
      ({ params }) => params['2'] === id,
    );
    expect(properties.map(({ params }) => params['7']).toSorted()).toEqual([
      'changed',
      'password changed',
      'password changed',
    ]);
    expect((await historyOf('user', id, 'person:ada:administrator')).map(({ action }) => action)).toEqual([
      'changed',
      'changed',
      'added',
    ]);
  });
});
