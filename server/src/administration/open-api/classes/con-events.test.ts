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

describeOnBothEngines('subscriptions to events over the Open API', (place) => {
  let msp: TestAdministration;
  let hosts: Awaited<ReturnType<TestAdministration['enrol']>>[];
  const ask = askingOf(() => msp);
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    const other = await msp.addTenant('Other');
    hosts = [await msp.enrol('pc-1'), await msp.enrol('pc-2', { tenantId: other.id })];
  });
  afterAll(() => msp.stop());

  const happens = async (type: string, severity: 1 | 2 | 3 | 4 = 1) => {
    for (const host of hosts) await host.sends({ type, severity });
    await msp.settle();
  };

  it('tell what was stored since the last question, once, in the order of storing', async () => {
    const client = msp.client();
    await happens('NEWS_A');
    const { PxgRetVal: a, nPeriod } = await ask('ConEvents.Subscribe', { wstrEvent: 'NEWS_A', pFilter: {} }, client);
    const { PxgRetVal: b } = await ask('ConEvents.Subscribe', { wstrEvent: 'NEWS_B' }, client);
    expect(nPeriod).toBeGreaterThan(0);
    expect(a).not.toBe(b);
    expect((await ask('ConEvents.Retrieve', {}, client)).pEvents).toEqual([]);

    await happens('NEWS_B', 2);
    await happens('NEWS_A');
    await happens('NEWS_C');
    const { pEvents, PxgRetVal } = await ask('ConEvents.Retrieve', {}, client);
    expect(PxgRetVal).toBe(true);
    expect(pEvents.map(({ KLSRV_CON_EVENT_TYPE: type }: Record<string, unknown>) => type)).toEqual([
      'NEWS_B',
      'NEWS_A',
    ]);
    expect(pEvents[0]).toMatchObject({
      KLSRV_CON_EVENT_PARAMS: { hostdn: 'pc-1', GNRL_EA_SEVERITY: 2 },
      KLSRV_CON_EVENT_BIRTH_TIME: { type: 'datetime' },
    });
    expect((await ask('ConEvents.Retrieve', {}, client)).pEvents).toEqual([]);

    await ask('ConEvents.UnSubscribe', { nSubsId: a }, client);
    await happens('NEWS_A');
    expect((await ask('ConEvents.Retrieve', {}, client)).pEvents).toEqual([]);
    expect(await pxgCodeOf(ask('ConEvents.UnSubscribe', { nSubsId: a }, client))).toBe(1186);
  });

  it('take a filter of the events', async () => {
    const client = msp.client();
    await ask('ConEvents.Subscribe', { wstrEvent: 'NEWS_D', pFilter: { GNRL_EA_SEVERITY: 3 } }, client);
    await happens('NEWS_D', 1);
    await happens('NEWS_D', 3);
    expect((await ask('ConEvents.Retrieve', {}, client)).pEvents).toMatchObject([
      { KLSRV_CON_EVENT_PARAMS: { GNRL_EA_SEVERITY: 3 } },
    ]);
  });

  it('are of one login and of its own virtual server', async () => {
    const other = msp.client('admin', { virtualServer: 'Other' });
    expect(await pxgCodeOf(ask('ConEvents.Retrieve', {}, other))).toBe(1186);
    await ask('ConEvents.Subscribe', { wstrEvent: 'NEWS_E' }, other);
    await happens('NEWS_E');
    expect((await ask('ConEvents.Retrieve', {}, other)).pEvents).toMatchObject([
      { KLSRV_CON_EVENT_PARAMS: { hostdn: 'pc-2' } },
    ]);
  });

  it('are bounded, named, and for those who may read events', async () => {
    const client = msp.client();
    expect(await pxgCodeOf(ask('ConEvents.Subscribe', {}, client))).toBe(1192);
    for (let number = 0; number < 32; number += 1) await ask('ConEvents.Subscribe', { wstrEvent: 'X' }, client);
    expect(await pxgCodeOf(ask('ConEvents.Subscribe', { wstrEvent: 'X' }, client))).toBe(1193);
    const nobody = msp.client('nobody');
    expect(await pxgCodeOf(ask('ConEvents.Subscribe', { wstrEvent: 'X' }, nobody))).toBe(1184);
  });

  it('have no console of other services beside them', async () => {
    expect((await ask('ConEvents.IsAnyServiceConsoleAvailable')).PxgRetVal).toBe(false);
    const args = { wstrProdName: 'KES', wstrProdVersion: '11.0.0.0' };
    expect((await ask('ConEvents.IsServiceConsoleAvailable', args)).PxgRetVal).toBe(false);
  });
});
