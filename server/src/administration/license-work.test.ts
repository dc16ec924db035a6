import type { AssignedLicense, HeldLicense, SecurityEvent } from '@gatehouse/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../platform/clock/index.ts';
import type { Database } from '../platform/db/index.ts';
import type { EventEngine } from '../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../testing/administration.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { openTestEventEngine } from '../testing/event-engine.ts';
import type { LicenseTables } from './licenses/index.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const WINDOWS = { family: 'windows' as const, name: 'Windows 11', version: '11', arch: 'x64', isServer: false };
const LINUX_SERVER = { family: 'linux' as const, name: 'Debian 12', version: '12', arch: 'x64', isServer: true };

describeOnBothEngines('licence keys', (place) => {
  let msp: TestAdministration;
  let database: Database;
  let numbers = 0;
  beforeAll(async () => {
    database = await place.open();
    msp = await startAdministration({ database, engine });
  });
  afterAll(async () => {
    const { logged } = msp;
    await msp.stop();
    expect(logged).toEqual([]);
  });

  const next = (name: string) => {
    numbers += 1;
    return `${name}-${numbers}`;
  };
  const daysFromNow = (days: number) => new Date(msp.clock().getTime() + days * DAY_MS).toISOString();
  const aTenant = async () => (await msp.addTenant(next('Tenant'))).id;
  const addKey = async (words: object = {}, bearer = 'admin') => {
    const { status, body } = await msp.call('POST', '/api/licenses', {
      bearer,
      body: {
        serialNumber: next('KEY'),
        productName: 'Gatehouse endpoint',
        kind: 'commercial',
        createdAt: daysFromNow(-10),
        expiresAt: daysFromNow(365),
        ...words,
      },
    });
    expect([status, body.code]).toEqual([200, undefined]);
    return body;
  };
  const changeKey = async (id: string, words: object) => {
    const { license } = (await msp.call('GET', `/api/licenses/${id}`)).body;
    return msp.call('PUT', `/api/licenses/${id}`, { body: { ...license, ...words } });
  };
  const keyOf = async (id: string, bearer = 'admin') =>
    (await msp.call('GET', `/api/licenses/${id}`, { bearer })).body.license;

  /** A device whose agent does with keys what it is told: the first of the list is active. */
  const aDevice = async (tenantId: string, os: typeof WINDOWS | typeof LINUX_SERVER = WINDOWS) => {
    const device = await msp.enrol(next('device'), { tenantId });
    let held: HeldLicense[] = [];
    const syncOnce = async (): Promise<AssignedLicense[] | undefined> => {
      const reply = (await device.reports({ os, licenses: held } as never)).body;
      return reply.licenses;
    };
    return {
      ...device,
      syncOnce,
      /** Tells, hears, does, tells again. @returns serial numbers in the order of their use */
      sync: async (): Promise<string[]> => {
        await syncOnce();
        await msp.settle();
        const assigned = await syncOnce();
        if (assigned) {
          held = assigned.map(({ serialNumber }, index) => ({
            serialNumber,
            isActive: index === 0,
            installedAt: msp.clock().toISOString(),
          }));
        }
        await syncOnce();
        await msp.settle();
        return held.map(({ serialNumber }) => serialNumber);
      },
      holds: (serialNumbers: string[]) => {
        held = serialNumbers.map((serialNumber, index) => ({
          serialNumber,
          isActive: index === 0,
          installedAt: msp.clock().toISOString(),
        }));
      },
    };
  };
  const check = () => msp.administration.licenseCheck.run();
  const eventsOf = async (tenantId: string, type: string): Promise<SecurityEvent[]> => {
    await msp.settle();
    return (await msp.call('GET', `/api/events?tenantId=${tenantId}&type=${type}&limit=200`)).body.items;
  };
  const LIMIT_EVENTS = [
    'KLSRV_EV_LICENSE_CHECK_90',
    'KLSRV_EV_LICENSE_CHECK_100_110',
    'KLSRV_EV_LICENSE_CHECK_MORE_110',
  ];
  const limitEvents = async (tenantId: string, serialNumber: string) => {
    const all = await Promise.all(LIMIT_EVENTS.map((type) => eventsOf(tenantId, type)));
    return all
      .flat()
      .filter(({ params }) => params['1'] === serialNumber)
      .map(({ typeId }) => typeId)
      .sort();
  };

  it('a device gets an automatic key of its client with its next sync, and the console shows who holds it', async () => {
    const tenantId = await aTenant();
    const key = await addKey({ tenantId, automatic: true });
    const laptop = await aDevice(tenantId);
    const stranger = await aDevice(await aTenant());
    expect(await laptop.sync()).toEqual([key.serialNumber]);
    expect(await stranger.syncOnce()).toBeUndefined();

    expect(await keyOf(key.id)).toMatchObject({ used: 1, assigned: 1, notHeld: 0, notAssigned: 0, state: 'valid' });
    const { items } = (await msp.call('GET', `/api/licenses/${key.id}/devices`)).body;
    expect(items).toMatchObject([{ deviceId: laptop.id, assigned: 'automatic', held: 'active', difference: 'agrees' }]);
    expect((await msp.call('GET', `/api/devices/${laptop.id}/licenses`)).body.items).toMatchObject([
      { serialNumber: key.serialNumber, licenseId: key.id, held: 'active', state: 'valid' },
    ]);
  });

  it('an agent that knows nothing of keys takes no seat', async () => {
    const tenantId = await aTenant();
    const key = await addKey({ tenantId, automatic: true });
    const old = await msp.enrol(next('old'), { tenantId });
    expect((await old.reports({ os: WINDOWS })).body.licenses).toBeUndefined();
    await msp.settle();
    expect((await keyOf(key.id)).assigned).toBe(0);
  });

  it('no more devices than the limit get a key, until it may go over it', async () => {
    const tenantId = await aTenant();
    const key = await addKey({ tenantId, automatic: true, deviceLimit: 2 });
    const devices = [await aDevice(tenantId), await aDevice(tenantId), await aDevice(tenantId)];
    for (const device of devices) await device.syncOnce();
    await msp.settle();
    const got = [];
    for (const device of devices) got.push(await device.sync());
    expect(got).toEqual([[key.serialNumber], [key.serialNumber], []]);

    expect((await changeKey(key.id, { overLimitAllowed: true })).status).toBe(200);
    expect(await devices[2]?.sync()).toEqual([key.serialNumber]);
    expect(await keyOf(key.id)).toMatchObject({ used: 3, state: 'over-limit' });
  });

  it('by hand all devices get a key or none; taken away it does not come back by itself', async () => {
    const tenantId = await aTenant();
    const key = await addKey({ tenantId, deviceLimit: 1 });
    const [one, two] = [await aDevice(tenantId), await aDevice(tenantId)];
    const stranger = await aDevice(await aTenant());
    const assign = (deviceIds: string[]) => msp.call('POST', `/api/licenses/${key.id}/assign`, { body: { deviceIds } });

    expect((await assign([one.id, two.id])).body.code).toBe('license.limit-reached');
    expect((await assign([stranger.id])).body.code).toBe('license.not-for-client');
    expect((await assign([key.id])).body.code).toBe('device.not-found');
    expect((await keyOf(key.id)).assigned).toBe(0);
    expect((await assign([one.id])).body).toEqual({ changed: 1 });
    expect((await assign([one.id])).body).toEqual({ changed: 0 });
    expect(await keyOf(key.id)).toMatchObject({ assigned: 1, notHeld: 1, used: 0 });
    expect(await one.sync()).toEqual([key.serialNumber]);

    await changeKey(key.id, { automatic: true });
    const withdrawn = await msp.call('POST', `/api/licenses/${key.id}/withdraw`, { body: { deviceIds: [one.id] } });
    expect(withdrawn.body).toEqual({ changed: 1 });
    expect(await one.sync()).toEqual([]);
    expect(await one.sync()).toEqual([]);
    // Its seat is free for the other one.
    expect(await two.sync()).toEqual([key.serialNumber]);
    expect((await changeKey(key.id, { blocked: true })).status).toBe(200);
    expect((await assign([one.id])).body.code).toBe('license.not-good');
  });

  it('what a device holds beside what it shall hold is shown as a difference, also a key that nobody knows', async () => {
    const tenantId = await aTenant();
    const key = await addKey({ tenantId });
    const laptop = await aDevice(tenantId);
    const strange = next('STRANGE');
    laptop.holds([key.serialNumber, strange]);
    await laptop.syncOnce();
    expect(await keyOf(key.id)).toMatchObject({ used: 1, assigned: 0, notAssigned: 1 });
    const list = (await msp.call('GET', `/api/licenses?tenantId=${tenantId}`)).body;
    expect(list.unknown).toContainEqual({ serialNumber: strange, devices: 1 });
    const byDifference = async (difference: string) =>
      (await msp.call('GET', `/api/licenses/${key.id}/devices?difference=${difference}`)).body.items.length;
    expect([await byDifference('not-assigned'), await byDifference('agrees')]).toEqual([1, 0]);
    // Added at last, it counts at once, and so does its end.
    laptop.holds([strange]);
    await laptop.syncOnce();
    const known = await addKey({ tenantId, serialNumber: strange, expiresAt: daysFromNow(3) });
    expect(await keyOf(known.id)).toMatchObject({ used: 1, state: 'expires-soon' });
    await msp.settle();
    const conditions = (await laptop.shown()).reasons.map(({ condition }: { condition: string }) => condition);
    expect(conditions).toContain('licenseExpiresSoon');
    // Small letters are the same key, told twice is one.
    laptop.holds([key.serialNumber.toLowerCase(), key.serialNumber]);
    await laptop.syncOnce();
    expect((await msp.call('GET', `/api/devices/${laptop.id}/licenses`)).body.items).toHaveLength(1);
  });

  it('a reserve key comes 30 days before the end and takes over a day before it, without a gap', async () => {
    const tenantId = await aTenant();
    const old = await addKey({ tenantId, automatic: true, expiresAt: daysFromNow(33) });
    const laptop = await aDevice(tenantId);
    expect(await laptop.sync()).toEqual([old.serialNumber]);
    const fresh = await addKey({ tenantId, automatic: true, expiresAt: daysFromNow(400) });
    await check();
    expect(await laptop.sync()).toEqual([old.serialNumber]);

    msp.advance(4 * DAY_MS);
    await check();
    expect(await laptop.sync()).toEqual([old.serialNumber, fresh.serialNumber]);
    expect(await keyOf(fresh.id)).toMatchObject({ used: 0, reserved: 1 });

    msp.advance(28 * DAY_MS + HOUR_MS);
    expect(await laptop.sync()).toEqual([fresh.serialNumber, old.serialNumber]);
    msp.advance(DAY_MS);
    await check();
    expect(await laptop.sync()).toEqual([fresh.serialNumber]);
    expect(await keyOf(old.id)).toMatchObject({ state: 'expired', used: 0, assigned: 0 });
  });

  it('the end of the active key moves the status of its devices, and so does a new end or a block', async () => {
    const tenantId = await aTenant();
    const key = await addKey({ tenantId, automatic: true, expiresAt: daysFromNow(20) });
    const laptop = await aDevice(tenantId);
    await laptop.sync();
    const licenseReasons = async () =>
      (await laptop.shown()).reasons
        .map(({ condition }: { condition: string }) => condition)
        .filter((condition: string) => condition.startsWith('license'));
    expect(await licenseReasons()).toEqual([]);
    msp.advance(7 * DAY_MS);
    await laptop.sync();
    expect(await licenseReasons()).toEqual(['licenseExpiresSoon']);
    msp.advance(14 * DAY_MS);
    await laptop.sync();
    expect(await licenseReasons()).toEqual(['licenseExpired']);
    await changeKey(key.id, { expiresAt: daysFromNow(300) });
    await msp.settle();
    expect(await licenseReasons()).toEqual([]);
    await changeKey(key.id, { blocked: true });
    await msp.settle();
    expect(await licenseReasons()).toEqual(['licenseExpired']);
    expect(await eventsOf(tenantId, 'KLSRV_LICENSE_BLACKLISTED')).toMatchObject([
      { typeId: 4124, severity: 'critical' },
    ]);
    // A blocked key is told to nobody: the device gives it up.
    expect(await laptop.sync()).toEqual([]);
    expect(await licenseReasons()).toEqual([]);
  });

  describe('the daily check', () => {
    it('tells once of each limit that use passes, and again after it fell below', async () => {
      const tenantId = await aTenant();
      const key = await addKey({ tenantId, automatic: true, overLimitAllowed: true, deviceLimit: 10 });
      const devices: Awaited<ReturnType<typeof aDevice>>[] = [];
      const grow = async (to: number) => {
        while (devices.length < to) {
          const device = await aDevice(tenantId);
          devices.push(device);
          await device.syncOnce();
        }
        await msp.settle();
        for (const device of devices) await device.sync();
      };
      const told = () => limitEvents(tenantId, key.serialNumber);

      await grow(9);
      await check();
      expect(await told()).toEqual([]);
      await changeKey(key.id, { deviceLimit: 9 });
      await check();
      await check();
      expect(await told()).toEqual([4098]);
      msp.advance(DAY_MS);
      await check();
      expect(await told()).toEqual([4098]);

      await changeKey(key.id, { deviceLimit: 8 });
      await check();
      expect(await told()).toEqual([4098, 4099]);
      await changeKey(key.id, { deviceLimit: 100 });
      await check();
      await changeKey(key.id, { deviceLimit: 9 });
      await check();
      expect(await told()).toEqual([4098, 4098, 4099]);
      const [event] = await eventsOf(tenantId, 'KLSRV_EV_LICENSE_CHECK_MORE_110');
      expect(event).toMatchObject({ severity: 'critical', params: { '1': key.serialNumber, '3': '9', '4': '8' } });
    });

    it('tells of more than 90 % before the limit is reached', async () => {
      const tenantId = await aTenant();
      const key = await addKey({ tenantId, deviceLimit: 12 });
      for (let number = 0; number < 11; number += 1) {
        const device = await aDevice(tenantId);
        device.holds([key.serialNumber]);
        await device.syncOnce();
      }
      await check();
      expect(await limitEvents(tenantId, key.serialNumber)).toEqual([4097]);
    });

    it('tells 30, 15, 5 days and 1 day before the end, each once, and anew for a new end', async () => {
      const tenantId = await aTenant();
      const key = await addKey({ tenantId, expiresAt: daysFromNow(31) });
      await addKey({ tenantId, kind: 'trial', expiresAt: daysFromNow(31) });
      const days = async () =>
        (await eventsOf(tenantId, 'KLSRV_EV_LICENSE_SRV_EXPIRE_SOON'))
          .map(({ params }) => Number(params['5']))
          .sort((a, b) => b - a);
      const seen: number[][] = [];
      const looked = [0, 1, 15, 16, 25, 26, 29, 30, 32];
      let before = 0;
      for (const day of looked) {
        msp.advance((day - before) * DAY_MS);
        before = day;
        await check();
        await check();
        seen.push(await days());
      }
      msp.advance(DAY_MS);
      expect(seen).toEqual([
        [],
        [30],
        [30],
        [30, 15],
        [30, 15],
        [30, 15, 5],
        [30, 15, 5],
        [30, 15, 5, 1],
        [30, 15, 5, 1],
      ]);

      await changeKey(key.id, { expiresAt: daysFromNow(4) });
      await check();
      // The server was off when 30 and 15 days were left: the nearest day alone is made up for.
      expect(await days()).toEqual([30, 15, 5, 5, 1]);
    });

    it('runs once a day, and an hour later when the server was off', async () => {
      const jobs = async () => msp.administration.licenseCheck.runOnce();
      const today = () => msp.clock().toISOString().slice(0, 10);
      const daysOf = async () =>
        (await msp.call('GET', `/api/license-usage/history?from=${daysFromNow(-40).slice(0, 10)}&to=${today()}`)).body
          .days as string[];
      msp.advance(DAY_MS);
      await jobs();
      const before = await daysOf();
      expect(before.at(-1)).toBe(today());
      msp.advance(3 * DAY_MS);
      await jobs();
      const after = await daysOf();
      // Days on which nothing was checked are not there: nobody knows what was used then.
      expect(after.slice(before.length)).toEqual([today()]);
    });
  });

  describe('usage', () => {
    it('is counted by client, by group and by what devices are, and each day is kept with its devices', async () => {
      const [tenantId, otherId] = [await aTenant(), await aTenant()];
      const key = await addKey({ sharing: { with: 'some', tenantIds: [tenantId, otherId] }, automatic: true });
      const workstation = await aDevice(tenantId);
      const server = await aDevice(tenantId, LINUX_SERVER);
      const foreign = await aDevice(otherId);
      for (const device of [workstation, server, foreign]) expect(await device.sync()).toEqual([key.serialNumber]);
      const groups = (await msp.call('GET', `/api/tenants/${tenantId}/groups`)).body.items;
      const managed = groups.find(({ kind }: { kind: string }) => kind === 'managed');
      const branch = await msp.call('POST', `/api/tenants/${tenantId}/groups`, {
        body: { name: 'Branch', parentId: managed.id },
      });
      const day = () => msp.clock().toISOString().slice(0, 10);

      const usage = (await msp.call('GET', `/api/license-usage?tenantId=${tenantId}`)).body;
      expect(usage.total).toMatchObject({ windowsWorkstations: 1, otherServers: 1, total: 2 });
      expect(usage.items).toMatchObject([{ serialNumber: key.serialNumber, billable: true, group: null }]);

      await check();
      const firstDay = day();
      msp.advance(DAY_MS);
      const moved = await msp.call('PATCH', `/api/devices/${server.id}`, { body: { groupId: branch.body.id } });
      expect(moved.status).toBe(200);
      await msp.call('DELETE', `/api/devices/${workstation.id}`);
      await check();
      await check();
      const secondDay = day();

      const byGroup = (await msp.call('GET', `/api/license-usage?tenantId=${tenantId}&byGroup=true`)).body;
      expect(byGroup.items).toMatchObject([{ group: { name: 'Managed devices/Branch' }, devices: { total: 1 } }]);
      const evidence = async (on: string) =>
        (await msp.call('GET', `/api/license-usage/evidence?day=${on}&tenantId=${tenantId}`)).body.items.map(
          (item: { deviceId: string; groupName: string; category: string }) =>
            `${item.deviceId} ${item.groupName} ${item.category}`,
        );
      expect((await evidence(firstDay)).sort()).toEqual(
        [`${workstation.id} Managed devices windows-workstation`, `${server.id} Managed devices other-server`].sort(),
      );
      expect(await evidence(secondDay)).toEqual([`${server.id} Managed devices/Branch other-server`]);

      const span = `from=${firstDay}&to=${secondDay}&serialNumber=${key.serialNumber}`;
      const history = (await msp.call('GET', `/api/license-usage/history?${span}&tenantId=${tenantId}`)).body;
      expect(history.items.map(({ devices }: { devices: { total: number } }) => devices.total)).toEqual([2, 1]);
      const file = await msp.call('GET', `/api/license-usage/file?${span}`);
      expect(file.headers.get('content-type')).toContain('text/csv');
      expect(file.body.trim().split('\r\n')).toHaveLength(5);
      const mine = await msp.call('GET', `/api/license-usage/history?${span}`, { bearer: `tenant:${otherId}` });
      expect(new Set(mine.body.items.map((item: { tenantId: string }) => item.tenantId))).toEqual(new Set([otherId]));
      const unchecked = await msp.call('GET', '/api/license-usage/evidence?day=2020-01-01');
      expect([unchecked.status, unchecked.body.code]).toEqual([409, 'license-usage.not-checked']);
      const turned = await msp.call('GET', '/api/license-usage/history?from=2026-02-01&to=2026-01-01');
      expect(turned.body.issues).toMatchObject([{ where: 'query.to' }]);
    });

    it('of a trial or an ended key is not billable', async () => {
      const tenantId = await aTenant();
      const trial = await addKey({ tenantId, kind: 'trial', automatic: true });
      const laptop = await aDevice(tenantId);
      expect(await laptop.sync()).toEqual([trial.serialNumber]);
      const billable = async () =>
        (await msp.call('GET', `/api/license-usage?tenantId=${tenantId}`)).body.items.map(
          (item: { billable: boolean }) => item.billable,
        );
      expect(await billable()).toEqual([false]);
      await changeKey(trial.id, { kind: 'subscription' });
      expect(await billable()).toEqual([true]);
      await changeKey(trial.id, { expiresAt: daysFromNow(-1) });
      expect(await billable()).toEqual([false]);
    });
  });

  describe('who may see and change what', () => {
    it('a user of one client sees its keys and its share of shared ones, and changes only its own', async () => {
      const [tenantId, otherId] = [await aTenant(), await aTenant()];
      const own = await addKey({ tenantId });
      const foreign = await addKey({ tenantId: otherId });
      const shared = await addKey({
        sharing: { with: 'all' },
        automatic: true,
        deviceLimit: 1,
        information: 'order 7',
      });
      await (await aDevice(otherId)).sync();
      const bearer = `tenant:${tenantId}`;
      const list = (await msp.call('GET', '/api/licenses?limit=200', { bearer })).body.items as { id: string }[];
      const ids = list.map(({ id }) => id);
      expect(ids).toContain(own.id);
      expect(ids).toContain(shared.id);
      expect(ids).not.toContain(foreign.id);
      expect(await keyOf(shared.id, bearer)).toMatchObject({
        ...{ used: 0, deviceLimit: null, information: '', mayChange: false, state: 'valid' },
        sharing: { with: 'some', tenantIds: [tenantId] },
      });
      expect((await msp.call('GET', `/api/licenses/${foreign.id}`, { bearer })).status).toBe(404);
      const change = (id: string, words: object) =>
        msp.call('PUT', `/api/licenses/${id}`, { bearer, body: { ...own, ...words } });
      expect((await change(shared.id, {})).body.code).toBe('license.scope');
      expect((await change(own.id, { tenantId: null })).body.code).toBe('license.scope');
      expect((await change(own.id, { tenantId: otherId })).body.code).toBe('tenant.not-found');
      expect((await change(own.id, { deviceLimit: 5 })).body.deviceLimit).toBe(5);
      const reader = await msp.call('POST', '/api/licenses', { bearer: 'person:ann:technician', body: own });
      expect(reader.status).toBe(403);
    });

    it('a save has a revision and an audit event; an activation code is sealed and told to nobody', async () => {
      const code = 'ABCDE-12345-FGHIJ-67890';
      const key = await addKey({ activationCode: code });
      expect(key).toMatchObject({ hasActivationCode: true });
      await changeKey(key.id, { deviceLimit: 77 });
      const revisions = (await msp.call('GET', `/api/revisions?kind=license-key&objectId=${key.id}`)).body.items;
      expect(revisions.map(({ action }: { action: string }) => action)).toEqual(['changed', 'added']);
      const shown = (await msp.call('GET', `/api/revisions/${revisions[0].id}`)).body;
      expect(shown.changes).toMatchObject([{ path: ['Device limit'], before: null, after: 77 }]);
      const rolledBack = await msp.call('POST', `/api/revisions/${revisions[1].id}/roll-back`, {
        body: { lastNumber: 2 },
      });
      expect([rolledBack.status, rolledBack.body.rolledBackTo]).toEqual([200, 1]);
      expect((await keyOf(key.id)).deviceLimit).toBeNull();
      expect((await keyOf(key.id)).hasActivationCode).toBe(true);

      const rows = await database
        .forSchema<LicenseTables>('administration')
        .selectFrom('license_key')
        .selectAll()
        .execute();
      const everything = JSON.stringify([rows, msp.web.audited, revisions, shown]);
      expect(everything).toContain(key.serialNumber);
      expect(everything).not.toContain(code);
      expect((await changeKey(key.id, { activationCode: null })).body.hasActivationCode).toBe(false);
      const bad = await msp.call('POST', '/api/licenses', {
        body: { ...key, serialNumber: 'X Y', activationCode: 'no' },
      });
      expect(bad.body.issues.map(({ where }: { where: string }) => where).sort()).toEqual([
        'body.activationCode',
        'body.serialNumber',
      ]);
      const twin = await msp.call('POST', '/api/licenses', { body: { ...key, serialNumber: key.serialNumber } });
      expect([twin.status, twin.body.code]).toEqual([409, 'license.serial-taken']);
    });

    it('a deleted key is taken from its devices; a client that owns keys cannot be deleted', async () => {
      const tenantId = await aTenant();
      const key = await addKey({ tenantId, automatic: true });
      const laptop = await aDevice(tenantId);
      expect(await laptop.sync()).toEqual([key.serialNumber]);
      const refused = await msp.call('DELETE', `/api/tenants/${await withKey()}`);
      expect([refused.status, refused.body.code]).toEqual([409, 'tenant.has-licenses']);
      expect((await msp.call('DELETE', `/api/licenses/${key.id}`)).status).toBe(200);
      expect(await laptop.sync()).toEqual([]);
      expect((await msp.call('GET', `/api/devices/${laptop.id}/licenses`)).body.items).toEqual([]);
      // The same number, added again, is a new key: what was said of the old one does not bind it.
      const again = await addKey({ tenantId, automatic: true, serialNumber: key.serialNumber });
      expect(await laptop.sync()).toEqual([again.serialNumber]);
    });
    const withKey = async () => {
      const tenantId = await aTenant();
      await addKey({ tenantId });
      return tenantId;
    };
  });

  it('an import shows what it would do, does all of it or nothing, and can be repeated', async () => {
    const tenant = (await msp.call('POST', '/api/tenants', { body: { name: next('Imported, Inc.') } })).body;
    const [first, second] = [next('IMP'), next('IMP')];
    const csv = (limit: string) =>
      [
        'serialNumber,productName,kind,deviceLimit,client,activationCode',
        `${first},Gatehouse endpoint,commercial,${limit},"${tenant.name}",ABCDE-12345-FGHIJ-67890`,
        `${second},Mail shield,subscription,,,`,
      ].join('\r\n');
    const importing = (text: string, apply: boolean) =>
      msp.call('POST', '/api/licenses/import', { body: { csv: text, apply } });
    const listed = async () =>
      (await msp.call('GET', `/api/licenses?text=imp-&limit=200`)).body.items.map(
        ({ serialNumber }: { serialNumber: string }) => serialNumber,
      );

    const bad = await importing(csv('many'), true);
    expect(bad.body).toMatchObject({
      applied: false,
      issues: [{ line: 2, column: 'deviceLimit' }],
      rows: [{ line: 3, what: 'add' }],
    });
    expect(await listed()).toEqual([]);
    const looked = await importing(csv('5'), false);
    expect(looked.body).toMatchObject({ applied: false, issues: [] });
    expect(await listed()).toEqual([]);
    expect((await importing(csv('5'), true)).body.applied).toBe(true);
    expect((await listed()).sort()).toEqual([first, second].sort());
    const again = await importing(csv('6'), true);
    expect(again.body.rows.map(({ what }: { what: string }) => what)).toEqual(['change', 'same']);
    expect(JSON.stringify(msp.web.audited)).not.toContain('ABCDE-12345');
    const limited = await msp.call('POST', '/api/licenses/import', {
      bearer: `tenant:${tenant.id}`,
      body: { csv: csv('5'), apply: true },
    });
    expect(limited.body).toMatchObject({ applied: false, issues: [{ line: 3, column: 'client' }] });
  });

  it('counts and devices of a day are kept for 1,100 days', async () => {
    const tenantId = await aTenant();
    await addKey({ tenantId, automatic: true, expiresAt: null });
    const laptop = await aDevice(tenantId);
    await laptop.sync();
    const daysBack = async (days: number) => {
      const from = daysFromNow(-days).slice(0, 10);
      return (await msp.call('GET', `/api/license-usage/history?from=${from}&to=${from}&tenantId=${tenantId}`)).body;
    };
    await check();
    msp.advance(1099 * DAY_MS);
    await check();
    expect((await daysBack(1099)).items).toHaveLength(1);
    const day = daysFromNow(-1099).slice(0, 10);
    const evidence = await msp.call('GET', `/api/license-usage/evidence?day=${day}&tenantId=${tenantId}`);
    expect(evidence.body.items).toMatchObject([{ deviceId: laptop.id }]);
    msp.advance(2 * DAY_MS);
    await check();
    expect(await daysBack(1101)).toEqual({ days: [], items: [] });
  });

  it('is listed page by page, filtered and sorted', async () => {
    const product = next('Product');
    for (const days of [50, 10, 300]) await addKey({ productName: product, expiresAt: daysFromNow(days) });
    await addKey({ productName: product, expiresAt: null });
    const page = async (query: string) =>
      (await msp.call('GET', `/api/licenses?product=${product}&${query}`)).body as {
        items: { daysLeft: number | null; state: string }[];
        next: string | null;
        total: number;
      };
    const first = await page('limit=3');
    expect(first.items.map(({ daysLeft }) => daysLeft)).toEqual([9, 49, 299]);
    const second = await page(`limit=3&after=${first.next}`);
    expect(second.items.map(({ daysLeft }) => daysLeft)).toEqual([null]);
    expect([second.next, second.total]).toEqual([null, 4]);
    expect((await page('state=expires-soon')).items).toHaveLength(1);
    const broken = await msp.call('GET', `/api/licenses?after=${product}`);
    expect(broken.body.issues).toMatchObject([{ where: 'query.after' }]);
  });
});
