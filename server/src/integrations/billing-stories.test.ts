import type { Adjustment, BillingRun } from '@gatehouse/contract';
import { fixtureIds } from '@gatehouse/sandboxes/autotask';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../platform/db/index.ts';
import { describeOnBothEngines } from '../testing/engines.ts';
import { type Msp, startMsp } from './msp.testing.ts';
import {
  type FakeDevice,
  type FakeKey,
  UNIX,
  WINDOWS_SERVER,
} from './sources/administration-server/fake-server.testing.ts';

const ADVANCED = 'Kaspersky Endpoint Security for Business - Advanced';
const DAY_MS = 86_400_000;
const { workstationService, serverService, otherDeviceService, inactiveService, runningContract } = fixtureIds;
const inAYear = () => new Date(Date.now() + 365 * DAY_MS);

const devices = (count: number, more: Partial<FakeDevice> = {}, from = 0): FakeDevice[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `host-${from + at}`,
    name: `pc-${String(from + at).padStart(3, '0')}`,
    statusId: 0 as const,
    mask: 0,
    visible: true,
    ...more,
  }));
const key = (holders: FakeDevice[], more: Partial<FakeKey> = {}): FakeKey => ({
  serial: 'AAAA-000000-00000001',
  product: `${ADVANCED} European Edition. 100-149 Node 1 year Base License`,
  type: 1,
  expiresAt: inAYear(),
  holders: holders.map(({ id }) => id),
  ...more,
});

