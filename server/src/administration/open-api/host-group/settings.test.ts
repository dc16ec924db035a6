import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventEngine } from '../../../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../../../testing/administration.ts';
import { describeOnBothEngines } from '../../../testing/engines.ts';
import { openTestEventEngine } from '../../../testing/event-engine.ts';
import { hostGroupCalls, NOBODY, twoCustomers } from './kit.testing.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('settings of the server in HostGroup', (place) => {
  let msp: TestAdministration;
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    await twoCustomers(msp);
  });
  afterAll(() => msp.stop());
  const { ask, retVal, codeOf } = hostGroupCalls(() => msp);

  const section = async () => ({
    strHostName: (await retVal('GetStaticInfo')).KLADMSRV_SERVER_HOSTNAME,
    strType: 'SS_SETTINGS',
    strProduct: '1093',
    strVersion: '1.0.0.0',
    strSection: 'KLSRV_HOST_STATUS',
  });

  it('are found by name, read and written; others are not there', async () => {
    const at = await section();
    const { strSection: _, ...noSection } = at;
    expect(await retVal('SS_GetNames', { ...noSection, strProduct: '', strVersion: '' })).toEqual(['1093']);
    expect(await retVal('SS_GetNames', { ...noSection, strVersion: '' })).toEqual(['1.0.0.0']);
    expect(await retVal('SS_GetNames', noSection)).toEqual(['KLSRV_HOST_STATUS']);
    const before = await retVal('SS_Read', at);
    expect(before).toMatchObject({
      KLSRV_VISIBILITY_TIMEOUT: 120,
      KLSRV_HSTSTAT_CRITICAL: { KLSRV_HSTSTAT_OLD_AV_BASES: 7 },
    });
    const pSettings = {
      KLSRV_VISIBILITY_TIMEOUT: 240,
      KLSRV_HSTSTAT_WARNING: { ...before.KLSRV_HSTSTAT_WARNING, KLSRV_HSTSTAT_OLD_AV_BASES: 2 },
    };
    expect(await ask('SS_Write', { ...at, nOption: 3, pSettings })).toEqual({});
    expect(await retVal('SS_Read', at)).toMatchObject({
      KLSRV_VISIBILITY_TIMEOUT: 240,
      KLSRV_HSTSTAT_WARNING: { KLSRV_HSTSTAT_OLD_AV_BASES: 2, KLSRV_HSTSTAT_INHERITED: false },
    });
    expect(msp.administration.visibleForMinutes()).toBe(240);
    expect(await ask('SS_Write', { ...at, nOption: 7, pSettings: {} })).toEqual({});
    expect(await retVal('SS_Read', at)).toEqual(before);
    for (const wrong of [{ strSection: 'OTHER' }, { strProduct: 'KES' }, { strType: 'SS_PRODINFO' }]) {
      expect(await codeOf(ask('SS_Read', { ...at, ...wrong }))).toBe(1125);
    }
    expect(await codeOf(ask('SS_Read', { ...at, strHostName: NOBODY }))).toBe(1186);
    expect(await codeOf(ask('SS_Write', { ...at, nOption: 2, pSettings }))).toBe(1193);
    expect(await codeOf(ask('SS_Write', { ...at, nOption: 5, pSettings }))).toBe(1192);
    const short = { KLSRV_VISIBILITY_TIMEOUT: 1 };
    expect(await codeOf(ask('SS_Write', { ...at, nOption: 3, pSettings: short }))).toBe(1192);
    for (const method of ['SS_CreateSection', 'SS_DeleteSection']) expect(await codeOf(ask(method, at))).toBe(1193);
  });

  it('one client’s own are its Managed devices’; the time of visibility is for the whole server', async () => {
    const at = await section();
    const client = msp.client('of-acme', { virtualServer: 'Acme' });
    const pSettings = { KLSRV_HSTSTAT_CRITICAL: { KLSRV_HSTSTAT_OLD_FSCAN: 5 } };
    await ask('SS_Write', { ...at, nOption: 1, pSettings }, client);
    const read = (of: typeof client) => retVal('SS_Read', at, of);
    expect((await read(client)).KLSRV_HSTSTAT_CRITICAL.KLSRV_HSTSTAT_OLD_FSCAN).toBe(5);
    expect((await read(msp.client())).KLSRV_HSTSTAT_CRITICAL.KLSRV_HSTSTAT_OLD_FSCAN).not.toBe(5);
    const timeout = { KLSRV_VISIBILITY_TIMEOUT: 300 };
    expect(await codeOf(ask('SS_Write', { ...at, nOption: 3, pSettings: timeout }, client))).toBe(1184);
    await ask(
      'SS_Write',
      { ...at, nOption: 4, pSettings: { KLSRV_HSTSTAT_CRITICAL: {}, KLSRV_HSTSTAT_WARNING: {} } },
      client,
    );
    expect((await read(client)).KLSRV_HSTSTAT_CRITICAL.KLSRV_HSTSTAT_INHERITED).toBe(true);
  });
});
