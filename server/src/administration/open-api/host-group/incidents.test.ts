import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';
import { hostGroupCalls, NOBODY, type TwoCustomers, twoCustomers } from './kit.testing.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('incidents of HostGroup', (place) => {
  let msp: TestAdministration;
  let acmeRoot: TwoCustomers['acmeRoot'];
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    ({ acmeRoot } = await twoCustomers(msp));
  });
  afterAll(() => msp.stop());
  const { ask, retVal, codeOf, addHost } = hostGroupCalls(() => msp);

  it('an incident is added, found, changed, handled and deleted, and counts for its host', async () => {
    const host = await addHost('incident-host', acmeRoot);
    const nId = await retVal('AddIncident', {
      pData: {
        KLHST_WKS_HOSTNAME: host,
        KLINCDT_SEVERITY: 3,
        KLINCDT_BODY: 'Mail with a strange link\nReported by the user',
        GNRL_EXTRA_PARAMS: {},
      },
    });
    expect(nId).toEqual(expect.any(Number));
    const client = msp.client();
    const find = async (filter: string, order: object[] = []) => {
      const args = { strFilter: filter, pFieldsToReturn: [], pFieldsToOrder: order, lMaxLifeTime: 60 };
      const { strAccessor, PxgRetVal } = await ask('FindIncidents', args, client);
      const chunk = await client.call('ChunkAccessor.GetItemsChunk', { strAccessor, nStart: 0, nCount: 100 });
      // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
      const rows = (chunk as any).pChunk.KLCSP_ITERATOR_ARRAY;
      expect(rows).toHaveLength(PxgRetVal);
      return rows;
    };
    const [row] = await find(`(KLINCDT_ID = ${nId})`);
    expect(row).toMatchObject({
      KLINCDT_ID: nId,
      KLINCDT_SEVERITY: 3,
      KLINCDT_BODY: 'Mail with a strange link\nReported by the user',
      KLINCDT_IS_HANDLED: false,
      KLHST_WKS_HOSTNAME: host,
      KLINCDT_TYPE: '',
      GNRL_EXTRA_PARAMS: {},
    });
    const second = await retVal('AddIncident', {
      pData: { KLHST_WKS_HOSTNAME: host, KLINCDT_SEVERITY: 1, KLINCDT_BODY: 'Another', KLINCDT_IS_HANDLED: true },
    });
    const ofHost = `(KLHST_WKS_HOSTNAME = "${host}")`;
    const ids = async (filter: string, order?: object[]) =>
      (await find(filter, order)).map((found: { KLINCDT_ID: number }) => found.KLINCDT_ID);
    expect(await ids(ofHost)).toEqual([nId, second]);
    expect(await ids(ofHost, [{ Name: 'KLINCDT_SEVERITY', Asc: true }])).toEqual([second, nId]);
    expect(await ids('KLINCDT_IS_HANDLED=1')).toEqual([second]);
    expect(await ids('(KLINCDT_BODY = "*strange*")')).toEqual([nId]);
    expect(await ids('(&(KLINCDT_ADDED > CURTIME(-60))(!(KLINCDT_ID = 0)))')).toEqual([nId, second]);
    expect(await codeOf(find('(nothing = 1)'))).toBe(1192);
    expect(await codeOf(find('', [{ Name: 'KLINCDT_TYPE' }]))).toBe(1192);

    const unprocessed = async () => {
      await msp.settle();
      return (await msp.call('GET', `/api/incidents?deviceId=${host}&processed=false`)).body.total;
    };
    expect(await unprocessed()).toBe(1);
    expect(await ask('UpdateIncident', { nId, pData: { ...row, KLINCDT_IS_HANDLED: true } })).toEqual({});
    expect(await unprocessed()).toBe(0);
    expect(await ask('UpdateIncident', { nId, pData: { KLINCDT_BODY: 'Harmless', KLINCDT_SEVERITY: 2 } })).toEqual({});
    expect((await find(`(KLINCDT_ID = ${nId})`))[0]).toMatchObject({
      KLINCDT_BODY: 'Harmless',
      KLINCDT_SEVERITY: 2,
      KLINCDT_IS_HANDLED: true,
    });
    for (const pData of [{ KLINCDT_SEVERITY: 7 }, { KLINCDT_BODY: ' ' }]) {
      expect(await codeOf(ask('UpdateIncident', { nId, pData }))).toBe(1192);
    }
    expect(await codeOf(ask('UpdateIncident', { nId, pData: { KLHST_WKS_HOSTNAME: NOBODY } }))).toBe(1193);
    expect(await ask('DeleteIncident', { nId })).toEqual({});
    for (const method of ['DeleteIncident', 'UpdateIncident']) {
      expect(await codeOf(ask(method, { nId, pData: { KLINCDT_SEVERITY: 1 } }))).toBe(1186);
    }
    await ask('RemoveHost', { strHostName: host });
    expect(await ids(ofHost)).toEqual([]);
  });

  it.each<[object, number]>([
    [{}, 1192],
    [{ KLINCDT_BODY: 'x' }, 1192],
    [{ KLINCDT_BODY: 'x', KLHST_WKS_HOSTNAME: 'no-id' }, 1186],
    [{ KLINCDT_BODY: 'x', KLHST_WKS_HOSTNAME: NOBODY }, 1186],
  ])('an incident of %j is not added', async (pData, code) => {
    expect(await codeOf(ask('AddIncident', { pData }))).toBe(code);
  });
});
