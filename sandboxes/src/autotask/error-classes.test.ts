import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fixtureIds } from './index.ts';
import { aTicket, startForTest, type TestSandbox } from './test-client.ts';

/** Every text that callers tell failures apart by, and every status, can be met on purpose. */

let box: TestSandbox;
beforeAll(async () => {
  box = await startForTest();
});
beforeEach(() => box.controls.reset());
afterAll(() => box.sandbox.close());

const post = (path: string, body: unknown, headers = {}) => box.call('POST', path, { body, headers });
const ticket = (more: Record<string, unknown>) => post('/Tickets', { ...aTicket, ...more });
const filter = (condition: unknown) => box.query('Tickets', [condition]);

const texts: [text: string, meet: () => ReturnType<TestSandbox['call']>][] = [
  ['dueDateTime is required.; on record number [0].', () => ticket({ dueDateTime: null })],
  ['does not reference an existing entity for priority', () => ticket({ priority: 99 })],
  [
    'Reference value on field: companyID of type: integer does not exist or is invalid',
    () => ticket({ companyID: fixtureIds.inactiveCompany }),
  ],
  ['cannot all be empty. Supply a QueueID', () => ticket({ queueID: null })],
  [
    'must assign both a assignedResourceID and assignedResourceRoleID',
    () => ticket({ assignedResourceID: fixtureIds.technician }),
  ],
  ['cannot be associated with the Ticket', () => ticket({ contactID: 502 })],
  ['Unable to find nope in the Ticket Entity', () => filter({ op: 'eq', field: 'nope', value: 1 })],
  ['Conversion failed when converting', () => filter({ op: 'eq', field: 'status', value: 'new' })],
  ['Unexpected character encountered while parsing value', () => ticket({ status: true })],
  ['must be less than or equal to 255 characters', () => ticket({ title: 'x'.repeat(256) })],
  ['Error updating entity for record number [1].', () => box.call('PATCH', '/Tickets', { body: { id: 1, status: 5 } })],
  ['No matching records found', () => box.call('DELETE', '/Companies/175/Contacts/1')],
  ['An unexpected error has occurred', () => ticket({ userDefinedFields: {} })],
];

describe('failures by their text', () => {
  test.each(texts)('%s', async (text, meet) => {
    const reply = await meet();
    expect(reply.status).toBe(500);
    expect(reply.json.errors.join(' ')).toContain(text);
  });

  test('a missing right', async () => {
    box.controls.setRights('Tickets', { create: 0 });
    const reply = await ticket({});
    expect(reply.status).toBe(500);
    expect(reply.json.errors[0]).toContain('The logged in Resource does not have the adequate permissions');
  });

  test('too many threads', async () => {
    box.controls.changeLimits({ threads: 1 });
    box.controls.addFault({ path: '/Tickets/*', mode: 'delay', delayMs: 300, count: 2 });
    const replies = await Promise.all([box.call('GET', '/Tickets/1'), box.call('GET', '/Tickets/2')]);
    const refused = replies.find(({ status }) => status === 429);
    expect(refused?.json.errors[0]).toContain('thread threshold of 1');
  });
});

describe('failures by their status', () => {
  test.each([
    [401, () => box.call('GET', '/Companies/175', { headers: { Secret: 'wrong' } })],
    [404, () => post('/TicketNotes', {})],
    [405, () => box.call('DELETE', '/Tickets/1')],
    [405, () => box.call('PATCH', '/Contracts/29684183', { body: {} })],
    [500, () => box.call('GET', '/Companies/175', { headers: { ApiIntegrationCode: 'wrong' } })],
  ])('%i', async (status, meet) => {
    expect((await meet()).status).toBe(status);
  });

  test.each([403, 409, 502, 503, 504])('%i can be planned', async (status) => {
    box.controls.addFault({ path: '/Companies/*', status, body: { errors: ['planned'] } });
    const reply = await box.call('GET', '/Companies/175');
    expect([reply.status, reply.json]).toEqual([status, { errors: ['planned'] }]);
  });

  test('429 at the hourly limit names the threshold', async () => {
    box.controls.changeLimits({ used: 10_000 });
    const reply = await box.call('GET', '/Companies/175');
    expect([reply.status, reply.json.errors[0]]).toEqual([429, expect.stringContaining('threshold')]);
  });
});
