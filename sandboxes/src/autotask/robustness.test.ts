import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aTicket, startForTest, type TestSandbox } from './test-client.ts';

let box: TestSandbox;
beforeAll(async () => {
  box = await startForTest();
  box.controls.changeLimits({ threshold: 1_000_000, latencyScale: 0 });
});
afterAll(() => box.sandbox.close());

const segment = fc.oneof(
  fc.constantFrom(
    'Tickets',
    'Companies',
    'TicketNotes',
    'Notes',
    'Contacts',
    'Contracts',
    'ContractServiceAdjustments',
    'ServiceAdjustments',
    'ConfigurationItems',
    'ConfigurationItemCategories',
    'UserDefinedFields',
    'ListItems',
    'query',
    'next',
    'count',
    'previous',
    '175',
  ),
  fc.constantFrom('entityInformation', 'fields', 'userDefinedFields', 'UserDefinedFieldDefinitions', '%', '%zz', '-1'),
  // Dots alone would lead the caller out of the API before anything is sent.
  fc
    .string({ maxLength: 6 })
    .filter((text) => !/^\.+$/.test(text))
    .map(encodeURIComponent),
);
const method = fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'DELETE');
const name = fc.constantFrom(
  'op',
  'field',
  'value',
  'items',
  'udf',
  'filter',
  'MaxRecords',
  '__proto__',
  'constructor',
  ...Object.keys(aTicket),
  'id',
  'contractID',
  'serviceID',
  'unitChange',
  'effectiveDate',
  'productID',
);
const value = fc.oneof(
  fc.constantFrom(
    'eq',
    'in',
    'or',
    'exist',
    'title',
    'id',
    'status',
    'toString',
    null,
    true,
    1e308,
    -0,
    175,
    '2026-03-05',
  ),
  fc.jsonValue({ maxDepth: 2 }),
);
const json = fc.oneof(
  fc.dictionary(name, value),
  fc.record({ filter: fc.array(fc.dictionary(name, value), { maxLength: 3 }) }),
  fc.dictionary(name, value).map((change) => ({ ...aTicket, ...change })),
  fc.record({ id: fc.constant(175), userDefinedFields: value }),
);
const body = fc.oneof(
  json.map((one) => JSON.stringify(one)),
  fc.string({ maxLength: 40 }),
);

test('whatever is sent is answered in the manner of the service, and never meets a defect', async () => {
  await fc.assert(
    fc.asyncProperty(method, fc.array(segment, { maxLength: 4 }), body, async (verb, path, sent) => {
      const query = verb === 'GET' ? `?search=${encodeURIComponent(sent)}&paging=${encodeURIComponent(sent)}` : '';
      const reply = await box.call(verb, `/${path.join('/')}${query}`, verb === 'GET' ? {} : { raw: sent });
      expect([200, 400, 404, 405, 500]).toContain(reply.status);
      expect(reply.json, reply.text).not.toBeNull();
      if (reply.status === 500) expect(reply.json.errors[0]).toEqual(expect.any(String));
      expect(box.defects).toEqual([]);
    }),
    { numRuns: 800 },
  );
});

test('what is sent to the tickets is stored whole or not at all', async () => {
  let stored = 0;
  await fc.assert(
    fc.asyncProperty(json, async (sent) => {
      box.controls.putRows('Tickets', [], { clearFirst: true });
      const reply = await box.call('POST', '/Tickets', { body: sent });
      const rows = box.controls.state().rows.Tickets ?? [];
      expect(rows).toHaveLength(reply.status === 200 ? 1 : 0);
      stored += rows.length;
      if (reply.status === 200)
        expect(await box.ticket(reply.json.itemId)).toMatchObject({ companyID: expect.any(Number) });
    }),
    { numRuns: 300 },
  );
  // Else the test would have seen refusals only.
  expect(stored).toBeGreaterThan(5);
});
