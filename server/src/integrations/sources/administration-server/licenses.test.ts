import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeServer, startFakeServer, UNIX, WINDOWS_SERVER } from './fake-server.testing.ts';
import { administrationServer } from './index.ts';
import { categoryOf, keyOf } from './licenses.ts';

describe('what a device is', () => {
  it.each([
    ['a plain workstation', { KLHST_WKS_CTYPE: 0x1003, KLHST_WKS_PTYPE: 2 }, 'windows-workstation'],
    ['a server as recorded', { KLHST_WKS_CTYPE: 36871, KLHST_WKS_PTYPE: 2 }, 'windows-server'],
    ['a domain controller', { KLHST_WKS_CTYPE: 0x1011, KLHST_WKS_PTYPE: 2 }, 'windows-server'],
    ['Linux by its type', { KLHST_WKS_CTYPE: 0x200800 }, 'non-windows'],
    ['Linux by its platform', { KLHST_WKS_PTYPE: 6 }, 'non-windows'],
    ['a server by its name alone', { KLHST_WKS_OS_NAME: 'Microsoft Windows Server 2019' }, 'windows-server'],
    ['macOS by its name alone', { KLHST_WKS_OS_NAME: 'macOS 15' }, 'non-windows'],
    ['numbers in quotation marks', { KLHST_WKS_CTYPE: '4099', KLHST_WKS_PTYPE: '2' }, 'windows-workstation'],
    ['nothing', {}, null],
  ])('is known of %s', (_, row, category) => {
    expect(categoryOf(row)).toBe(category);
  });
});

describe('a key', () => {
  const row = { KLLIC_SERIAL: 'K1', KLLIC_PROD_NAME: 'Endpoint', KLLIC_LIMIT_DATE: '2026-12-31T00:00:00Z' };
  it.each([
    ['a commercial one', { KLLIC_KEY_TYPE: 1 }, { kind: 'commercial', isStopped: false }],
    ['a trial', { KLLIC_KEY_TYPE: 3 }, { kind: 'trial' }],
    ['one of an unknown kind', { KLLIC_KEY_TYPE: 0 }, { kind: 'unknown' }],
    [
      'a subscription by its flag',
      { KLLIC_KEY_TYPE: 1, KLLIC_LICTYPE_IS_SUBSCRIPTION: true },
      { kind: 'subscription' },
    ],
    [
      'a subscription without an end',
      { KLLIC_KEY_TYPE: 6, KLLIC_SUBSCRINFO_ENDDATETYPE: 1 },
      { kind: 'subscription', expiresAt: null, isStopped: false },
    ],
    ['a paused subscription', { KLLIC_KEY_TYPE: 6, KLLIC_SUBSCRINFO_STATE: 1 }, { isStopped: true }],
    ['one that was cancelled and still works', { KLLIC_KEY_TYPE: 6, KLLIC_SUBSCRINFO_STATE: 2 }, { isStopped: false }],
    ['one that was cancelled for good', { KLLIC_KEY_TYPE: 6, KLLIC_SUBSCRINFO_STATE: 3 }, { isStopped: true }],
  ])('is read: %s', (_, more, key) => {
    expect(keyOf({ ...row, ...more })).toMatchObject({ serialNumber: 'K1', ...key });
  });
  it('without a serial number proves nothing', () => {
    expect(keyOf({ KLLIC_PROD_NAME: 'Endpoint' })).toBeNull();
  });
});

describe('the licences of a tenant', () => {
  let server: FakeServer;
  beforeAll(async () => {
    server = await startFakeServer();
  });
  beforeEach(() => server.removeTenants());
  afterAll(() => server.close());

  it('are read with the devices of this tenant that use them, and those that keep a key for later left out', async () => {
    const tenant = server.addTenant('Alder Joinery');
    const device = (id: string, computerType?: number) => ({
      id,
      name: `name of ${id}`,
      statusId: 0 as const,
      mask: 0,
      visible: true,
      ...(computerType === undefined ? {} : { computerType }),
    });
    tenant.devices = [device('d1'), device('d2', WINDOWS_SERVER), device('d3', UNIX)];
    tenant.keys = [
      {
        serial: 'K1',
        product: 'Endpoint',
        type: 1,
        expiresAt: new Date('2099-01-01T00:00:00Z'),
        // The key of the whole server is held by devices of other tenants too.
        holders: ['d1', 'd2', 'of-another-tenant'],
        next: ['d3'],
      },
    ];
    const source = administrationServer(server.access);
    const [found] = await source.tenants();
    if (!found) throw new Error('the tenant is missing');
    expect(await source.inTenant(found, (reading) => reading.licenses())).toMatchObject([
      {
        serialNumber: 'K1',
        kind: 'commercial',
        holders: [
          { deviceId: 'd1', deviceName: 'name of d1', category: 'windows-workstation' },
          { deviceId: 'd2', category: 'windows-server' },
        ],
      },
    ]);
    expect(server.openResultSets()).toBe(0);
  });
});
