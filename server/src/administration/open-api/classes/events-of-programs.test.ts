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

describeOnBothEngines('events of programs over the Open API', (place) => {
  let msp: TestAdministration;
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    for (const name of ['Acme', 'Other']) await msp.addTenant(name);
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
  const body = { event_type_display_name: 'Backup done', GNRL_EA_DESCRIPTION: 'All 7 volumes', GNRL_EA_SEVERITY: 2 };
  const publish = (pEventBody: object, client = msp.client()) =>
    ask(
      'EventNotificationsApi.PublishEvent',
      { wstrEventType: 'ACME_BACKUP', pEventBody, tmBirthTime: '2026-01-02T03:04:05Z' },
      client,
    );

  it('are published as the server’s own, with their time and parameters', async () => {
    const acme = msp.client('admin', { virtualServer: 'Acme' });
    expect(await publish({ ...body, GNRL_EA_ID: 77, GNRL_EA_PARAM_2: 'vault' }, acme)).toEqual({});
    await msp.settle();
    const { body: found } = await msp.call('GET', '/api/events?type=ACME_BACKUP');
    expect(found.items).toHaveLength(1);
    expect(found.items[0]).toMatchObject({
      ...{ type: 'ACME_BACKUP', tenantName: 'Acme', deviceId: null, severity: 'warning', typeId: 77 },
      ...{ displayName: 'Backup done', description: 'All 7 volumes', params: { 2: 'vault' } },
      riseTime: '2026-01-02T03:04:05.000Z',
    });
    expect(msp.openApiWrites).toContainEqual({ action: 'event.published', call: 'EventNotificationsApi.PublishEvent' });
  });

  it.each([
    ['no name', { ...body, event_type_display_name: undefined }],
    ['no description', { ...body, GNRL_EA_DESCRIPTION: undefined }],
    ['a description that is too long', { ...body, GNRL_EA_DESCRIPTION: 'x'.repeat(1001) }],
    ['an unknown severity', { ...body, GNRL_EA_SEVERITY: 5 }],
    ['a parameter that is too long', { ...body, GNRL_EA_PARAM_9: 'x'.repeat(513) }],
  ])('are refused with %s', async (_what, wrong) => {
    expect(await codeOf(publish(wrong))).toBe(1192);
  });

  it('are not for readers', async () => {
    expect(await codeOf(publish(body, msp.client('reader')))).toBe(1184);
    expect(await codeOf(ask('SpamEvents.AddToExclusion', { pArraySpamEventIds: ['x'] }, msp.client('reader')))).toBe(
      1184,
    );
  });

  it('that are too many are listed for their own virtual server, and taken in again when they are excluded', async () => {
    const tenants = (await msp.call('GET', '/api/tenants')).body.items as { id: string; name: string }[];
    const device = await msp.enrol('printer', { tenantId: tenants.find(({ name }) => name === 'Acme')?.id });
    const { settings } = (await msp.call('GET', '/api/frequent-events-settings')).body;
    const rule = { ...settings, minimumEvents: 500, budgetPerDay: 1000 };
    expect((await msp.call('PUT', '/api/frequent-events-settings', { body: rule })).status).toBe(200);
    for (let batch = 0; batch < 5; batch += 1) {
      await device.sends(...Array.from({ length: 1000 }, () => ({ type: 'PAPER_JAM', severity: 2 as const })));
      await msp.administration.frequentEvents.idle();
    }
    const acme = msp.client('admin', { virtualServer: 'Acme' });
    const list = (await ask('SpamEvents.GetSpamList', {}, acme)).PxgRetVal;
    expect(list).toMatchObject([{ KLEVP_SPAM_EVENT_TYPE: 'PAPER_JAM', KLEVP_SPAM_EVENT_IS_EXCLUDED: false }]);
    expect(
      (await ask('SpamEvents.GetSpamList', {}, msp.client('admin', { virtualServer: 'Other' }))).PxgRetVal,
    ).toEqual([]);
    const pArraySpamEventIds = [list[0].KLEVP_SPAM_EVENT_ID];
    await ask('SpamEvents.AddToExclusion', { pArraySpamEventIds }, acme);
    expect((await ask('SpamEvents.GetSpamList', {}, acme)).PxgRetVal).toMatchObject([
      { KLEVP_SPAM_EVENT_IS_EXCLUDED: true },
    ]);
    await ask('SpamEvents.RemoveFromExclusion', { pArraySpamEventIds }, acme);
    await ask('SpamEvents.RemoveFromSpamList', { pArraySpamEventIds }, acme);
    expect((await ask('SpamEvents.GetSpamList', {}, acme)).PxgRetVal).toEqual([]);
  });
});
