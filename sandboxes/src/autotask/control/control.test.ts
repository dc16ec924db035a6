import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fixtureIds } from '../index.ts';
import { aNote, aTicket, startForTest, type TestSandbox } from '../test-client.ts';

let box: TestSandbox;
beforeAll(async () => {
  box = await startForTest();
});
beforeEach(() => box.controls.reset());
afterAll(() => box.sandbox.close());

const done = async (method: string, path: string, body?: unknown) => {
  const reply = await box.control(method, path, body);
  expect(reply.status, reply.text).toBe(200);
  return reply.json;
};

describe('acting on the database', () => {
  test('twelve companies can be added by name, and adding them again changes nothing', async () => {
    const companies = Array.from({ length: 12 }, (_, index) => ({ companyName: `Client ${index + 1}` }));
    const first = await done('POST', '/companies', { companies });
    expect(await done('POST', '/companies', { companies })).toEqual(first);
    const found = await box.query('Companies', [
      { op: 'beginsWith', field: 'companyName', value: 'Client ' },
      { op: 'eq', field: 'isActive', value: true },
    ]);
    expect(found.json.items.map((one: { id: number; companyName: string }) => [one.id, one.companyName])).toEqual(
      first.companies.map((one: { id: number; companyName: string }) => [one.id, one.companyName]),
    );
    expect(found.json.items).toHaveLength(12);
  });

  test('a technician changes a ticket under the rules of the UI', async () => {
    const id = await box.createTicket();
    await done('PATCH', `/rows/Tickets/${id}`, { status: 5 });
    expect(await box.ticket(id)).toMatchObject({ status: 5, completedByResourceID: fixtureIds.technician });
    const refused = await box.control('PATCH', `/rows/Tickets/${id}`, { status: 99 });
    expect([refused.status, refused.json.code]).toEqual([400, 'sandbox.bad_request']);
    expect(refused.json.message).toContain('entity for status');
  });

  test('a technician creates tickets and notes, and a purge leaves nothing', async () => {
    const { id } = await done('POST', '/rows/Tickets', aTicket);
    const note = await done('POST', '/rows/TicketNotes', { ...aNote, ticketID: id });
    expect((await box.call('GET', `/TicketNotes/${note.id}`)).json.item.creatorResourceID).toBe(fixtureIds.technician);
    await done('DELETE', `/rows/Tickets/${id}`);
    expect(await box.ticket(id)).toBeNull();
    expect((await box.control('DELETE', `/rows/Tickets/${id}`)).status).toBe(404);
  });

  test('picklist values are added, deactivated and deleted', async () => {
    await done('PUT', '/picklists/Tickets/queueID/77', { label: 'Night shift' });
    const id = await box.createTicket({ queueID: 77 });
    await done('PUT', '/picklists/tickets/queueid/77', { isActive: false });
    expect((await box.call('POST', '/Tickets', { body: { ...aTicket, queueID: 77 } })).status).toBe(500);
    const values = async () => {
      const { fields } = (await box.call('GET', '/Tickets/entityInformation/fields')).json;
      return fields.find((one: { name: string }) => one.name === 'queueID').picklistValues;
    };
    expect(await values()).toContainEqual(
      expect.objectContaining({ value: '77', label: 'Night shift', isActive: false }),
    );
    await done('DELETE', '/picklists/Tickets/queueID/77');
    expect(await values()).not.toContainEqual(expect.objectContaining({ value: '77' }));
    expect((await box.ticket(id)).queueID).toBe(77);
  });

  test('user, rights and clock are set', async () => {
    await done('PATCH', '/user', { secret: 'Another-Secret' });
    expect((await box.call('GET', '/Companies/175')).status).toBe(401);
    await done('PATCH', '/user', { secret: 'Sample-Secret-2718' });
    await done('PUT', '/rights/Tickets', { create: 0 });
    expect((await box.call('POST', '/Tickets', { body: aTicket })).status).toBe(500);
    await done('PUT', '/rights/Tickets', { create: 1 });
    expect(await done('PUT', '/clock', { now: '2027-01-31T23:00:00Z' })).toEqual({ now: '2027-01-31T23:00:00.000Z' });
    expect(await done('PUT', '/clock', { advanceMinutes: 60 })).toEqual({ now: '2027-02-01T00:00:00.000Z' });
    expect((await box.ticket(await box.createTicket())).ticketNumber).toBe('T20270201.0001');
  });

  test('a state can be taken out and put back', async () => {
    const id = await box.createTicket();
    const state = await done('GET', '/state');
    expect(state.rows.Tickets).toHaveLength(1);
    await done('POST', '/reset');
    expect(await box.ticket(id)).toBeNull();
    await done('PUT', '/state', state);
    expect((await box.ticket(id)).title).toBe(aTicket.title);
    expect((await box.control('PUT', '/state', { version: 1 })).json.code).toBe('sandbox.bad_request');
  });
});

