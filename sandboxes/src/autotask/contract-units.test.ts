import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fixtureIds } from './index.ts';
import { startForTest, type TestSandbox } from './test-client.ts';

let box: TestSandbox;
beforeAll(async () => {
  box = await startForTest();
});
beforeEach(() => box.controls.reset());
afterAll(() => {
  expect(box.defects).toEqual([]);
  return box.sandbox.close();
});

const serviceID = fixtureIds.workstationService;

/** A contract from 1 January to 30 June 2026, billed monthly. Today is 5 March. */
const aContract = async (more: Record<string, unknown> = {}): Promise<number> => {
  const { json } = await box.call('POST', '/Contracts', {
    body: {
      companyID: 175,
      contractName: 'Half a year',
      contractType: 7,
      status: 1,
      startDate: '2026-01-01',
      endDate: '2026-06-30',
      contractPeriodType: 'm',
      timeReportingRequiresStartAndStopTimes: 0,
      ...more,
    },
  });
  return json.itemId;
};
const adjust = (contractID: number, unitChange: number, effectiveDate = '2026-03-05', more = {}) =>
  box.call('POST', '/ContractServiceAdjustments', {
    body: { contractID, serviceID, unitChange, effectiveDate, ...more },
  });
const refusal = async (reply: Promise<{ status: number; json: { errors: string[] } }>): Promise<string> => {
  const { status, json } = await reply;
  expect(status).toBe(500);
  return json.errors.join(' ');
};
const units = async (contractID: number): Promise<[string, string, number][]> => {
  const { json } = await box.query('ContractServiceUnits', [{ op: 'eq', field: 'contractID', value: contractID }]);
  return json.items
    .map((one: { startDate: string; endDate: string; units: number }) => [
      one.startDate.slice(0, 10),
      one.endDate.slice(0, 10),
      one.units,
    ])
    .sort();
};
const unitsOn = async (contractID: number, day: string): Promise<number> => {
  const { json } = await box.query('ContractServiceUnits', [
    { op: 'eq', field: 'contractID', value: contractID },
    { op: 'eq', field: 'serviceID', value: serviceID },
    { op: 'lte', field: 'startDate', value: day },
    { op: 'gte', field: 'endDate', value: day },
  ]);
  expect(json.items).toHaveLength(1);
  return json.items[0].units;
};

describe('an adjustment', () => {
  test('puts a service that was not there on the contract, from its day on', async () => {
    const contract = await aContract();
    const reply = await adjust(contract, 90);
    expect(reply.json).toEqual({ itemId: 501 });
    expect((await box.call('GET', `/Contracts/${contract}/Services`)).json.items).toMatchObject([
      { contractID: contract, serviceID, unitPrice: 4.5 },
    ]);
    expect(await units(contract)).toEqual([
      ['2026-01-01', '2026-01-31', 0],
      ['2026-02-01', '2026-02-28', 0],
      ['2026-03-01', '2026-03-04', 0],
      ['2026-03-05', '2026-03-31', 90],
      ['2026-04-01', '2026-04-30', 90],
      ['2026-05-01', '2026-05-31', 90],
      ['2026-06-01', '2026-06-30', 90],
    ]);
  });

  test('changes by its difference: 90 and 10 are 100', async () => {
    const contract = await aContract();
    await adjust(contract, 90, '2026-03-01');
    await adjust(contract, 10, '2026-03-05');
    await adjust(contract, -3, '2026-04-10');
    expect(await unitsOn(contract, '2026-03-04')).toBe(90);
    expect(await unitsOn(contract, '2026-03-05')).toBe(100);
    expect(await unitsOn(contract, '2026-04-09')).toBe(100);
    expect(await unitsOn(contract, '2026-06-30')).toBe(97);
  });

  test('of the same day as an earlier one splits nothing twice', async () => {
    const contract = await aContract();
    await adjust(contract, 5);
    const before = (await units(contract)).length;
    await adjust(contract, 5);
    expect((await units(contract)).length).toBe(before);
    expect(await unitsOn(contract, '2026-03-05')).toBe(10);
  });

  test('is the same under its contract, and by the id of the line', async () => {
    const contract = await aContract();
    const body = { serviceID, unitChange: 4, effectiveDate: '2026-03-05' };
    await box.call('POST', `/Contracts/${contract}/ServiceAdjustments`, { body });
    const [line] = (await box.call('GET', `/Contracts/${contract}/Services`)).json.items;
    await box.call('POST', '/ContractServiceAdjustments', {
      body: { contractServiceID: line.id, unitChange: 1, effectiveDate: '2026-03-05' },
    });
    expect(await unitsOn(contract, '2026-03-05')).toBe(5);
  });

  test('sets the price of what follows it', async () => {
    const contract = await aContract();
    await adjust(contract, 10, '2026-02-01');
    await adjust(contract, 0, '2026-04-01', { adjustedUnitPrice: 4 });
    const { items } = (await box.call('GET', `/Contracts/${contract}/ServiceUnits`)).json;
    const priceFrom = (day: string) =>
      items.find((one: { startDate: string; price: number }) => one.startDate.startsWith(day)).price;
    expect([priceFrom('2026-03-01'), priceFrom('2026-04-01')]).toEqual([45, 40]);
  });

  test('can be read by control only, never over the API', async () => {
    const contract = await aContract();
    await adjust(contract, 7);
    expect((await box.call('GET', '/ContractServiceAdjustments/501')).status).toBe(404);
    expect((await box.call('POST', '/ContractServiceAdjustments/query', { body: {} })).status).toBe(404);
    const { rows } = (await box.control('GET', '/rows/ContractServiceAdjustments')).json;
    expect(rows).toMatchObject([{ values: { id: 501, contractID: contract, serviceID, unitChange: 7 } }]);
  });
});

