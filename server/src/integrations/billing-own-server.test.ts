import { X509Certificate } from 'node:crypto';
import type { Adjustment } from '@gatehouse/contract';
import { fixtureIds } from '@gatehouse/sandboxes/autotask';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventEngine } from '../platform/event-engine/index.ts';
import { PASSWORD, startAdministration, type TestAdministration } from '../testing/administration.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { openTestEventEngine } from '../testing/event-engine.ts';
import { type Msp, startMsp } from './msp.testing.ts';

const PRODUCT = 'Gatehouse endpoint';
const SERIAL = 'GHEP-000000-00000077';
const { workstationService, serverService, otherDeviceService, runningContract } = fixtureIds;

let events: EventEngine;
beforeAll(async () => {
  events = await openTestEventEngine();
});

describeOnBothEngines('billing what our own Administration Server tells over the Open API', (engine) => {
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

  test('100 devices, 90 of them workstations, become 90 and 10 units of two services', {
    timeout: 180_000,
  }, async () => {
    const client = await server.addTenant('Alder Joinery');
    const added = await server.call('POST', '/api/licenses', {
      body: {
        serialNumber: SERIAL,
        productName: PRODUCT,
        kind: 'commercial',
        deviceLimit: 200,
        createdAt: '2026-01-01T00:00:00Z',
        expiresAt: '2099-01-01T00:00:00Z',
        tenantId: client.id,
      },
    });
    expect(added.status).toBe(200);
    const licenses = [{ serialNumber: SERIAL, isActive: true, installedAt: '2026-02-03T04:05:06Z' }];
    for (let at = 0; at < 100; at++) {
      const isServer = at >= 90;
      const hostname = `${isServer ? 'srv' : 'pc'}-${at}`;
      const device = await server.enrol(hostname, { tenantId: client.id });
      const os = {
        family: 'windows' as const,
        name: isServer ? 'Windows Server 2022' : 'Windows 11',
        version: '10',
        arch: 'x64',
        isServer,
      };
      const told = await device.reports({ hostname, os, licenses });
      expect(told.status).toBe(200);
    }
    await server.settle();

    const source = await msp.must('POST', '/api/sources', {
      name: 'Own server',
      url: server.openApiUrl,
      user: 'admin',
      password: PASSWORD,
      certificateFingerprint: new X509Certificate(server.cert).fingerprint256,
    });
    const at = (path: string) => `/api/integrations/${msp.integrationId}/${path}`;
    const { items } = await msp.must('GET', at('mappings'));
    const tenant = items.find(({ sourceId }: { sourceId: string }) => sourceId === source.id);
    await msp.must('PUT', at('mappings'), {
      changes: [
        {
          sourceId: source.id,
          sourceTenantId: tenant.sourceTenantId,
          accountId: '175',
          billing: { enabled: true, contractId: String(runningContract) },
        },
      ],
    });
    await msp.must('POST', at('services/reading'));
    await expect
      .poll(async () => (await msp.must('GET', at('services'))).applications, { timeout: 20_000, interval: 100 })
      .toMatchObject([
        {
          application: PRODUCT,
          devices: { 'windows-workstation': 90, 'windows-server': 10, 'non-windows': 0, unknown: 0, total: 100 },
          notBilled: 100,
        },
      ]);
    await msp.must('PUT', at('services'), {
      byCategory: true,
      applications: [
        {
          application: PRODUCT,
          services: {
            all: null,
            'windows-workstation': String(workstationService),
            'windows-server': String(serverService),
            'non-windows': String(otherDeviceService),
          },
        },
      ],
    });
    await msp.must('POST', at('billing/runs'), {});
    const journal = async (): Promise<Adjustment[]> => (await msp.must('GET', '/api/billing/adjustments')).items;
    await expect.poll(async () => (await journal()).length, { timeout: 20_000, interval: 100 }).toBe(2);
    await msp.must('POST', '/api/billing/decisions', { approve: (await journal()).map(({ id }) => id) });
    await expect
      .poll(async () => (await journal()).map(({ state, change }) => `${state} ${change}`).sort(), {
        timeout: 20_000,
        interval: 100,
      })
      .toEqual(['confirmed 10', 'confirmed 90']);
    const sent = msp.psa.sandbox.controls.state().rows['ContractServiceAdjustments'] ?? [];
    expect(sent.map(({ values }) => [values['serviceID'], values['unitChange']]).sort()).toEqual([
      [workstationService, 90],
      [serverService, 10],
    ]);
    const problem = (await msp.must('GET', '/api/sources')).items.find(({ id }: { id: string }) => id === source.id);
    expect(problem.problem).toBeNull();
  });
});
