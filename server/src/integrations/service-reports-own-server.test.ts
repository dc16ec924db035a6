import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventEngine } from '../platform/event-engine/index.ts';
import { PASSWORD, startAdministration, type TestAdministration } from '../testing/administration.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { openTestEventEngine } from '../testing/event-engine.ts';
import { type Msp, startMsp } from './msp.testing.ts';

const SERIAL = 'GHEP-000000-00000088';

let events: EventEngine;
beforeAll(async () => {
  events = await openTestEventEngine();
});

describeOnBothEngines('reports on what our own Administration Server tells over the Open API', (engine) => {
  let msp: Msp;
  let server: TestAdministration;
  beforeAll(async () => {
    server = await startAdministration({ database: await engine.open(), engine: events });
    msp = await startMsp(await engine.open());
    await msp.reset({ mapped: false });
  });
  afterAll(async () => {
    await msp.stop();
    await server.stop();
  });

  test('a key of two clients is counted for each of them and for both together', async () => {
    const [alder, birch] = [await server.addTenant('Alder Joinery'), await server.addTenant('Birchwood Dental')];
    const added = await server.call('POST', '/api/licenses', {
      body: {
        serialNumber: SERIAL,
        productName: 'Gatehouse endpoint',
        kind: 'commercial',
        deviceLimit: 3,
        createdAt: '2026-01-01T00:00:00Z',
        expiresAt: '2099-01-01T00:00:00Z',
        sharing: { with: 'some', tenantIds: [alder.id, birch.id] },
      },
    });
    expect(added.status).toBe(200);
    const licenses = [{ serialNumber: SERIAL, isActive: true, installedAt: '2026-02-03T04:05:06Z' }];
    for (const [tenant, hostname] of [
      [alder, 'pc-1'],
      [alder, 'pc-2'],
      [birch, 'pc-3'],
    ] as const) {
      const device = await server.enrol(hostname, { tenantId: tenant.id });
      expect((await device.reports({ hostname, licenses })).status).toBe(200);
    }
    await server.settle();
    const source = await msp.must('POST', '/api/sources', {
      name: 'Own server',
      url: server.openApiUrl,
      user: 'admin',
      password: PASSWORD,
      certificateFingerprint: new X509Certificate(server.cert).fingerprint256,
    });
    await msp.poll();
    const at = `/api/integrations/${msp.integrationId}/mappings`;
    const { items } = await msp.must('GET', at);
    const tenant = items.find(
      (each: { sourceId: string; sourceTenantName: string }) =>
        each.sourceId === source.id && each.sourceTenantName === 'Alder Joinery',
    );
    await msp.must('PUT', `${at}/${source.id}/${tenant.sourceTenantId}`, { accountId: '175' });
    await msp.poll();
    await msp.report();

    expect((await msp.must('GET', '/api/service-reports?days=7')).items).toMatchObject([
      { sourceTenantName: 'Alder Joinery', managedDevices: 2, problemDevices: expect.any(Number), problem: null },
    ]);
    expect((await msp.must('GET', '/api/license-reports')).items).toMatchObject([
      { licenseId: SERIAL, clientDevices: 2, totalDevices: 3, limit: 3, isOver90Percent: true, isExceeded: false },
    ]);
    await expect
      .poll(() => msp.psa.sandbox.controls.rows('ConfigurationItems').map(({ values }) => values['companyID']), {
        timeout: 20_000,
        interval: 100,
      })
      .toEqual([175, 175, 175]);
  });
});
