import { PxgError } from '@gatehouse/protocols/ksc-open-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const SERIAL = 'GHEP-000000-00000001';

describeOnBothEngines('licence keys over the Open API', (place) => {
  let msp: TestAdministration;
  const hosts: string[] = [];
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    const acme = await msp.addTenant('Acme');
    await msp.addTenant('Other');
    const added = { productName: 'Gatehouse endpoint', createdAt: '2026-01-01T00:00:00Z' };
    for (const body of [
      { ...added, serialNumber: SERIAL, kind: 'subscription', deviceLimit: 5, termDays: 365, tenantId: acme.id },
      { ...added, serialNumber: 'GHEP-000000-00000002', kind: 'trial', expiresAt: '2099-01-01T00:00:00Z' },
    ]) {
      const reply = await msp.call('POST', '/api/licenses', { body });
      if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
    }
    for (const name of ['pc-1', 'pc-2', 'pc-3']) {
      const device = await msp.enrol(name, { tenantId: acme.id });
      hosts.push(device.id);
      const licenses = [{ serialNumber: SERIAL, isActive: name !== 'pc-3', installedAt: '2026-02-03T04:05:06Z' }];
      await device.reports({ hostname: name, licenses });
    }
    await msp.settle();
  });
  afterAll(() => msp.stop());

  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
  const ask = async (method: string, args: object, client = msp.client()): Promise<any> =>
    client.call(method, args as never);
  const codeOf = (work: Promise<unknown>): Promise<number | null> =>
    work.then(
      () => null,
      (error: unknown) => (error instanceof PxgError ? error.code : Promise.reject(error)),
    );
  const KEYS = {
    pFields: ['KLLIC_SERIAL', 'KLLIC_LIC_COUNT', 'KLLIC_KEY_TYPE'],
    pFieldsToOrder: ['KLLIC_SERIAL'],
    pOptions: {},
  };

  it('are listed with what was asked for, and the last row says that it is the last', async () => {
    const client = msp.client();
    const { lKeyCount, wstrIterator } = await ask('LicenseKeys.EnumKeys', { ...KEYS, lTimeoutSec: 60 }, client);
    expect(lKeyCount).toBe(2);
    expect(await ask('GroupSyncIterator.GetNextItems', { szwIterator: wstrIterator, nCount: 1 }, client)).toEqual({
      PxgRetVal: 1,
      bEOF: false,
      pData: { KLCSP_ITERATOR_ARRAY: [{ KLLIC_SERIAL: SERIAL, KLLIC_LIC_COUNT: 5, KLLIC_KEY_TYPE: 6 }] },
    });
    expect(await ask('GroupSyncIterator.GetNextItems', { szwIterator: wstrIterator, nCount: 9 }, client)).toMatchObject(
      {
        PxgRetVal: 1,
        bEOF: true,
        pData: { KLCSP_ITERATOR_ARRAY: [{ KLLIC_KEY_TYPE: 3 }] },
      },
    );
    expect(await ask('GroupSyncIterator.GetNextItems', { szwIterator: wstrIterator, nCount: 9 }, client)).toMatchObject(
      {
        PxgRetVal: 0,
        bEOF: true,
        pData: { KLCSP_ITERATOR_ARRAY: [] },
      },
    );
    await ask('GroupSyncIterator.ReleaseIterator', { szwIterator: wstrIterator }, client);
    expect(await codeOf(ask('GroupSyncIterator.GetNextItems', { szwIterator: wstrIterator, nCount: 1 }, client))).toBe(
      1186,
    );
  });

  it('tell which hosts hold them, the active key apart from one kept for later', async () => {
    const client = msp.client();
    const pFields = ['KLLICSRV_HOSTNAME', 'KLLICSRV_HOST_CURRENT'];
    const found = await ask('LicenseKeys.AcquireKeyHosts', { pInData: { KLLIC_SERIAL: SERIAL }, pFields }, client);
    expect(found.lKeyCount).toBe(3);
    const rows: Record<string, unknown>[] = [];
    for (let isOver = false; !isOver; ) {
      const next = await ask('GroupSyncIterator.GetNextItems', { szwIterator: found.wstrIterator, nCount: 2 }, client);
      rows.push(...next.pData.KLCSP_ITERATOR_ARRAY);
      isOver = next.bEOF;
    }
    expect(new Map(rows.map((row) => [row.KLLICSRV_HOSTNAME, row.KLLICSRV_HOST_CURRENT]))).toEqual(
      new Map(hosts.map((id, at) => [id, at < 2])),
    );
    expect(
      (
        await ask('LicenseKeys.GetKeyData', {
          pKeyInfo: { KLLIC_SERIAL: SERIAL, KLLIC_NHOSTS_ASCURRENT: 0, KLLIC_NHOSTS_ASNEXT: 0 },
        })
      ).PxgRetVal,
    ).toEqual({
      KLLIC_SERIAL: SERIAL,
      KLLIC_NHOSTS_ASCURRENT: 2,
      KLLIC_NHOSTS_ASNEXT: 1,
    });
  });

  it('are hidden from those who may not see them, and their bodies from everybody', async () => {
    const other = msp.client('admin', { virtualServer: 'Other' });
    expect((await ask('LicenseKeys.EnumKeys', KEYS, other)).lKeyCount).toBe(0);
    expect(await codeOf(ask('LicenseKeys.AcquireKeyHosts', { pInData: { KLLIC_SERIAL: SERIAL } }, other))).toBe(1186);
    expect(await codeOf(ask('LicenseKeys.EnumKeys', KEYS, msp.client('nobody')))).toBe(1184);
    expect(
      await codeOf(ask('LicenseKeys.GetKeyData', { pKeyInfo: { KLLIC_SERIAL: SERIAL, KLLICSRV_KEYDATA: true } })),
    ).toBe(1184);
    expect(await codeOf(ask('LicenseKeys.GetKeyData', {}))).toBe(1192);
  });

  it('are distributed by themselves or not, and deleted, by those who may write licences', async () => {
    const KLLIC_SERIAL = 'GHEP-000000-00000002';
    const automatic = async () =>
      (await ask('LicenseKeys.GetKeyData', { pKeyInfo: { KLLIC_SERIAL, KLLICSRV_AUTOKEY: false } })).PxgRetVal;
    const before = (await automatic()).KLLICSRV_AUTOKEY;
    const pData = { KLLIC_SERIAL, KLLICSRV_AUTOKEY: !before };
    expect(await codeOf(ask('LicenseKeys.AdjustKey', { pData }, msp.client('reader')))).toBe(1184);
    expect(await codeOf(ask('LicenseKeys.AdjustKey', { pData: { KLLIC_SERIAL } }))).toBe(1192);
    // Whoever logs in to one virtual server changes no key of the main server.
    const other = msp.client('admin', { virtualServer: 'Other' });
    expect([1184, 1186]).toContain(await codeOf(ask('LicenseKeys.AdjustKey', { pData }, other)));
    expect(await ask('LicenseKeys.AdjustKey', { pData })).toEqual({});
    expect((await automatic()).KLLICSRV_AUTOKEY).toBe(!before);
    const key = (await msp.call('GET', '/api/licenses')).body.items.find(
      ({ serialNumber }: { serialNumber: string }) => serialNumber === KLLIC_SERIAL,
    );
    const { body } = await msp.call('GET', `/api/revisions?kind=license-key&objectId=${key.id}`);
    expect(body.items[0]).toMatchObject({ action: 'changed', actor: 'admin' });

    const pKeyInfo = { KLLIC_SERIAL };
    expect(await codeOf(ask('LicenseKeys.UninstallKey', { pKeyInfo }, msp.client('reader')))).toBe(1184);
    expect(await ask('LicenseKeys.UninstallKey', { pKeyInfo })).toEqual({});
    expect(await codeOf(ask('LicenseKeys.UninstallKey', { pKeyInfo }))).toBe(1186);
    expect(msp.openApiWrites).toContainEqual({ action: 'license.deleted', call: 'LicenseKeys.UninstallKey' });
  });
});
