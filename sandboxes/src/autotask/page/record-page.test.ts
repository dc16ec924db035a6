import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { fixtureIds } from '../index.ts';
import { startForTest, type TestSandbox } from '../test-client.ts';

let box: TestSandbox;
beforeAll(async () => {
  box = await startForTest();
});
beforeEach(() => box.controls.reset());
afterAll(() => {
  expect(box.defects).toEqual([]);
  return box.sandbox.close();
});

const HOSTILE = `<script>alert(1)</script>"'&`;
const get = async (path: string): Promise<string> => {
  const reply = await box.fetchJson(`${box.sandbox.origin}${path}`, {});
  expect([reply.status, reply.headers.get('content-security-policy')]).toEqual([
    200,
    expect.stringContaining("default-src 'self'"),
  ]);
  return reply.text;
};
const post = async (path: string, body: unknown): Promise<number> => {
  const reply = await box.call('POST', path, { body });
  expect(reply.status, reply.text).toBe(200);
  return reply.json.itemId;
};

test('contracts are shown with their units per period, what is current, and the adjustments that nobody can query', async () => {
  const contractID = fixtureIds.runningContract;
  const serviceID = fixtureIds.workstationService;
  await post('/ContractServiceAdjustments', { contractID, serviceID, unitChange: 90, effectiveDate: '2026-03-05' });
  await post('/ContractServiceAdjustments', { contractID, serviceID, unitChange: -7, effectiveDate: '2026-03-20' });
  const page = await get('/contracts');
  for (const part of [
    'Managed Security',
    'Endpoint protection, workstation <strong class="current">now</strong>',
    'value="90"',
    'value="83"',
    '+90',
    '-7',
    'Time and Materials',
    'No services are on this contract.',
  ]) {
    expect(page).toContain(part);
  }
  expect(page.match(/<strong class="current">/g)).toHaveLength(1);
  expect(page.match(/expired</g)).toHaveLength(1);
});

test('configuration items and companies are shown with their user-defined fields', async () => {
  await post('/UserDefinedFieldDefinitions', { name: 'Kaspersky managed computers', udfType: 4, dataType: 3 });
  await post('/UserDefinedFieldDefinitions', { name: 'Kaspersky virtual server', udfType: 1, dataType: 1 });
  await post('/ConfigurationItems', {
    companyID: 175,
    productID: fixtureIds.product,
    isActive: true,
    referenceTitle: HOSTILE,
    referenceNumber: 'ksi:svc:1:7',
    userDefinedFields: [{ name: 'Kaspersky managed computers', value: '42' }],
  });
  box.controls.updateRow('Companies', 175, {
    userDefinedFields: [{ name: 'Kaspersky virtual server', value: HOSTILE }],
  });
  const items = await get('/configuration-items');
  for (const part of ['Alder Joinery', 'ksi:svc:1:7', 'Kaspersky managed computers', '<dd>42</dd>', 'Standard']) {
    expect(items).toContain(part);
  }
  const companies = await get('/companies');
  expect(companies).toContain('Kaspersky virtual server');
  for (const page of [items, companies]) {
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page.match(/<h1>/g)).toHaveLength(1);
  }
});

test('an empty list says so', async () => {
  expect(await get('/configuration-items')).toContain('No configuration items.');
});
