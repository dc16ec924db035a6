import { dateTime, long, PxgError } from '@gatehouse/protocols/ksc-open-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('virtual servers over the Open API', (place) => {
  let msp: TestAdministration;
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
  });
  afterAll(() => msp.stop());

  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
  const ask = async (method: string, args: object = {}, client = msp.client()): Promise<any> =>
    client.call(method, args as never);
  const codeOf = (work: Promise<unknown>): Promise<number | null> =>
    work.then(
      () => null,
      (error: unknown) => (error instanceof PxgError ? error.code : Promise.reject(error)),
    );
  const outcome = async (lVServer: number) => {
    const client = msp.client();
    const { strActionGuid } = await ask('VServers.DelVServer', { lVServer }, client);
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
    let state: any;
    do state = await ask('AsyncActionStateChecker.CheckActionState', { wstrActionGuid: strActionGuid }, client);
    while (state.bFinalized !== true);
    return state;
  };
  const add = async (strDisplayName: string, more: object = {}) =>
    (await ask('VServers.AddVServerInfo', { strDisplayName, lParentGroup: 0, ...more })).PxgRetVal;

  it('one is added, told, renamed and deleted, and a login can name it at once', async () => {
    const { KLVSRV_ID: id, KLVSRV_DN: name } = await add('Customer A');
    expect(name).toBe('Customer A');
    expect((await ask('VServers.GetVServerInfo', { lVServer: id })).PxgRetVal).toMatchObject({
      KLVSRV_ID: id,
      KLVSRV_DN: 'Customer A',
      KLVSRV_GRP: 0,
      KLVSRV_ENABLED: true,
      KLVSRV_UID: expect.stringMatching(/^VSRV/),
      KLVSRV_VS_DESCR: '',
      KLVSRV_TOO_MUCH_HOSTS: false,
    });
    const own = msp.client('admin', { virtualServer: 'Customer A' });
    expect((await ask('HostGroup.GetStaticInfo', {}, own)).PxgRetVal).toMatchObject({ KLADMSRV_VSID: id });
    const info = (await ask('VServers.GetVServerInfo', { lVServer: id })).PxgRetVal;
    const pInfo = { ...info, KLVSRV_DN: 'Customer B' };
    expect(await ask('VServers.UpdateVServerInfo', { lVServer: id, pInfo })).toEqual({});
    expect((await ask('VServers.GetVServerInfo', { lVServer: id })).PxgRetVal.KLVSRV_DN).toBe('Customer B');
    const history = await msp.call('GET', '/api/revisions?kind=tenant');
    expect(history.body.items.map(({ action }: { action: string }) => action)).toEqual(
      expect.arrayContaining(['added', 'changed']),
    );
    expect(await outcome(id)).toMatchObject({ bSuccededFinalized: true, lStateCode: 1 });
    expect(await codeOf(ask('VServers.GetVServerInfo', { lVServer: id }))).toBe(1186);
  });

  it('a name that is taken gets a number, also when two ask at once', async () => {
    const names = (await Promise.all([add('Twin'), add('twin'), add('Twin')])).map(({ KLVSRV_DN }) => KLVSRV_DN);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(3);
    expect(names.map((name) => name.toLowerCase()).sort()).toEqual(['twin', 'twin (2)', 'twin (3)']);
    const long = 'L'.repeat(128);
    await add(long);
    expect((await add(long)).KLVSRV_DN).toBe(`${'L'.repeat(124)} (2)`);
  });

  it('one with devices stays: the action says why', async () => {
    const { KLVSRV_ID: id, KLVSRV_DN: name } = await add('With devices');
    const tenant = await msp.administration.tenantsOf('all').byName(name);
    const device = await msp.enrol('kept', { tenantId: tenant?.id });
    const failed = await outcome(id);
    expect(failed).toMatchObject({
      bSuccededFinalized: false,
      pStateData: { GNRL_EA_DESCRIPTION: expect.stringMatching(/1 devices/) },
    });
    await ask('HostGroup.RemoveHost', { strHostName: device.id });
    expect((await outcome(id)).bSuccededFinalized).toBe(true);
  });

  it.each<[string, object, number]>([
    ['AddVServerInfo', {}, 1192],
    ['AddVServerInfo', { strDisplayName: ' ' }, 1192],
    ['AddVServerInfo', { strDisplayName: 'x'.repeat(200) }, 1192],
    ['AddVServerInfo', { strDisplayName: 'x', lParentGroup: 77 }, 1193],
    ['UpdateVServerInfo', { lVServer: 9999, pInfo: { KLVSRV_DN: 'x' } }, 1186],
    ['UpdateVServerInfo', { lVServer: 0, pInfo: { KLVSRV_DN: 'x' } }, 1186],
    ['DelVServer', { lVServer: 9999 }, 1186],
    ['DelVServer', { lVServer: 0 }, 1186],
    ['DelVServer', {}, 1192],
  ])('%s of %j is an error', async (method, args, code) => {
    expect(await codeOf(ask(`VServers.${method}`, args))).toBe(code);
  });

  it('what this server does not keep of one cannot be set, and a name of another one neither', async () => {
    const { KLVSRV_ID: id } = await add('Strict');
    await add('Taken');
    for (const pInfo of [{ KLVSRV_ENABLED: false }, { KLVSRV_VS_DESCR: 'x' }, { KLVSRV_DN: 'tAKEN' }]) {
      expect(await codeOf(ask('VServers.UpdateVServerInfo', { lVServer: id, pInfo }))).toBe(1193);
    }
  });

  it('only users of all virtual servers, at the main server, change them; readers read', async () => {
    const { KLVSRV_ID: id, KLVSRV_DN: name } = await add('Guarded');
    const tenant = await msp.administration.tenantsOf('all').byName(name);
    msp.addUser('of-guarded', ['tenants:read', 'tenants:write', 'devices:read'], [tenant?.id ?? '']);
    for (const client of [
      msp.client('reader'),
      msp.client('of-guarded'),
      msp.client('of-guarded', { virtualServer: name }),
      msp.client('admin', { virtualServer: name }),
    ]) {
      for (const [method, args] of [
        ['AddVServerInfo', { strDisplayName: 'mine' }],
        ['UpdateVServerInfo', { lVServer: id, pInfo: { KLVSRV_DN: 'mine' } }],
        ['DelVServer', { lVServer: id }],
      ] as const) {
        expect([method, await codeOf(ask(`VServers.${method}`, args, client))]).toEqual([method, 1184]);
      }
    }
    expect((await ask('VServers.GetVServerInfo', { lVServer: id }, msp.client('of-guarded'))).PxgRetVal.KLVSRV_DN).toBe(
      'Guarded',
    );
  });

  describe('what they have', () => {
    let acmeId: number;
    beforeAll(async () => {
      const acme = await msp.addTenant('Acme');
      acmeId = (await msp.administration.tenantsOf('all').get(acme.id)).virtualServerId;
      msp.addUser('person-of-acme', ['tenants:read', 'devices:read'], [acme.id]);
      const security = { product: 'clamav', name: 'ClamAV', running: true, rtpState: 4 as const };
      for (const [name, version] of [
        ['pc-1', '1.4.3'],
        ['pc-2', '1.4.3'],
        ['pc-3', '1.5.0'],
      ] as const) {
        const device = await msp.enrol(name, { tenantId: acme.id });
        await device.reports({ hostname: name, securityApplication: { ...security, version } });
      }
      await ask('HostGroup.AddHost', {
        pInfo: {
          KLHST_WKS_DN: 'noted',
          KLHST_WKS_GROUPID: (await msp.administration.groupsOf(acme.id).fixed('managed')).id,
        },
      });
      const reply = await msp.call('POST', '/api/licenses', {
        body: {
          productName: 'Gatehouse endpoint',
          createdAt: '2026-01-01T00:00:00Z',
          serialNumber: 'GHEP-000000-00000001',
          kind: 'commercial',
          expiresAt: '2099-01-01T00:00:00Z',
          deviceLimit: 5,
          tenantId: acme.id,
        },
      });
      if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
    });

    it('a customer’s figures are its hosts, groups, users, keys and products by version', async () => {
      const statistic = (await ask('VServers2.GetVServerStatistic', { lVsId: acmeId })).PxgRetVal;
      const clamav = (version: string, count: number) => ({
        KLVSRV_PROD_CNT: count,
        KLVSRV_PROD_DN: 'ClamAV',
        KLVSRV_PROD_DV: version,
      });
      expect(statistic).toMatchObject({
        KLVSRV_HOSTS: 4,
        KLVSRV_GROUPS: 3,
        KLVSRV_USERS: 1,
        KLVSRV_MDMIOS: 0,
        KLVSRV_MOBILIES: 0,
        KLVSRV_LICENSES: [
          {
            KLLIC_SERIAL: 'GHEP-000000-00000001',
            KLLIC_KEY_TYPE: 1,
            KLLIC_LIMIT_DATE: dateTime('2099-01-01T00:00:00Z'),
          },
        ],
        KLVSRV_PRODUCTS: {
          clamav: { '1.4.3': clamav('1.4.3', 2), '1.5.0': clamav('1.5.0', 1) },
          '1103': { '1.0.0.0': { KLVSRV_PROD_CNT: 3 } },
        },
        KLVSRV_PRODUCTS_2: {
          clamav: { '1.4.3': { ...clamav('1.4.3', 2), KLVSRV_PROD_BUILDS: [clamav('1.4.3', 2)] } },
        },
      });
    });

    it('0 is the main server’s own, or the whole server where the second method is asked', async () => {
      const own = (await ask('VServers2.GetVServerStatistic', { lVsId: 0 })).PxgRetVal;
      expect([own.KLVSRV_HOSTS, own.KLVSRV_PRODUCTS]).toEqual([0, {}]);
      const whole = (await ask('VServers2.GetVServerStatistic2', { lVsId: 0, nMaxAgentInactivityDays: 0 })).PxgRetVal;
      expect(whole).toMatchObject({ KLVSRV_HOSTS: 4, KLVSRV_PRODUCTS: { clamav: {} } });
      const active = (await ask('VServers2.GetVServerStatistic2', { lVsId: acmeId, nMaxAgentInactivityDays: 1 }))
        .PxgRetVal;
      expect(active.KLVSRV_HOSTS).toBe(3);
    });

    it('the server’s own statistics tell of each of them, as far as the login sees it', async () => {
      const all = (await ask('HostGroup.GetInstanceStatistics', { vecFilterFields: null })).PxgRetVal;
      expect(all.KLSRV_ST_TOTAL_HOSTS_COUNT).toBe(4);
      expect(all.KLSRV_ST_VIRT_SERVERS_DETAILS).toContainEqual(
        expect.objectContaining({
          KLSRV_ST_VIRT_SERVER_ID: long(acmeId),
          KLSRV_ST_VIRT_SERVER_NAME: 'Acme',
          KLSRV_ST_VSERVER_HOST_COUNT: 3,
          KLSRV_ST_VSERVER_REAL_HOST_COUNT: 4,
          KLSRV_ST_VSERVER_COM_LIC_EXISTS: true,
          KLSRV_ST_VSERVER_TRIAL_LIC_EXISTS: false,
        }),
      );
      const fields = ['KLSRV_ST_VIRT_SERVER_COUNT', 'UNKNOWN'];
      expect(
        Object.keys((await ask('HostGroup.GetInstanceStatistics', { vecFilterFields: fields })).PxgRetVal),
      ).toEqual(['KLSRV_ST_VIRT_SERVER_COUNT']);
      const person = msp.client('person-of-acme');
      const seen = (await ask('HostGroup.GetInstanceStatistics', {}, person)).PxgRetVal;
      expect([seen.KLSRV_ST_VIRT_SERVER_COUNT, seen.KLSRV_ST_VIRT_SERVERS_DETAILS.length]).toEqual([1, 1]);
      expect(seen.KLSRV_ST_EVENTS_CNT).toBeUndefined();
      expect((await ask('VServers2.GetVServerStatistic', { lVsId: acmeId }, person)).PxgRetVal.KLVSRV_LICENSES).toEqual(
        [],
      );
      for (const method of ['GetVServerStatistic', 'GetVServerStatistic2']) {
        const other = msp.client('admin', { virtualServer: 'Taken' });
        expect(await codeOf(ask(`VServers2.${method}`, { lVsId: acmeId }, other))).toBe(1186);
        expect(await codeOf(ask(`VServers2.${method}`, { lVsId: 9999 }))).toBe(1186);
        expect(await codeOf(ask(`VServers2.${method}`))).toBe(1192);
        expect(await codeOf(ask(`VServers2.${method}`, { lVsId: 0 }, msp.client('nobody')))).toBe(1184);
      }
    });
  });
});
