import type { LicenseReport, ServiceReport } from '@gatehouse/contract';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeOnBothEngines } from '../testing/engines.ts';
import { ACTIVE_THREATS, type Msp, startMsp } from './msp.testing.ts';

const DEFINITIONS = 'UserDefinedFieldDefinitions';
const SERVICE = 'Kaspersky report';
const LICENSE = 'Kaspersky license report';

describeOnBothEngines('reports about what was done for a client', (engine) => {
  let msp: Msp;
  let alder: Awaited<ReturnType<Msp['reset']>>;
  const inAYear = new Date(Date.now() + 365 * 86_400_000);
  const device = (id: string, more = {}) => ({ id, name: id, statusId: 0 as const, mask: 0, visible: true, ...more });

  beforeAll(async () => {
    msp = await startMsp(await engine.open());
  });
  beforeEach(async () => {
    alder = await msp.reset();
    const birch = msp.server.addTenant('Birchwood Dental');
    alder.devices = [
      device('a1'),
      device('a2', { statusId: 1, mask: ACTIVE_THREATS }),
      device('a3', { isProtected: false, statusId: 2 }),
    ];
    birch.devices = [device('b1'), device('b2')];
    const key = { serial: 'K-1', product: 'Endpoint Security', type: 1, expiresAt: inAYear, limit: 4, periodDays: 365 };
    alder.keys = [{ ...key, holders: ['a1', 'a2', 'a3'], information: 'Order 7', support: 'Call us' }];
    birch.keys = [{ ...key, holders: ['b1', 'b2'] }];
  });
  afterAll(() => msp.stop());

  const controls = () => msp.psa.sandbox.controls;
  const nameOf = (entity: string, id: unknown) =>
    String(
      controls()
        .rows(entity)
        .find(({ values }) => values.id === id)?.values['name'],
    );
  const items = (kind: string) => {
    const names = new Map(
      controls()
        .rows(DEFINITIONS)
        .map(({ values }) => [String(values.id), String(values['name'])]),
    );
    return controls()
      .rows('ConfigurationItems')
      .filter(({ values }) => nameOf('ConfigurationItemTypes', values['configurationItemType']) === kind)
      .map(({ values, udf }) => ({
        company: values['companyID'],
        active: values['isActive'],
        key: String(values['referenceNumber']),
        ...Object.fromEntries(Object.entries(udf).map(([id, value]) => [names.get(id), value])),
      }));
  };
  const settings = () => msp.must('GET', `/api/integrations/${msp.integrationId}/reports`);
  const written = () =>
    expect.poll(async () => (await settings()).items.waiting, { timeout: 15_000, interval: 50 }).toBe(0);
  const report = async () => {
    await msp.poll();
    await msp.report();
    await written();
  };
  const services = async (days = 7): Promise<ServiceReport[]> =>
    (await msp.must('GET', `/api/service-reports?days=${days}`)).items;
  const licenses = async (query = ''): Promise<LicenseReport[]> =>
    (await msp.must('GET', `/api/license-reports${query}`)).items;

  it('count devices and tickets, and are the same on the page and in the PSA', async () => {
    await msp.rules('status:critical:activeThreats');
    await msp.settle();
    await report();
    const [week, ...others] = await services();
    expect(others).toEqual([]);
    expect(week).toMatchObject({
      sourceTenantName: 'Alder Joinery',
      accountName: 'Alder Joinery',
      managedDevices: 3,
      protectedDevices: 2,
      problemDevices: 2,
      newCriticalTickets: 1,
      closedCriticalTickets: 0,
    });
    expect(await services(30)).toMatchObject([{ days: 30, newCriticalTickets: 1 }]);
    const inPsa = items(SERVICE);
    expect(inPsa.map((item) => item['Kaspersky report period' as keyof typeof item]).sort()).toEqual([
      '30 days',
      '7 days',
    ]);
    for (const item of inPsa) {
      expect(item).toMatchObject({
        company: 175,
        active: true,
        'Kaspersky managed computers': '3',
        'Kaspersky protected computers': '2',
        'Kaspersky problem computers': '2',
        'Kaspersky new critical tickets': '1',
        'Kaspersky closed critical tickets': '0',
      });
    }
  });

  it('count the use of a key over all clients, and say when it is too much', async () => {
    await report();
    expect(await licenses()).toMatchObject([
      { licenseId: 'K-1', clientDevices: 3, totalDevices: 5, limit: 4, isOver90Percent: true, isExceeded: true },
    ]);
    expect(items(LICENSE)).toMatchObject([
      {
        company: 175,
        'Kaspersky license ID': 'K-1',
        'Kaspersky license restriction': '4',
        'Kaspersky license period': '365 days',
        'Kaspersky company computers using license': '3',
        'Kaspersky total computers using license': '5',
        'Kaspersky key exceeded restriction': 'Yes',
        'Kaspersky license information': 'Order 7',
        'Kaspersky support information': 'Call us',
      },
    ]);
  });

  it('do not guess a total when a client could not be read', async () => {
    msp.server.switches.failsFor = 'Birchwood Dental';
    await report();
    expect(await licenses()).toMatchObject([{ clientDevices: 3, totalDevices: null, isExceeded: null }]);
    expect(items(LICENSE)[0]).not.toHaveProperty('Kaspersky total computers using license');
    msp.server.switches.failsFor = '';
    await report();
    expect(await licenses()).toMatchObject([{ totalDevices: 5 }]);
  });

  it('are one item each, day after day, also when answers are lost', async () => {
    await report();
    const before = items(SERVICE).map(({ key }) => key);
    expect(before).toHaveLength(2);
    alder.devices.push(device('a4'));
    await msp.report({ all: false });
    expect(await services()).toMatchObject([{ managedDevices: 3 }]); // once a day is enough
    msp.later(86_400_000);
    controls().addFault({ method: 'PATCH', path: '/ConfigurationItems', mode: 'store-then-drop' });
    await msp.report({ all: false });
    await expect
      .poll(
        async () => {
          msp.later(60_000);
          await msp.report({ all: false });
          return [
            (await settings()).items.waiting,
            items(SERVICE).map((item) => ({ ...item })['Kaspersky managed computers' as 'key']),
          ];
        },
        { timeout: 15_000, interval: 100 },
      )
      .toEqual([0, ['4', '4']]);
    expect(items(SERVICE).map(({ key }) => key)).toEqual(before);
  });

  it('move to another account with the client, and end with the mapping; the old ones are kept switched off', async () => {
    await report();
    await msp.map('1', '176');
    await report();
    const at = (company: number) => items(SERVICE).filter((item) => item.company === company);
    expect(at(175).map(({ active }) => active)).toEqual([false, false]);
    expect(at(176).map(({ active }) => active)).toEqual([true, true]);
    await msp.map('1', null);
    await report();
    expect(items(SERVICE).every(({ active }) => active === false)).toBe(true);
    expect(await services()).toEqual([]);
  });

  it('a key that is gone is switched off, the reports of the others stay', async () => {
    await report();
    alder.keys = [];
    msp.later(86_400_000);
    await report();
    expect(items(LICENSE).map(({ active }) => active)).toEqual([false]);
    expect(items(SERVICE).map(({ active }) => active)).toEqual([true, true]);
    expect(await licenses()).toEqual([]);
  });

  it('wait for a product and say so, and go on once it is chosen', async () => {
    const product = msp.psa.sandbox.controls.rows('Products')[0];
    const productId = Number(product?.values.id);
    controls().updateRow('Products', productId, { name: 'Something else' });
    await msp.report();
    await expect.poll(async () => (await settings()).problem).toContain('choose the one that they are items of');
    expect(items(SERVICE)).toEqual([]);
    const path = `/api/integrations/${msp.integrationId}/reports`;
    const refused = await msp.call('PUT', path, { enabled: true, productId: '99' });
    expect([refused.status, refused.body.code]).toEqual([400, 'reports.product-unusable']);
    await msp.must('PUT', path, { enabled: true, productId: String(productId) });
    await written();
    expect(items(SERVICE)).toHaveLength(2);
  });

  it('are not written into the PSA when that is switched off, and are on the page all the same', async () => {
    await msp.must('PUT', `/api/integrations/${msp.integrationId}/reports`, { enabled: false, productId: null });
    await msp.report();
    expect(await services()).toHaveLength(1);
    expect(
      controls()
        .requests()
        .filter(({ method, path }) => method !== 'GET' && /configurationitem/i.test(path)),
    ).toEqual([]);
  });

  it('are files for spreadsheets, and who took one is written down', async () => {
    await report();
    const csv = await msp.call('GET', '/api/service-reports/file?format=csv&days=7');
    expect([csv.status, csv.headers.get('content-disposition')]).toEqual([
      200,
      expect.stringContaining('service-reports-'),
    ]);
    const xlsx = await msp.call('GET', '/api/license-reports/file?format=xlsx');
    expect([xlsx.status, xlsx.headers.get('content-type')]).toEqual([200, expect.stringContaining('spreadsheetml')]);
    const actions = msp.audited().map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(['service-reports.exported', 'license-reports.exported']));
  });

  it('are for those who may see the client', async () => {
    await report();
    const seen = await msp.call('GET', '/api/service-reports?days=7', undefined, 'limited');
    expect([seen.status, seen.body.items]).toEqual([200, []]);
    const update = await msp.call('POST', '/api/service-reports/update', {}, 'limited');
    expect(update.body.code).toBe('tenant.limited');
  });

  it('are found by a part of the name, and those with problems by themselves', async () => {
    await report();
    expect(await licenses('?text=joinery')).toHaveLength(1);
    expect(await licenses('?text=nobody')).toHaveLength(0);
    expect(await licenses('?problems=true')).toHaveLength(1);
    alder.keys = alder.keys.map((key) => ({ ...key, limit: 100 }));
    msp.later(86_400_000);
    await report();
    expect(await licenses('?problems=true')).toHaveLength(0);
  });
});
