import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventEngine } from '../platform/event-engine/index.ts';
import { startAdministration, type TestAdministration } from '../testing/administration.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { openTestEventEngine } from '../testing/event-engine.ts';

let engine: EventEngine;
beforeAll(async () => {
  engine = await openTestEventEngine();
});

describeOnBothEngines('reports of the console', (place) => {
  let msp: TestAdministration;
  const tenants: { id: string; name: string }[] = [];
  let branch: number;
  beforeAll(async () => {
    msp = await startAdministration({ database: await place.open(), engine });
    for (const name of ['Alder', 'Birch']) tenants.push(await msp.addTenant(name));
    const [alder, birch] = tenants;
    const managed = (await msp.administration.groupsOf(alder?.id ?? '').fixed('managed')).id;
    const path = `/api/tenants/${alder?.id}/groups`;
    branch = (await msp.call('POST', path, { body: { name: 'Branch', parentId: managed } })).body.id;
    const found = { type: 'GNRL_EV_VIRUS_FOUND', severity: 4 as const, params: { 2: '/tmp/x', 5: 'EICAR-Test-File' } };
    await (await msp.enrol('alder-1', { tenantId: alder?.id })).sends(found);
    await (await msp.enrol('alder-2', { tenantId: alder?.id, groupId: branch })).sends(found);
    await (await msp.enrol('birch-1', { tenantId: birch?.id })).sends(found);
    await msp.settle();
  });
  afterAll(() => msp.stop());

  const devicesIn = async (query: string, type = 'protection-status', bearer = 'admin') => {
    const answer = await msp.call('GET', `/api/reports/${type}${query}`, { bearer });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    const at = answer.body.columns.findIndex(({ title }: { title: string }) => title === 'Device');
    return answer.body.rows.map((row: unknown[]) => row[at]);
  };

  it('lists the kinds of report that the caller may run', async () => {
    const { body } = await msp.call('GET', '/api/reports/types');
    expect(body.items).toHaveLength(6);
    expect(body.items[0]).toMatchObject({ id: 'protection-status', takesPeriod: false, takesGroups: true });
  });

  it.each(['protection-status', 'threats', 'hardware'])(
    '%s is over all clients, chosen ones, or groups',
    async (type) => {
      const [alder, birch] = tenants;
      expect(await devicesIn('', type)).toEqual(['alder-1', 'alder-2', 'birch-1']);
      expect(await devicesIn(`?tenantId=${birch?.id}`, type)).toEqual(['birch-1']);
      expect(await devicesIn(`?groupId=${branch}`, type)).toEqual(['alder-2']);
      expect(await devicesIn(`?tenantId=${alder?.id}&groupId=${branch}`, type)).toEqual(['alder-2']);
    },
  );

  it('shows a caller of one client nothing of another, and 404 for what is not theirs', async () => {
    const [alder, birch] = tenants;
    const bearer = `tenant:${birch?.id}`;
    expect(await devicesIn('', 'threats', bearer)).toEqual(['birch-1']);
    for (const query of [`tenantId=${alder?.id}`, `groupId=${branch}`, 'groupId=999999']) {
      expect((await msp.call('GET', `/api/reports/hardware?${query}`, { bearer })).status).toBe(404);
    }
    expect((await msp.call('GET', `/api/reports/hardware?tenantId=${birch?.id}&groupId=${branch}`)).status).toBe(404);
  });

  it('is about its period, and refuses one that ends before it begins', async () => {
    expect(await devicesIn('?to=2020-01-01T00:00:00Z', 'threats')).toEqual([]);
    const refused = await msp.call('GET', '/api/reports/threats?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z');
    expect([refused.status, refused.body.code]).toEqual([400, 'reports.empty-period']);
    const grouped = await msp.call('GET', `/api/reports/license-usage?groupId=${branch}`);
    expect([grouped.status, grouped.body.code]).toEqual([400, 'reports.no-groups']);
  });

  it('says when there are more rows than were asked for', async () => {
    const { body } = await msp.call('GET', '/api/reports/protection-status?rows=2');
    expect([body.rows.length, body.isCut]).toEqual([2, true]);
    expect((await msp.call('GET', '/api/reports/protection-status?rows=3')).body.isCut).toBe(false);
  });

  it('shows licence keys with their use, to a caller of one client only those that it may use', async () => {
    const [alder, birch] = tenants;
    for (const [serialNumber, tenantId] of [
      ['1111-111111-11111111', alder?.id],
      ['2222-222222-22222222', birch?.id],
    ]) {
      const made = await msp.call('POST', '/api/licenses', {
        body: {
          serialNumber,
          productName: 'Guard',
          kind: 'commercial',
          tenantId,
          deviceLimit: 10,
          createdAt: '2026-01-01T00:00:00Z',
          expiresAt: '2099-01-01T00:00:00Z',
        },
      });
      expect(made.status, JSON.stringify(made.body)).toBeLessThan(300);
    }
    const keys = async (bearer: string) =>
      (await msp.call('GET', '/api/reports/license-usage', { bearer })).body.rows.map((row: unknown[]) => row[0]);
    expect((await keys('admin')).toSorted()).toEqual(['1111-111111-11111111', '2222-222222-22222222']);
    expect(await keys(`tenant:${birch?.id}`)).toEqual(['2222-222222-22222222']);
  });

  it('comes as a file with its name and type', async () => {
    const bearer = { authorization: 'Bearer admin' };
    const answer = await fetch(`${msp.web.url}/api/reports/threats/file?format=csv`, { headers: bearer });
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toMatch(/filename="threats-[0-9TZ-]+\.csv"/);
    expect((await answer.text()).trim().split('\r\n')).toHaveLength(4);
    expect((await msp.call('GET', '/api/reports/threats/file?format=docx')).status).toBe(400);
  });
});
