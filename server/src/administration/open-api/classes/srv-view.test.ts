import { binary, long, PxgError } from '@gatehouse/protocols/ksc-open-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const program = (name: string, version: string, publisher: string | null = null) => ({
  ...{ name, version, publisher, source: 'dpkg' as const, arch: 'amd64', sizeBytes: 1000 },
});

describeOnBothEngines('views, inventory, limits and stores over the Open API', (place) => {
  let msp: TestAdministration;
  let host: string;
  let foreign: string;
  let acmeId: string;
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    const tenants = [await msp.addTenant('Acme'), await msp.addTenant('Other')];
    const devices = [];
    for (const [index, { id: tenantId }] of tenants.entries()) {
      const device = await msp.enrol(`pc-${index}`, { tenantId });
      devices.push(device.id);
      const software = index === 0 ? [program('zlib', '1.3'), program('Apache', '2.4', 'ASF')] : [program('bash', '5')];
      const told = { hash: `hash-of-list-${index}`, collectedAt: msp.clock().toISOString(), software };
      expect((await device.agent('POST', '/agent/v1/inventory', told)).status).toBe(200);
      await device.sends({ type: 'GNRL_EV_VIRUS_FOUND', description: `of pc-${index}` });
    }
    [host = '', foreign = ''] = devices;
    acmeId = tenants[0]?.id ?? '';
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
  const view = async (args: object, client = msp.client()) => {
    const { wstrIteratorId } = await ask('SrvView.ResetIterator', args, client);
    const { PxgRetVal: count } = await ask('SrvView.GetRecordCount', { wstrIteratorId }, client);
    const range = { wstrIteratorId, nStart: 0, nEnd: count };
    const { pRecords } = await ask('SrvView.GetRecordRange', range, client);
    expect(pRecords.KLCSP_ITERATOR_ARRAY).toHaveLength(count);
    expect(await ask('SrvView.ReleaseIterator', { wstrIteratorId }, client)).toEqual({});
    expect(await codeOf(ask('SrvView.GetRecordCount', { wstrIteratorId }, client))).toBe(1186);
    return pRecords.KLCSP_ITERATOR_ARRAY;
  };
  const ofAcme = () => msp.client('admin', { virtualServer: 'Acme' });

  it('installed software is told once a version, filtered, sorted and cut as asked, of the own hosts only', async () => {
    const asked = {
      wstrViewName: 'InvSrvViewName',
      vecFieldsToReturn: ['DisplayName', 'Publisher', 'bIsMsi', 'VapmBuild'],
    };
    const row = (DisplayName: string, Publisher = '') => ({
      DisplayName,
      Publisher,
      bIsMsi: false,
      VapmBuild: long(0),
    });
    expect(await view(asked)).toEqual([row('Apache', 'ASF'), row('bash'), row('zlib')]);
    expect(await view({ ...asked, wstrFilter: '(DisplayName = "z*")' })).toEqual([row('zlib')]);
    const order = [{ Name: 'DisplayVersion', Asc: false }];
    expect((await view({ ...asked, vecFieldsToOrder: order }))[0]).toEqual(row('bash'));
    expect(await view({ ...asked, pParams: { TOP_N: 1 } })).toEqual([row('Apache', 'ASF')]);
    expect(await view(asked, ofAcme())).toEqual([row('Apache', 'ASF'), row('zlib')]);
    expect(await codeOf(ask('SrvView.ResetIterator', { ...asked, wstrFilter: '(nothing = 1)' }))).toBe(1192);
  });

  it('ranges are inclusive and cut to what there is; missing ends are 0', async () => {
    const client = msp.client();
    const { wstrIteratorId } = await ask('SrvView.ResetIterator', { wstrViewName: 'InvSrvViewName' }, client);
    for (const [range, rows] of [
      [{}, 1],
      [{ nStart: 0, nEnd: 1 }, 2],
      [{ nStart: 2, nEnd: 99 }, 1],
      [{ nStart: 3, nEnd: 9 }, 0],
      [{ nStart: 2, nEnd: 1 }, 0],
      [{ nStart: -1, nEnd: -1 }, 0],
    ] as const) {
      const { pRecords } = await ask('SrvView.GetRecordRange', { wstrIteratorId, ...range }, client);
      expect([range, pRecords.KLCSP_ITERATOR_ARRAY.length]).toEqual([range, rows]);
    }
    const iterator = { wstrIteratorId };
    expect(await codeOf(ask('SrvView.GetRecordCount', iterator, msp.client()))).toBe(1186);
    msp.advance(901_000);
    expect(await codeOf(ask('SrvView.GetRecordCount', iterator, client))).toBe(1186);
  });

  it('events are told with the attributes and filters of EventProcessing', async () => {
    const asked = {
      wstrViewName: 'EventsSrvViewName',
      wstrFilter: '(event_type = "GNRL_EV_VIRUS_FOUND")',
      vecFieldsToReturn: ['GNRL_EA_DESCRIPTION'],
    };
    expect(await view(asked, ofAcme())).toEqual([{ GNRL_EA_DESCRIPTION: 'of pc-0' }]);
    expect(await codeOf(ask('SrvView.ResetIterator', asked, msp.client('nobody')))).toBe(1184);
  });

  it('users are told to those who may see users, each to those of its own virtual servers', async () => {
    msp.addUser('keeper', ['users:read', 'devices:read', 'tenants:read']);
    msp.addUser('keeper-of-acme', ['users:read', 'devices:read', 'tenants:read'], [acmeId]);
    const asked = {
      wstrViewName: 'GlobalUsersListSrvViewName',
      vecFieldsToOrder: [{ Name: 'ul_wstrDisplayName', Asc: true }],
    };
    const names = (rows: { ul_wstrDisplayName: string }[]) => rows.map((row) => row.ul_wstrDisplayName);
    const all = await view(asked, msp.client('keeper'));
    expect(names(all)).toEqual(['admin', 'keeper', 'keeper-of-acme', 'nobody', 'reader']);
    expect(all[2]).toEqual({
      ul_llTrusteeId: expect.objectContaining({ type: 'long' }),
      ul_wstrDisplayName: 'keeper-of-acme',
      ul_wstrSamAccountName: 'keeper-of-acme',
      ul_binId: binary(all[2].ul_binId.value),
      ul_nVServer: (await msp.administration.tenantsOf('all').get(acmeId)).virtualServerId,
    });
    expect(all[2].ul_binId.value).toHaveLength(16);
    expect(names(await view(asked, msp.client('keeper-of-acme')))).toEqual(['keeper-of-acme']);
    const { value: id } = all[0].ul_llTrusteeId;
    expect(names(await view({ ...asked, wstrFilter: `(ul_llTrusteeId = ${id})` }, msp.client('keeper')))).toEqual([
      'admin',
    ]);
    expect(await codeOf(ask('SrvView.ResetIterator', asked))).toBe(1184);
  });

  it('a view that goes on after the reply is asked for once; a view that this server has not is 1186', async () => {
    const client = msp.client();
    const request = await ask('SrvView.ResetIteratorAsync', { wstrViewName: 'InvSrvViewName' }, client);
    const { wstrIteratorId } = await ask('SrvView.ResetIteratorAsyncGetData', request, client);
    expect((await ask('SrvView.GetRecordCount', { wstrIteratorId }, client)).PxgRetVal).toBe(3);
    expect(await codeOf(ask('SrvView.ResetIteratorAsyncGetData', request, client))).toBe(1186);
    const cancelled = await ask('SrvView.ResetIteratorAsync', { wstrViewName: 'InvSrvViewName' }, client);
    expect(await ask('SrvView.ResetIteratorAsyncCancel', cancelled, client)).toEqual({});
    expect(await codeOf(ask('SrvView.ResetIteratorAsyncGetData', cancelled, client))).toBe(1186);
    for (const wstrViewName of ['HWInvStorageSrvViewName', 'constructor']) {
      expect(await codeOf(ask('SrvView.ResetIterator', { wstrViewName }, client))).toBe(1186);
      expect(await codeOf(ask('SrvView.ResetIteratorAsync', { wstrViewName }, client))).toBe(1186);
    }
    expect(await codeOf(ask('SrvView.ResetIterator', {}, client))).toBe(1192);
  });

  it('the inventory lists products of all hosts and of one; patches are known of none', async () => {
    const list = async (method: string, args: object = {}, client = msp.client()) =>
      (await ask(`InventoryApi.${method}`, args, client)).PxgRetVal.GNRL_EA_PARAM_1;
    const names = (rows: { DisplayName: string }[]) => rows.map(({ DisplayName }) => DisplayName);
    expect(names(await list('GetInvProductsList'))).toEqual(['Apache', 'bash', 'zlib']);
    expect(names(await list('GetInvProductsList', { pParams: {} }, ofAcme()))).toEqual(['Apache', 'zlib']);
    const [apache] = await list('GetHostInvProducts', { szwHostId: host, pParams: null });
    expect(apache).toEqual({
      ProductID: expect.stringMatching(/^\d+$/),
      DisplayName: 'Apache',
      DisplayVersion: '2.4',
      Publisher: 'ASF',
      ARPRegKey: '',
      InstallDate: '',
      InstallDir: '',
      LangId: 0,
      bIsMsi: false,
      VapmBuild: long(0),
    });
    expect(await list('GetInvPatchesList')).toEqual([]);
    expect(await list('GetHostInvPatches', { szwHostId: host })).toEqual([]);
    for (const method of ['GetHostInvProducts', 'GetHostInvPatches']) {
      expect(await codeOf(list(method, { szwHostId: foreign }, ofAcme()))).toBe(1186);
      expect(await codeOf(list(method, { szwHostId: host }, msp.client('nobody')))).toBe(1184);
      expect(await codeOf(list(method))).toBe(1192);
    }
  });

  it('limits are told by number: what the server limits, any number of all else', async () => {
    const limit = async (param: number | undefined) => (await ask('Limits.GetLimits', { param })).PxgRetVal;
    expect(await Promise.all([49, 50, 51, 52, 70, 71].map(limit))).toEqual([
      16 * 1024 * 1024,
      16 * 1024 * 1024,
      900,
      7200,
      86_400,
      180,
    ]);
    expect(await limit(0)).toBe(2_147_483_647);
    expect(await codeOf(limit(999))).toBe(1186);
    expect(await codeOf(limit(undefined))).toBe(1192);
  });

  it('what the stores take is told to those who may see the server', async () => {
    const size = async (method: string, args: object = {}) => (await ask(`DatabaseInfo.${method}`, args)).PxgRetVal;
    const [all, data] = [await size('GetDBSize'), await size('GetDBDataSize')];
    expect(data).toBeGreaterThan(10_000);
    expect(all).toBeGreaterThan(data);
    expect(await size('GetDBEventsCount')).toBeGreaterThanOrEqual(2);
    expect(await size('IsLinuxSQL')).toEqual(expect.any(Boolean));
    expect(await size('IsCloudSQL', { nCloudType: 1 })).toBe(false);
    expect(await size('CheckBackupPath', { szwPath: msp.dataDir })).toBe(true);
    expect(await size('CheckBackupPath2', { szwWinPath: '', szwLinuxPath: msp.dataDir })).toBe(true);
    for (const szwPath of [`${msp.dataDir}/secret.key`, `${msp.dataDir}/nothing`, '/\u0000']) {
      expect([szwPath, await size('CheckBackupPath', { szwPath })]).toEqual([szwPath, false]);
    }
    expect(await codeOf(size('CheckBackupPath', { szwPath: 'relative' }))).toBe(1192);
    for (const client of [msp.client('reader'), ofAcme()]) {
      expect(await codeOf(ask('DatabaseInfo.GetDBSize', {}, client))).toBe(1184);
    }
  });

  it('a right on a group is checked bit by bit, for the functional area that is named', async () => {
    const check = (dwAccessMask: number, szwFuncArea: string, user: string, lGroupId = 0) =>
      ask(
        'HstAccessControl.AccessCheckToAdmGroup',
        { lGroupId, dwAccessMask, szwFuncArea, szwProduct: '1093', szwVersion: '1.0.0.0' },
        msp.client(user),
      );
    for (const [mask, area, reader, admin] of [
      [0x1, 'FUNC_AREA_COMMON', true, true],
      [0x2, 'ADMGROUPS_MANAGEMENT', false, true],
      [0x3, '', false, true],
      [0x80000, 'LICENSE_STORAGE', false, false],
      [0, '', true, true],
    ] as const) {
      const granted = [(await check(mask, area, 'reader')).PxgRetVal, (await check(mask, area, 'admin')).PxgRetVal];
      expect([mask, area, ...granted]).toEqual([mask, area, reader, admin]);
    }
    expect(await codeOf(check(1, '', 'reader', 99_999))).toBe(1186);
    expect(await codeOf(check(1, '', 'nobody'))).toBe(1184);
  });
});
