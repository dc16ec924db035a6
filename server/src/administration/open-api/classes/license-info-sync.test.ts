import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';
import { askingOf, pxgCodeOf } from '../../../testing/open-api.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const [ACTIVE, RESERVE] = ['GHEP-000000-00000001', 'GHEP-000000-00000002'];

describeOnBothEngines('licence keys of one host over the Open API', (place) => {
  let msp: TestAdministration;
  let hosts: string[];
  const ask = askingOf(() => msp);
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    await msp.addTenant('Other');
    for (const serialNumber of [ACTIVE, RESERVE]) {
      const body = { serialNumber, productName: 'Endpoint', kind: 'commercial', createdAt: '2026-01-01T00:00:00Z' };
      const reply = await msp.call('POST', '/api/licenses', { body });
      if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
    }
    const [licensed, bare] = [await msp.enrol('pc-1'), await msp.enrol('pc-2')];
    await licensed.reports({
      hostname: 'pc-1',
      securityApplication: {
        product: 'GATEHOUSE-ENDPOINT',
        name: 'Endpoint',
        version: '1.2.3',
        running: true,
        rtpState: 4,
      },
      licenses: [
        { serialNumber: ACTIVE, isActive: true, installedAt: '2026-02-03T04:05:06Z' },
        { serialNumber: RESERVE, isActive: false, installedAt: '2026-02-03T04:05:06Z' },
      ],
    });
    hosts = [licensed.id, bare.id];
    await msp.settle();
  });
  afterAll(() => msp.stop());

  const keysOf = (args: object, client = msp.client()) =>
    ask('LicenseInfoSync.AcquireKeysForProductOnHost', { szwProduct: '', szwVersion: '', ...args }, client);

  it('are the active one and the reserve, and empty where there is none', async () => {
    expect(await keysOf({ szwHostName: hosts[0] })).toEqual({ wstrActiveKey: ACTIVE, wstrReservedKey: RESERVE });
    const product = { szwProduct: 'GATEHOUSE-ENDPOINT', szwVersion: '1.2.3' };
    expect((await keysOf({ szwHostName: hosts[0], ...product })).wstrActiveKey).toBe(ACTIVE);
    expect((await keysOf({ szwHostName: hosts[0], ...product, szwVersion: '9' })).wstrActiveKey).toBe('');
    expect(await keysOf({ szwHostName: hosts[1] })).toEqual({ wstrActiveKey: '', wstrReservedKey: '' });
    expect(await keysOf({ szwHostName: hosts[0], szwProduct: 'OTHER' })).toEqual({
      wstrActiveKey: '',
      wstrReservedKey: '',
    });
  });

  it('are told in full where the host holds them', async () => {
    const args = { szwSerial: RESERVE, szwHostName: hosts[0], szwProduct: '', szwVersion: '' };
    expect((await ask('LicenseInfoSync.GetKeyDataForHost', args)).PxgRetVal).toMatchObject({
      KLLIC_SERIAL: RESERVE,
      KLLIC_KEY_TYPE: 1,
      KLLIC_NHOSTS_ASNEXT: 1,
    });
    expect(await pxgCodeOf(ask('LicenseInfoSync.GetKeyDataForHost', { ...args, szwHostName: hosts[1] }))).toBe(1186);
    expect(await pxgCodeOf(ask('LicenseInfoSync.GetKeyDataForHost', { ...args, szwSerial: '' }))).toBe(1192);
  });

  it('are none of another virtual server, of no host, and for those who may read licences', async () => {
    const other = msp.client('admin', { virtualServer: 'Other' });
    expect(await pxgCodeOf(keysOf({ szwHostName: hosts[0] }, other))).toBe(1186);
    expect(await pxgCodeOf(keysOf({ szwHostName: 'pc-1' }))).toBe(1186);
    expect(await pxgCodeOf(keysOf({}))).toBe(1192);
    expect(await pxgCodeOf(keysOf({ szwHostName: hosts[0] }, msp.client('nobody')))).toBe(1184);
  });
});