describe('the customer’s own settings', () => {
  test('a workflow rule changes a ticket right after it was created', async () => {
    await done('PUT', '/workflow-rules', { rules: [{ match: { priority: 4 }, set: { queueID: 6, status: 8 } }] });
    expect(await box.ticket(await box.createTicket({ priority: 4 }))).toMatchObject({ queueID: 6, status: 8 });
    expect(await box.ticket(await box.createTicket())).toMatchObject({ queueID: 8, status: 1 });
    const wrong = await box.control('PUT', '/workflow-rules', { rules: [{ match: {}, set: { status: 99 } }] });
    expect(wrong.json.code).toBe('sandbox.bad_request');
  });

  test('duplicate handling gives back the older ticket of the same company and external id', async () => {
    const first = await box.createTicket({ externalID: 'k' });
    expect(await box.createTicket({ externalID: 'k' })).not.toBe(first);
    await done('PATCH', '/switches', { duplicateTickets: 'return-existing' });
    expect(await box.createTicket({ externalID: 'k' })).toBe(first);
    expect(await box.createTicket({ externalID: 'k', companyID: 176 })).not.toBe(first);
    const alert = await box.createTicket({ rmmAlertID: 'a' });
    expect(await box.createTicket({ rmmAlertID: 'a', externalID: 'other' })).toBe(alert);
    await done('PATCH', '/switches', { duplicateTickets: 'add-note' });
    expect(await box.createTicket({ externalID: 'k', title: 'again' })).toBe(first);
    expect((await box.call('GET', `/Tickets/${first}/Notes`)).json.items).toMatchObject([
      { title: 'again', ticketID: first },
    ]);
    const tickets = await box.query('Tickets', [{ op: 'eq', field: 'externalID', value: 'k' }]);
    expect(tickets.json.items).toHaveLength(3);
  });
});

describe('what is not understood', () => {
  test.each([
    ['PATCH', '/switches', { legacy404: 'yes' }, 'legacy404'],
    ['PATCH', '/switches', { legacy: true }, 'Unrecognized'],
    ['POST', '/faults', {}, 'path'],
    ['PATCH', '/limits', { threshold: 0 }, 'threshold'],
    ['PUT', '/clock', { now: 'noon' }, 'now: Invalid ISO datetime'],
    ['PUT', '/rows/Tickets', { rows: [{ id: 1, nope: 2 }] }, 'Tickets has no field nope'],
    ['PUT', '/category-rules/3', { requiredFields: ['nope'] }, 'Tickets has no field nope'],
    ['DELETE', '/faults/x', undefined, 'not an id'],
  ])('%s %s %j is refused with a reason', async (method, path, body, text) => {
    const reply = await box.control(method, path, body);
    expect([reply.status, reply.json.code]).toEqual([400, 'sandbox.bad_request']);
    expect(reply.json.message).toContain(text);
  });

  test.each([
    ['GET', '/nothing'],
    ['PATCH', '/rows/Nothing/1'],
    ['DELETE', '/picklists/Tickets/title/1'],
    ['DELETE', '/picklists/Tickets/status/99'],
    ['PUT', '/category-rules/99'],
  ])('%s %s does not exist', async (method, path) => {
    expect((await box.control(method, path, method === 'GET' || method === 'DELETE' ? undefined : {})).status).toBe(
      404,
    );
  });

  test('bodies must be JSON and say so, and web pages of other origins are refused', async () => {
    const send = (headers: Record<string, string>, body: string) =>
      box.fetchJson(`${box.sandbox.origin}/_sandbox/switches`, { method: 'PATCH', headers, body });
    expect((await send({ 'Content-Type': 'text/plain' }, '{}')).json.message).toContain('application/json');
    expect((await send({ 'Content-Type': 'application/json' }, '{')).json.message).toContain('not JSON');
    const foreign = await send({ 'Content-Type': 'application/json', Origin: 'http://elsewhere.example' }, '{}');
    expect([foreign.status, foreign.json.code]).toEqual([403, 'sandbox.not_local']);
  });

  test('none of this was a defect', () => {
    expect(box.defects).toEqual([]);
  });
});

test('the control API lists what it can do', async () => {
  const { actions } = await done('GET', '');
  expect(actions).toContain('POST /_sandbox/faults');
});
