import type { Incident } from '@gatehouse/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../platform/clock/index.ts';
import type { EventEngine } from '../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../testing/administration.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { openTestEventEngine } from '../testing/event-engine.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('incidents on devices', (place) => {
  let msp: TestAdministration;
  let numbers = 0;
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
  });
  afterAll(() => msp.stop());

  const aDevice = async () => {
    numbers += 1;
    const tenantId = (await msp.addTenant(`Tenant ${numbers}`)).id;
    const device = await msp.enrol(`device-${numbers}`, { tenantId });
    const list = async (query = '', bearer = 'admin') =>
      (await msp.call('GET', `/api/incidents?deviceId=${device.id}${query}`, { bearer })).body as {
        items: Incident[];
        next: string | null;
        total: number;
      };
    const note = async (title: string, words: object = {}, bearer = 'admin') =>
      (
        await msp.call('POST', `/api/devices/${device.id}/incidents`, {
          bearer,
          body: { title, severity: 'warning', ...words },
        })
      ).body as Incident;
    return { ...device, tenantId, list, note };
  };
  const process = (incidentIds: string[], processed = true, bearer = 'admin') =>
    msp.call('POST', '/api/incidents/processed', { bearer, body: { incidentIds, processed } });
  const hasReason = async (device: Awaited<ReturnType<typeof aDevice>>) => {
    await msp.settle();
    return (await device.shown()).reasons.some(
      ({ condition }: { condition: string }) => condition === 'unprocessedIncidents',
    );
  };

  it('an application tells of an incident by an event: once, however often the event is read', async () => {
    const laptop = await aDevice();
    await laptop.sends({
      type: 'GNRL_EV_APP_INCIDENT_OCCURED',
      severity: 4,
      description: 'Credentials were dumped\nProcess lsass.exe was read by tool.exe',
      product: { name: 'edr', version: '1' },
    });
    await msp.settle();
    await msp.settle();
    const { items, total } = await laptop.list();
    expect(total).toBe(1);
    expect(items).toMatchObject([
      {
        ...{ title: 'Credentials were dumped', severity: 'critical', createdByKind: 'application', createdBy: 'edr' },
        ...{ processed: false, tenantId: laptop.tenantId, deviceName: `device-${numbers}` },
      },
    ]);
    expect(items[0]?.description).toContain('lsass.exe');
    expect(items[0]?.eventId).toMatch(/^\d+$/);
    await laptop.sends({ type: 'GNRL_EV_APP_INCIDENT_OCCURED' });
    await msp.settle();
    expect((await laptop.list()).items[0]).toMatchObject({ title: 'Incident has occurred', severity: 'warning' });
  });

  it('what nobody has processed moves the status of its device; processed by somebody, it is over', async () => {
    const laptop = await aDevice();
    msp.advance(HOUR_MS);
    await laptop.reports({ hostname: 'laptop' });
    expect(await hasReason(laptop)).toBe(false);
    const [one, two] = [await laptop.note('One'), await laptop.note('Two', { severity: 'info' })];
    expect(await hasReason(laptop)).toBe(true);
    expect((await process([one.id, two.id], true, 'person:ann:technician')).body).toEqual({ changed: 2 });
    expect((await process([one.id])).body).toEqual({ changed: 0 });
    expect((await laptop.list('&processed=true')).items[0]).toMatchObject({ processedBy: 'ann', processed: true });
    expect(await hasReason(laptop)).toBe(false);
    expect((await process([two.id], false)).body).toEqual({ changed: 1 });
    expect(await hasReason(laptop)).toBe(true);
    expect((await msp.call('DELETE', `/api/incidents/${two.id}`)).status).toBe(200);
    expect(await hasReason(laptop)).toBe(false);
  });

  it('many are marked together or not at all, and only those of the own clients', async () => {
    const [laptop, foreign] = [await aDevice(), await aDevice()];
    const [mine, theirs] = [await laptop.note('Mine'), await foreign.note('Theirs')];
    const bearer = `tenant:${laptop.tenantId}`;
    const refused = await process([mine.id, theirs.id], true, bearer);
    expect([refused.status, refused.body.code]).toEqual([404, 'incident.not-found']);
    expect((await laptop.list('', bearer)).items).toMatchObject([{ processed: false }]);
    expect((await foreign.list('', bearer)).items).toEqual([]);
    expect((await msp.call('GET', `/api/incidents/${theirs.id}`, { bearer })).status).toBe(404);
    expect(((await foreign.note('No', {}, bearer)) as unknown as { code: string }).code).toBe('device.not-found');
    const reader = await process([mine.id], true, 'person:eve:read-only');
    expect(reader.status).toBe(403);
  });

  it('is corrected and commented on, and who did what stays to be seen', async () => {
    const laptop = await aDevice();
    const { id, number } = await laptop.note('Lost phone', { description: 'on the train' });
    const changed = await msp.call('PATCH', `/api/incidents/${id}`, {
      body: { severity: 'critical', title: 'Stolen phone' },
    });
    expect(changed.body).toMatchObject({
      number,
      title: 'Stolen phone',
      description: 'on the train',
      severity: 'critical',
    });
    for (const text of ['Called the carrier', 'Wiped']) {
      msp.advance(60_000);
      const bearer = 'person:ann:technician';
      expect((await msp.call('POST', `/api/incidents/${id}/comments`, { bearer, body: { text } })).status).toBe(200);
    }
    const shown = (await msp.call('GET', `/api/incidents/${id}`)).body;
    expect(shown.comments.map(({ by, text }: { by: string; text: string }) => `${by}: ${text}`)).toEqual([
      'ann: Called the carrier',
      'ann: Wiped',
    ]);
    expect(shown.incident.comments).toBe(2);
    const lines = msp.web.audited.filter(({ tenantId }) => tenantId === laptop.tenantId).map(({ action }) => action);
    expect(lines.filter((action) => action.startsWith('incident.'))).toEqual([
      'incident.added',
      'incident.changed',
      'incident.commented',
      'incident.commented',
    ]);
    expect(
      (await msp.call('POST', `/api/incidents/${id}/comments`, { body: { text: ' ' } })).body.issues,
    ).toMatchObject([{ where: 'body.text', what: 'Type a comment' }]);
  });

  it('is listed newest first, page by page, by severity, state, time and words', async () => {
    const laptop = await aDevice();
    for (const [title, severity] of [
      ['First 100% sure', 'info'],
      ['Second', 'warning'],
      ['Third', 'critical'],
    ] as const) {
      msp.advance(1000);
      await laptop.note(title, { severity });
    }
    const titles = async (query: string) => (await laptop.list(query)).items.map(({ title }) => title);
    expect(await titles('')).toEqual(['Third', 'Second', 'First 100% sure']);
    const page = await laptop.list('&limit=2');
    expect([page.items.length, page.total]).toEqual([2, 3]);
    expect(await titles(`&limit=2&after=${page.next}`)).toEqual(['First 100% sure']);
    expect(await titles('&severity=info&severity=critical')).toEqual(['Third', 'First 100% sure']);
    expect(await titles('&text=100%25')).toEqual(['First 100% sure']);
    expect(await titles('&text=1_0')).toEqual([]);
    expect(await titles(`&to=${new Date(msp.clock().getTime() - DAY_MS).toISOString()}`)).toEqual([]);
    const broken = await msp.call('GET', '/api/incidents?after=here');
    expect(broken.body.issues).toMatchObject([{ where: 'query.after' }]);
  });

  it('goes with its device', async () => {
    const laptop = await aDevice();
    const { id } = await laptop.note('Gone');
    expect((await msp.call('DELETE', `/api/devices/${laptop.id}`)).status).toBe(200);
    expect((await msp.call('GET', `/api/incidents/${id}`)).status).toBe(404);
  });
});