describe('an adjustment is refused', () => {
  test.each([
    ['before the contract begins', 1, '2025-12-31', 'effectiveDate must be between'],
    ['after the contract ends', 1, '2026-07-01', 'effectiveDate must be between'],
    ['below nothing', -1, '2026-03-05', 'cannot be less than 0'],
  ])('%s', async (_why, change, day, text) => {
    const contract = await aContract();
    expect(await refusal(adjust(contract, change, day))).toContain(text);
    expect(await units(contract)).toEqual([]);
  });

  test('when a later period would fall below nothing', async () => {
    const contract = await aContract();
    await adjust(contract, 5, '2026-03-01');
    await adjust(contract, -5, '2026-05-01');
    expect(await refusal(adjust(contract, -1, '2026-03-05'))).toContain('cannot be less than 0');
    expect(await unitsOn(contract, '2026-03-05')).toBe(5);
  });

  test('for a contract of another type, an unknown contract, an inactive service, or nothing named', async () => {
    expect(await refusal(adjust(fixtureIds.timeAndMaterialsContract, 1))).toContain('Recurring Service');
    expect(await refusal(adjust(1, 1))).toContain('Reference value on field: contractID');
    const contract = await aContract();
    expect(await refusal(adjust(contract, 1, '2026-03-05', { serviceID: fixtureIds.inactiveService }))).toContain(
      'Reference value on field: serviceID',
    );
    expect(await refusal(box.call('POST', '/ContractServiceAdjustments', { body: { contractID: contract } }))).toMatch(
      /effectiveDate is required.*unitChange is required.*serviceID is required/,
    );
  });

  test('for a contract that is not active', async () => {
    const contract = await aContract({ status: 2 });
    expect(await refusal(adjust(contract, 1))).toContain('not active');
  });

  test('where the period was billed, unless the switch allows it', async () => {
    const contract = await aContract();
    await adjust(contract, 9, '2026-01-01');
    const posted = await box.control('POST', `/contracts/${contract}/approve-and-post`, { until: '2026-02-28' });
    expect(posted.json).toEqual({ posted: 2 });
    expect(await refusal(adjust(contract, 1, '2026-02-10'))).toContain('approved and posted');
    expect((await adjust(contract, 1, '2026-03-01')).status).toBe(200);
    box.controls.changeSwitches({ adjustPosted: 'allow' });
    expect((await adjust(contract, 1, '2026-02-10')).status).toBe(200);
    expect(await unitsOn(contract, '2026-02-09')).toBe(9);
    expect(await unitsOn(contract, '2026-02-10')).toBe(10);
  });
});

describe('lines and contracts', () => {
  test('a line made by hand begins with nothing in every period', async () => {
    const contract = await aContract();
    const reply = await box.call('POST', `/Contracts/${contract}/Services`, { body: { serviceID } });
    expect(reply.status).toBe(200);
    expect((await units(contract)).map(([, , count]) => count)).toEqual([0, 0, 0, 0, 0, 0]);
    const onTimeAndMaterials = box.call('POST', `/Contracts/${fixtureIds.timeAndMaterialsContract}/Services`, {
      body: { serviceID },
    });
    expect(await refusal(onTimeAndMaterials)).toContain('Recurring Service');
  });

  test('a contract that is prolonged continues with its quantities, one that is cut short loses the rest', async () => {
    const contract = await aContract();
    await adjust(contract, 6);
    await box.call('PATCH', '/Contracts', { body: { id: contract, endDate: '2026-08-15' } });
    expect((await units(contract)).slice(-2)).toEqual([
      ['2026-07-01', '2026-07-31', 6],
      ['2026-08-01', '2026-08-15', 6],
    ]);
    await box.call('PATCH', '/Contracts', { body: { id: contract, endDate: '2026-03-20' } });
    expect((await units(contract)).at(-1)).toEqual(['2026-03-05', '2026-03-20', 6]);
  });

  test('a recurring contract needs its period', async () => {
    const body = {
      companyID: 175,
      contractName: 'No period',
      contractType: 7,
      status: 1,
      startDate: '2026-01-01',
      endDate: '2026-06-30',
      timeReportingRequiresStartAndStopTimes: 0,
    };
    expect(await refusal(box.call('POST', '/Contracts', { body }))).toContain('contractPeriodType is required');
  });

  test('bundles of services go the same way, and one in use cannot be deleted', async () => {
    const contract = await aContract();
    const bundle = { name: 'Everything', unitPrice: 12, periodType: 'm', billingCodeID: 29_683_413 };
    const serviceBundleID = (await box.call('POST', '/ServiceBundles', { body: bundle })).json.itemId;
    const spare = (await box.call('POST', '/ServiceBundles', { body: { ...bundle, name: 'Spare' } })).json.itemId;
    await box.call('POST', '/ContractServiceBundleAdjustments', {
      body: { contractID: contract, serviceBundleID, unitChange: 3, effectiveDate: '2026-05-01' },
    });
    const { items } = (await box.call('GET', `/Contracts/${contract}/ServiceBundleUnits`)).json;
    expect(items.map((one: { units: number }) => one.units)).toEqual([0, 0, 0, 0, 3, 3]);
    expect(await refusal(box.call('DELETE', `/ServiceBundles/${serviceBundleID}`))).toContain('in use');
    expect((await box.call('DELETE', `/ServiceBundles/${spare}`)).json).toEqual({ itemId: spare });
  });
});
