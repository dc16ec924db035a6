import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';
import { askingOf, type OpenApiClient, pxgCodeOf } from '../../../testing/open-api.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

const SECTIONS = [
  'KLSTS_Deployment',
  'KLSTS_Updates',
  'KLSTS_Protection',
  'KLSTS_FullScan',
  'KLSTS_Administration',
  'KLSTS_Events',
];

describeOnBothEngines('general statistics over the Open API', (place) => {
  let msp: TestAdministration;
  const ask = askingOf(() => msp);
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    const other = await msp.addTenant('Other');
    const sick = await msp.enrol('pc-1');
    await sick.reports({ hostname: 'pc-1', securityApplication: null });
    await sick.sends({ type: 'GNRL_EV_VIRUS_FOUND', severity: 4 });
    await msp.enrol('pc-2', { tenantId: other.id });
    await msp.sweep();
  });
  afterAll(() => msp.stop());

  /** As programs do it: ask, wait for the end, fetch. */
  const statistics = async (pRequestParams: object, client: OpenApiClient = msp.client()) => {
    const { strRequestId } = await ask('ReportManager.RequestStatisticsData', { pRequestParams }, client);
    for (let tries = 0; tries < 50; tries += 1) {
      const state = await ask('AsyncActionStateChecker.CheckActionState', { wstrActionGuid: strRequestId }, client);
      if (state.bFinalized) {
        expect(state.bSuccededFinalized).toBe(true);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return (await ask('ReportManager.GetStatisticsData', { strRequestId }, client)).pResultData;
  };

  it('have the parts that were asked for, each with its status, reasons and counters', async () => {
    const data = await statistics(Object.fromEntries(SECTIONS.map((name) => [name, {}])));
    expect(Object.keys(data).sort()).toEqual([...SECTIONS].sort());
    for (const name of SECTIONS) {
      expect(data[name]).toMatchObject({
        KLSTS_Par_Status: expect.any(Number),
        KLSTS_Par_StatusReasonMask: expect.any(Number),
      });
    }
    expect(data.KLSTS_Deployment).toMatchObject({
      KLSTS_Par_Status: 2,
      KLSTS_Par_StatusReasonMask: 1,
      KLSTS_Par_Dpl_HostsInGroups: 1,
      KLSTS_Par_Dpl_HostsWithAVP: 0,
    });
    expect(data.KLSTS_Administration).toMatchObject({ KLSTS_Par_Adm_GrpHstCnt: 1, KLSTS_Par_Adm_FoundHstCnt: 0 });
    expect(Object.keys(await statistics({ KLSTS_FullScan: {}, KLSTS_Unknown: {} }))).toEqual(['KLSTS_FullScan']);
  });

  it('draw dashboards over a time', async () => {
    const { KLPPT_DASHBOARD: boards } = await statistics({
      KLPPT_DASHBOARD: {
        a: { KLRPT_DSH_TYPE: 2, KLPPT_StatPeriodInSec: 3600 },
        b: { KLRPT_DSH_TYPE: 22 },
        c: { KLRPT_DSH_TYPE: 999 },
      },
    });
    expect(boards.a.DSHT_DATA.reduce((sum: number, { nCount }: { nCount: number }) => sum + nCount, 0)).toBe(1);
    expect(boards.b).toEqual({ nCountActual: 0, nCountDay: 0, nCount3Days: 0, nCount7Days: 0, nCountOld: 0 });
    expect(boards.c).toBeUndefined();
  });

  it('count the own virtual server alone', async () => {
    const other = msp.client('admin', { virtualServer: 'Other' });
    expect((await statistics({ KLSTS_Deployment: {} }, other)).KLSTS_Deployment.KLSTS_Par_Dpl_HostsInGroups).toBe(1);
    const { KLPPT_DASHBOARD: boards } = await statistics({ KLPPT_DASHBOARD: { a: { KLRPT_DSH_TYPE: 2 } } }, other);
    expect(boards.a.DSHT_DATA.every(({ nCount }: { nCount: number }) => nCount === 0)).toBe(true);
  });

  it('are fetched by the newer names too, and can be given up', async () => {
    const client = msp.client();
    const { wstrRequestId } = await ask(
      'ReportManager.CollectStatisticsAsync',
      { pRequestParams: { KLSTS_FullScan: {} } },
      client,
    );
    await expect
      .poll(async () =>
        Object.keys((await ask('ReportManager.CollectStatisticsAsyncGetData', { wstrRequestId }, client)).pResultData),
      )
      .toEqual(['KLSTS_FullScan']);
    expect(await ask('ReportManager.CollectStatisticsAsyncCancel', { wstrRequestId }, client)).toEqual({});
    expect(await pxgCodeOf(ask('ReportManager.CollectStatisticsAsyncGetData', { wstrRequestId }, client))).toBe(1186);
  });

  it('are for those who may see the overview, of the own login, and of something', async () => {
    const pRequestParams = { KLSTS_FullScan: {} };
    expect(await pxgCodeOf(ask('ReportManager.RequestStatisticsData', { pRequestParams }, msp.client('nobody')))).toBe(
      1184,
    );
    expect(await pxgCodeOf(ask('ReportManager.RequestStatisticsData', {}))).toBe(1192);
    const { strRequestId } = await ask('ReportManager.RequestStatisticsData', { pRequestParams });
    expect(await pxgCodeOf(ask('ReportManager.GetStatisticsData', { strRequestId }, msp.client()))).toBe(1186);
  });
});
