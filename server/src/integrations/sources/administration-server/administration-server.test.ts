import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { SourceRefused, SourceUnavailable } from '../errors.ts';
import type { SourceEvent } from '../source.ts';
import { type FakeServer, startFakeServer } from './fake-server.testing.ts';
import { administrationServer } from './index.ts';

let server: FakeServer;
beforeAll(async () => {
  server = await startFakeServer();
});
beforeEach(() => {
  server.removeTenants();
  server.mainServer.devices = [];
  server.calls.length = 0;
  Object.assign(server.switches, {
    refusesEventFilter: false,
    right: server.access.password,
    isDown: false,
    losesNextResultSet: false,
  });
});
afterAll(() => server.close());

const tenantWithEvents = (count: number) => {
  const tenant = server.addTenant('Alder Joinery');
  tenant.events = Array.from({ length: count }, (_, at) => ({
    id: 100 + at * 2,
    type: 'GNRL_EV_VIRUS_FOUND',
    title: 'Found',
    severity: ([1, 2, 3, 4] as const)[at % 4] as 1 | 2 | 3 | 4,
    deviceId: 'd1',
    deviceName: 'WS-1',
    at: new Date(Date.now() - 60_000),
    threat: 'EICAR-Test-File',
  }));
  return tenant;
};
const read = async (after: number | null): Promise<SourceEvent[]> => {
  const source = administrationServer(server.access);
  const tenant = (await source.tenants()).find(({ name }) => name === 'Alder Joinery');
  if (!tenant) throw new Error('the tenant is missing');
  return source.inTenant(tenant, async (reading) => {
    const events: SourceEvent[] = [];
    for await (const page of reading.events(after, 1)) events.push(...page);
    return events;
  });
};

it('lists the virtual servers, and the server itself once it has devices', async () => {
  server.addTenant('Alder Joinery');
  const source = administrationServer(server.access);
  expect(await source.tenants()).toEqual([{ tenantId: '1', name: 'Alder Joinery', uid: 'VSRV1' }]);
  server.mainServer.devices = [{ id: 'm1', name: 'Own', statusId: 0, mask: 0, visible: true }];
  expect((await source.tenants()).map(({ tenantId }) => tenantId)).toEqual(['0', '1']);
  expect(server.openResultSets()).toBe(0);
});

it('reads devices of one tenant, with level, conditions and visibility', async () => {
  const tenant = server.addTenant('Alder Joinery');
  server.addTenant('Birchwood Dental').devices = [{ id: 'b1', name: 'B', statusId: 1, mask: 2, visible: true }];
  tenant.devices = [
    { id: 'd1', name: 'WS-1', statusId: 1, mask: (1 << 7) | (1 << 10) | (1 << 9), visible: true },
    { id: 'd2', name: 'WS-2', statusId: 0, mask: 0, visible: false },
  ];
  const source = administrationServer(server.access);
  const devices = await source.inTenant({ tenantId: '1', name: 'Alder Joinery', uid: null }, (reading) =>
    reading.devices(),
  );
  expect(devices).toMatchObject([
    {
      deviceId: 'd1',
      name: 'WS-1',
      level: 'critical',
      signals: ['databasesOutdated', 'license', 'activeThreats'],
      visible: true,
    },
    { deviceId: 'd2', level: 'ok', signals: [], visible: false },
  ]);
});

it.each([false, true])(
  'reads all events after the cursor in their order, Warning and worse (filter refused: %s)',
  async (refuses) => {
    tenantWithEvents(2_600);
    server.switches.refusesEventFilter = refuses;
    const wanted = (after: number) =>
      Array.from({ length: 2_600 }, (_, at) => at)
        .filter((at) => at % 4 !== 0 && 100 + at * 2 > after)
        .map((at) => 100 + at * 2);
    expect((await read(null)).map(({ eventId }) => eventId)).toEqual(wanted(0));
    for (const after of [99, 100, 101, 3_333, 5_297, 5_298, 9_999]) {
      expect((await read(after)).map(({ eventId }) => eventId)).toEqual(wanted(after));
    }
    expect(server.openResultSets()).toBe(0);
  },
);

it('does not read the whole store to find a few new events', async () => {
  tenantWithEvents(2_600);
  server.switches.refusesEventFilter = true;
  await read(5_290);
  expect(server.calls.filter(({ method }) => method === 'EventProcessing.GetRecordRange').length).toBeLessThan(16);
});

it('begins at the first contact with the events that can still become tickets', async () => {
  const tenant = tenantWithEvents(8);
  for (const event of tenant.events.slice(0, 4)) event.at = new Date(Date.now() - 3 * 86_400_000);
  expect((await read(null)).map(({ eventId }) => eventId)).toEqual([110, 112, 114]);
});

it('begins a result set anew when the server has dropped it', async () => {
  tenantWithEvents(8);
  server.switches.losesNextResultSet = true;
  expect(await read(50)).toHaveLength(6);
});

it('tells a refused login, another certificate and a server that is away apart', async () => {
  const reading = (access = server.access) => administrationServer(access).tenants();
  await expect(reading({ ...server.access, password: 'wrong' })).rejects.toMatchObject({
    code: 'source.login-refused',
  });
  await expect(reading({ ...server.access, certificateFingerprint: 'AB'.repeat(32) })).rejects.toMatchObject({
    code: 'source.certificate-mismatch',
  });
  await expect(reading({ ...server.access, password: 'wrong' })).rejects.toBeInstanceOf(SourceRefused);
  server.switches.isDown = true;
  await expect(reading()).rejects.toBeInstanceOf(SourceUnavailable);
});