describeOnBothEngines('billing', (engine) => {
  let db: Database;
  let msp: Msp;
  let tenant: Awaited<ReturnType<Msp['reset']>>;
  beforeAll(async () => {
    db = await engine.open();
    msp = await startMsp(db);
  });
  afterAll(() => msp.stop());

  const at = (path: string) => `/api/integrations/${msp.integrationId}/${path}`;
  const bills = (contractId: number | null = runningContract) =>
    msp.must('PUT', at('mappings'), {
      changes: [
        {
          sourceId: msp.sourceId,
          sourceTenantId: '1',
          accountId: '175',
          billing: { enabled: true, contractId: contractId === null ? null : String(contractId) },
        },
      ],
    });
  const one = {
    all: String(workstationService),
    'windows-workstation': null,
    'windows-server': null,
    'non-windows': null,
  };
  const three = {
    all: null,
    'windows-workstation': String(workstationService),
    'windows-server': String(serverService),
    'non-windows': String(otherDeviceService),
  };
  const services = (chosen: typeof one | typeof three = one, byCategory = false) =>
    msp.must('PUT', at('services'), { byCategory, applications: [{ application: ADVANCED, services: chosen }] });
  const settings = async (change: object) => {
    const { settings: now } = await msp.must('GET', at('billing/settings'));
    await msp.must('PUT', at('billing/settings'), { ...now, ...change });
  };
  const journal = async (): Promise<Adjustment[]> =>
    (await msp.must('GET', '/api/billing/adjustments?limit=200')).items;
  const inState = async (state: string) => (await journal()).filter((line) => line.state === state);
  const runs = async (): Promise<BillingRun[]> => (await msp.must('GET', '/api/billing/runs')).items;
  const ended = (id: string) =>
    expect
      .poll(async () => (await runs()).find((run) => run.id === id)?.endedAt ?? null, { timeout: 15_000, interval: 50 })
      .not.toBeNull();
  const run = async (body: object = {}) => {
    const { id } = await msp.must('POST', at('billing/runs'), body);
    await ended(id);
    const [account] = (await msp.must('GET', `/api/billing/runs/${id}/accounts`)).items;
    return account;
  };
  const settled = () =>
    expect
      .poll(async () => (await journal()).filter(({ state }) => ['planned', 'sent', 'unknown'].includes(state)), {
        timeout: 15_000,
        interval: 50,
      })
      .toEqual([]);
  const approveAll = async () => {
    const approve = (await inState('waiting')).map(({ id }) => id);
    await msp.must('POST', '/api/billing/decisions', { approve });
    await settled();
  };
  /** Units of a service on the running contract today, as the PSA has them. */
  const unitsOf = (service: number, contract = runningContract): number => {
    const today = new Date().toISOString().slice(0, 10);
    const rows = msp.psa.sandbox.controls.state().rows['ContractServiceUnits'] ?? [];
    const row = rows.find(
      ({ values }) =>
        values['contractID'] === contract &&
        values['serviceID'] === service &&
        String(values['startDate']).slice(0, 10) <= today &&
        String(values['endDate']).slice(0, 10) >= today,
    );
    return Number(row?.values['units'] ?? 0);
  };
  const adjustments = () =>
    (msp.psa.sandbox.controls.state().rows['ContractServiceAdjustments'] ?? []).map(({ values }) => [
      values['serviceID'],
      values['unitChange'],
    ]);
  const holding = (count: number) => {
    tenant.devices = devices(count);
    tenant.keys = [key(tenant.devices)];
  };
  /** Billed for so many devices, with the first approval given. */
  const billedFor = async (count: number) => {
    holding(count);
    await bills();
    await services();
    await run();
    await approveAll();
    expect(unitsOf(workstationService)).toBe(count);
  };

  beforeEach(async () => {
    tenant = await msp.reset();
  });

  test('90 workstations and 10 servers of one application are billed to their two services', async () => {
    const servers = devices(10, { computerType: WINDOWS_SERVER }, 90);
    tenant.devices = [...devices(90), ...servers];
    tenant.keys = [key(tenant.devices)];
    await bills();
    await services(three, true);
    expect(await run()).toMatchObject({ state: 'changed', devices: 100, notBilled: 0 });
    expect(adjustments()).toEqual([]);
    const waiting = await inState('waiting');
    expect(waiting.map(({ serviceId, had, wanted }) => [Number(serviceId), had, wanted]).sort()).toEqual([
      [workstationService, 0, 90],
      [serverService, 0, 10],
    ]);
    expect(waiting[0]?.asks).toBe('It is the first change of this contract');

    const evidence = await msp.must(
      'GET',
      `/api/billing/adjustments/${waiting.find(({ wanted }) => wanted === 10)?.id}/evidence`,
    );
    expect(evidence.devices).toHaveLength(10);
    expect(evidence.devices[0]).toEqual({
      deviceId: 'host-90',
      deviceName: 'pc-090',
      application: ADVANCED,
      serialNumber: 'AAAA-000000-00000001',
      category: 'windows-server',
    });

    await approveAll();
    expect(adjustments().sort()).toEqual([
      [workstationService, 90],
      [serverService, 10],
    ]);
    expect([unitsOf(workstationService), unitsOf(serverService)]).toEqual([90, 10]);
    expect((await inState('confirmed')).map(({ decidedBy }) => decidedBy)).toEqual(['ann', 'ann']);
    expect(msp.audited().map(({ action }) => action)).toContain('billing.decided');
  });

  test('a change of one device is one adjustment, and the same number again is none', async () => {
    await billedFor(20);
    expect(await run()).toMatchObject({ state: 'unchanged', devices: 20 });
    holding(21);
    expect(await run()).toMatchObject({ state: 'changed' });
    await settled();
    holding(20);
    await run();
    await settled();
    expect(adjustments()).toEqual([
      [workstationService, 20],
      [workstationService, 1],
      [workstationService, -1],
    ]);
    expect(unitsOf(workstationService)).toBe(20);
  });

  test('only the active, unexpired commercial keys and subscriptions of a device count, and each device once', async () => {
    tenant.devices = [...devices(6), ...devices(1, { computerType: UNIX }, 6)];
    const [a, b, c, d, e, f, g] = tenant.devices as [
      FakeDevice,
      FakeDevice,
      FakeDevice,
      FakeDevice,
      FakeDevice,
      FakeDevice,
      FakeDevice,
    ];
    tenant.keys = [
      key([a, b, g]),
      key([b, c], { serial: 'AAAA-000000-00000002', type: 6, expiresAt: null }),
      key([d], { serial: 'AAAA-000000-00000003', type: 3 }),
      key([e], { serial: 'AAAA-000000-00000004', expiresAt: new Date(Date.now() - DAY_MS) }),
      key([], { serial: 'AAAA-000000-00000005', next: [f.id] }),
    ];
    await bills();
    await services();
    expect(await run()).toMatchObject({ devices: 4 });
    const [line] = await inState('waiting');
    const { devices: proof } = await msp.must('GET', `/api/billing/adjustments/${line?.id}/evidence`);
    expect(proof.map(({ deviceId }: { deviceId: string }) => deviceId)).toEqual([a.id, b.id, c.id, g.id]);
    const map = await msp.must('GET', at('services'));
    expect(map.applications).toMatchObject([
      { application: ADVANCED, devices: { total: 4, 'windows-workstation': 3, 'non-windows': 1 }, otherDevices: 2 },
    ]);
  });

  test('a key that expires takes its devices off the bill, but never the last one without a person', async () => {
    await billedFor(3);
    tenant.keys[0] = key(tenant.devices, { expiresAt: new Date(Date.now() - 60_000) });
    await run();
    expect(await inState('waiting')).toMatchObject([{ had: 3, wanted: 0 }]);
    expect(unitsOf(workstationService)).toBe(3);
    await approveAll();
    expect(unitsOf(workstationService)).toBe(0);
  });

  test('a server that cannot be read changes nothing on any bill', async () => {
    await billedFor(12);
    msp.server.switches.isDown = true;
    const { id } = await msp.must('POST', at('billing/runs'), {});
    await expect
      .poll(async () => (await msp.must('GET', `/api/billing/runs/${id}/accounts`)).items[0].explanation, {
        timeout: 15_000,
      })
      .toContain('nothing is known just now');
    expect(adjustments()).toEqual([[workstationService, 12]]);
    msp.server.switches.isDown = false;
    holding(13);
    await ended(id);
    await settled();
    expect(unitsOf(workstationService)).toBe(13);
  });

  test('an expired contract is not written to, and the clerk is told', async () => {
    holding(5);
    await bills();
    await services();
    await db.executeSql('update integrations.mapping set contract_id = $1', [String(fixtureIds.expiredContract)]);
    expect(await run()).toMatchObject({
      state: 'held',
      explanation: expect.stringContaining('The contract expired on'),
    });
    expect(adjustments()).toEqual([]);
    const { problems } = await msp.must('GET', '/api/billing/overview');
    expect(problems).toMatchObject([{ message: expect.stringContaining('expired') }]);
    // Who looks at the mapping sees it without asking the PSA.
    const { items } = await msp.must('GET', `/api/integrations/${msp.integrationId}/mappings`);
    expect(items).toMatchObject([{ billing: { contract: { expired: true } } }]);
  });

  test('an answer that is lost after the PSA stored the change makes no second one', async () => {
    await billedFor(10);
    msp.psa.sandbox.controls.addFault({ method: 'POST', path: '/ContractServiceAdjustments', mode: 'store-then-drop' });
    holding(12);
    await run();
    await settled();
    expect(adjustments()).toEqual([
      [workstationService, 10],
      [workstationService, 2],
    ]);
    expect(unitsOf(workstationService)).toBe(12);
    const [line] = await journal();
    const { steps } = await msp.must('GET', `/api/billing/adjustments/${line?.id}/evidence`);
    expect(steps.map(({ state }: { state: string }) => state)).toEqual(['planned', 'sent', 'unknown', 'confirmed']);
  });

  test.each([
    ['a connection that ends before it is stored', { mode: 'drop-before-store' as const }],
    ['a fault of the PSA', { status: 500 }],
    [
      'a PSA that is too busy',
      { status: 429, body: { errors: ['The thread threshold of 3 threads has been exceeded'] } },
    ],
  ])('%s delays the change and makes exactly one', async (_, fault) => {
    await billedFor(10);
    msp.psa.sandbox.controls.addFault({ method: 'POST', path: '/ContractServiceAdjustments', count: 2, ...fault });
    holding(11);
    const { id } = await msp.must('POST', at('billing/runs'), {});
    await ended(id);
    await settled();
    expect(adjustments()).toEqual([
      [workstationService, 10],
      [workstationService, 1],
    ]);
  });

  test('a change that the PSA does not take is counted by the health of its connection until it is written', async () => {
    const queue = async () => {
      const { items } = await msp.must('GET', '/api/integrations/health');
      return items.find(({ kind }: { kind: string }) => kind === 'integration').queue;
    };
    await billedFor(10);
    expect(await queue()).toEqual({ waiting: 0, oldestAt: null });
    msp.psa.sandbox.controls.addFault({ path: '/ContractServiceAdjustments', count: 1_000, status: 500 });
    holding(11);
    await msp.must('POST', at('billing/runs'), {});
    await expect.poll(queue, { timeout: 15_000 }).toEqual({ waiting: 1, oldestAt: expect.any(String) });
    msp.psa.sandbox.controls.clearFaults();
    await settled();
    expect(await queue()).toEqual({ waiting: 0, oldestAt: null });
  });

  test('what somebody else changed in the contract meanwhile is not overwritten: the change is worked out anew', async () => {
    await billedFor(10);
    await settings({ approval: 'always' });
    holding(12);
    await run();
    msp.psa.sandbox.controls.createRow('ContractServiceAdjustments', {
      contractID: runningContract,
      serviceID: workstationService,
      unitChange: 1,
      effectiveDate: new Date().toISOString(),
    });
    await approveAll();
    expect(await inState('superseded')).toMatchObject([{ had: 10, wanted: 12 }]);
    expect(unitsOf(workstationService)).toBe(11);
    await run();
    expect(await inState('waiting')).toMatchObject([{ had: 11, wanted: 12 }]);
  });

  test('a change beyond the limits waits, one within them does not', async () => {
    await billedFor(10);
    await settings({ largestChangePercent: 20, alwaysAllowedDevices: 1 });
    holding(12);
    await run();
    await settled();
    expect(unitsOf(workstationService)).toBe(12);
    holding(16);
    expect(await run()).toMatchObject({ explanation: expect.stringContaining('1 change waits for approval') });
    expect(await inState('waiting')).toMatchObject([{ had: 12, wanted: 16, asks: expect.stringContaining('33 %') }]);
    expect(unitsOf(workstationService)).toBe(12);
  });

  test('a rejected change is not proposed again until the number is another, or the rejection is taken back', async () => {
    await billedFor(10);
    await settings({ approval: 'always' });
    holding(12);
    await run();
    const [line] = await inState('waiting');
    const refused = await msp.call('POST', '/api/billing/decisions', { reject: [line?.id] });
    expect(refused).toMatchObject({ status: 400, body: { issues: [{ where: 'body.reason' }] } });
    await msp.must('POST', '/api/billing/decisions', { reject: [line?.id], reason: 'Loaned for a week' });
    expect(await run()).toMatchObject({ state: 'held', explanation: expect.stringContaining('Loaned for a week') });
    expect(await inState('waiting')).toEqual([]);
    await msp.must('POST', `/api/billing/adjustments/${line?.id}/reopening`);
    expect(await inState('waiting')).toMatchObject([{ id: line?.id }]);
    await msp.must('POST', '/api/billing/decisions', { reject: [line?.id], reason: 'Still loaned' });
    holding(13);
    await run();
    expect(await inState('waiting')).toMatchObject([{ had: 10, wanted: 13 }]);
  });

  test('what waits and is decided by two people at once is decided once', async () => {
    holding(4);
    await bills();
    await services();
    await run();
    const approve = (await inState('waiting')).map(({ id }) => id);
    const answers = await Promise.all([
      msp.call('POST', '/api/billing/decisions', { approve }),
      msp.call('POST', '/api/billing/decisions', { approve }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('billing.line-changed');
    await settled();
    expect(adjustments()).toEqual([[workstationService, 4]]);
  });

  test('runs at once, and a process that is killed in the middle, write every change once', async () => {
    await billedFor(10);
    holding(12);
    const started = await Promise.all([
      msp.must('POST', at('billing/runs'), {}),
      msp.must('POST', at('billing/runs'), {}),
      msp.must('POST', at('billing/runs'), {}),
    ]);
    for (const { id } of started) await ended(id);
    await settled();
    expect(unitsOf(workstationService)).toBe(12);

    // As a kill leaves it: sent, and nobody heard the answer.
    msp.psa.sandbox.controls.addFault({ method: 'POST', path: '/ContractServiceAdjustments', mode: 'store-then-drop' });
    holding(14);
    await run();
    await msp.restart();
    await settled();
    expect(adjustments().map(([, change]) => change)).toEqual([10, 2, 2]);
    expect(unitsOf(workstationService)).toBe(14);
  });

  test('whatever fails on the way, every change is written once and the contract ends at the number of devices', {
    timeout: 180_000,
  }, async () => {
    await billedFor(10);
    await settings({ largestChangePercent: 1000 });
    const faults = [
      { mode: 'store-then-drop' as const },
      { mode: 'drop-before-store' as const },
      { status: 500 },
      { status: 503, body: 'Service Unavailable' },
      { status: 429, body: { errors: ['The thread threshold of 3 threads has been exceeded'] } },
    ];
    // A chance that is the same in every run of this test.
    let chance = 7;
    const next = (below: number): number => {
      chance = (chance * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((chance / 2_147_483_648) * below);
    };
    let count = 10;
    for (let round = 0; round < 12; round++) {
      count = Math.max(1, count + next(9) - 4);
      holding(count);
      const path = ['/ContractServiceAdjustments', '/ContractServiceUnits/query', '/Contracts/*'][next(3)] ?? '/*';
      const fault = faults[next(faults.length)];
      if (path === '/ContractServiceAdjustments' || fault?.mode === undefined) {
        msp.psa.sandbox.controls.addFault({ path, count: 1 + next(2), ...fault });
      }
      const { id } = await msp.must('POST', at('billing/runs'), {});
      if (round % 5 === 4) await msp.restart();
      await expect
        .poll(
          async () => {
            await msp.bill();
            return (await runs()).find((each) => each.id === id)?.endedAt ?? null;
          },
          { timeout: 20_000, interval: 100 },
        )
        .not.toBeNull();
      await settled();
      msp.psa.sandbox.controls.clearFaults();
      expect([round, unitsOf(workstationService)]).toEqual([round, count]);
    }
    const written = adjustments().map(([, change]) => Number(change));
    expect(written.reduce((sum, change) => sum + change, 0)).toBe(count);
    const confirmed = (await inState('confirmed')).map(({ change }) => change);
    expect(written.toReversed()).toEqual(confirmed);
  });

  test('changes that wait for a contract that was exchanged, or for an account that is billed no longer, go away', async () => {
    holding(4);
    await bills();
    await services();
    await run();
    expect(await inState('waiting')).toHaveLength(1);
    await db.executeSql('update integrations.mapping set billing_enabled = false');
    await msp.bill();
    await expect.poll(async () => (await inState('waiting')).length, { timeout: 10_000 }).toBe(0);
    expect(await inState('superseded')).toHaveLength(1);
    expect(adjustments()).toEqual([]);
  });

  test('the first day of a month decides when the MSP wants it so', async () => {
    await billedFor(10);
    await settings({ effectiveDay: 'month' });
    holding(12);
    await run();
    await settled();
    holding(9);
    await run();
    await settled();
    const lines = (await journal()).map(({ change, effectiveOn }) => [change, effectiveOn.slice(8)]);
    expect(lines).toEqual([
      [-3, '01'],
      [2, expect.stringMatching(/^\d\d$/)],
      [10, expect.stringMatching(/^\d\d$/)],
    ]);
    expect(unitsOf(workstationService)).toBe(12);
  });

  test('an application without a service is not billed, and it says how many devices that are', async () => {
    const [first, ...rest] = devices(3);
    tenant.devices = [first as FakeDevice, ...rest];
    tenant.keys = [
      key([first as FakeDevice]),
      key(rest, { serial: 'AAAA-000000-00000009', product: 'Kaspersky Security for Mail Server' }),
    ];
    await bills();
    expect(await run()).toMatchObject({
      state: 'held',
      explanation: expect.stringContaining('choose them under Services'),
    });
    await services();
    expect(await run()).toMatchObject({ state: 'changed', devices: 1, notBilled: 2 });
    const { applications } = await msp.must('GET', at('services'));
    expect(
      applications.map(({ application, notBilled }: { application: string; notBilled: number }) => [
        application,
        notBilled,
      ]),
    ).toEqual([
      [ADVANCED, 0],
      ['Kaspersky Security for Mail Server', 2],
    ]);
  });

  test('a wrong choice of services is refused beside its field and changes nothing', async () => {
    tenant.devices = devices(1);
    tenant.keys = [
      key(tenant.devices, {
        product: 'Kaspersky Endpoint Security Cloud Plus European Edition. 10-14 User 1 year Base License',
      }),
    ];
    await bills();
    await run();
    const put = (application: string, chosen: object) =>
      msp.call('PUT', at('services'), { byCategory: true, applications: [{ application, services: chosen }] });
    const cloud = 'Kaspersky Endpoint Security Cloud Plus';
    expect((await put(cloud, three)).body).toMatchObject({
      code: 'service-map.invalid',
      issues: [{ where: 'body.applications.0.services', what: expect.stringContaining('per user') }],
    });
    expect((await put(ADVANCED, { ...one, all: String(inactiveService) })).body.issues).toMatchObject([
      { where: 'body.applications.0.services.all', what: expect.stringContaining('inactive') },
    ]);
    expect((await put(ADVANCED, { ...one, all: '99999' })).status).toBe(400);
    expect((await put(cloud, one)).status).toBe(200);
  });

  test('the daily run comes once a day by itself', async () => {
    await bills();
    await services();
    holding(2);
    await settings({ dailyAt: '00:00' });
    await msp.bill();
    await msp.bill();
    const [first] = await runs();
    await ended(first?.id ?? '');
    expect(await runs()).toMatchObject([{ cause: 'daily', accounts: { changed: 1 } }]);
    msp.later(DAY_MS);
    await msp.bill();
    expect((await runs()).map(({ cause }) => cause)).toEqual(['daily', 'daily']);
  });

  test('the journal and the use of a client can be taken away as files and drawn by day', async () => {
    await billedFor(7);
    const file = await msp.call('GET', '/api/billing/adjustments/file?format=csv');
    expect(file.status).toBe(200);
    expect(file.body).toContain('Alder Joinery');
    expect(file.body.trim().split('\r\n')).toHaveLength(2);
    const sheet = await msp.call('GET', '/api/billing/adjustments/file?format=xlsx&state=confirmed');
    expect(sheet.status).toBe(200);
    expect(sheet.headers.get('content-disposition')).toContain('.xlsx');
    const today = new Date().toISOString().slice(0, 10);
    const usage = await msp.must(
      'GET',
      `/api/billing/usage?sourceId=${msp.sourceId}&sourceTenantId=1&from=${today}&to=${today}`,
    );
    expect(usage).toMatchObject({ days: [today], items: [{ application: ADVANCED, devices: { total: 7 } }] });
  });

  test('whoever sees only some clients sees nothing of billing', async () => {
    expect(await msp.call('GET', '/api/billing/adjustments', undefined, 'limited')).toMatchObject({ status: 403 });
    expect(await msp.call('GET', '/api/billing/overview', undefined, 'limited')).toMatchObject({ status: 403 });
  });
});
