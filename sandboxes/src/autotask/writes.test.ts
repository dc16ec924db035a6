import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fixtureIds } from './index.ts';
import { aNote, aTicket, START, startForTest, type TestSandbox } from './test-client.ts';

let box: TestSandbox;
beforeAll(async () => {
  box = await startForTest();
});
beforeEach(() => box.controls.reset());
afterAll(() => box.sandbox.close());

const refusal = async (method: string, path: string, body: unknown): Promise<string> => {
  const reply = await box.call(method, path, { body });
  expect(reply.status, reply.text).toBe(500);
  expect(reply.json.errors).toHaveLength(1);
  return reply.json.errors[0];
};
const without = (name: keyof typeof aTicket) => ({ ...aTicket, [name]: undefined });
const AT = START.toISOString().replace('.000Z', 'Z');

describe('creating tickets', () => {
  test('the server sets number, times and creator, and answers the id only', async () => {
    const reply = await box.call('POST', '/Tickets', { body: { ...aTicket, id: 0, externalID: 'k' } });
    expect(reply.json).toEqual({ itemId: 100001 });
    expect(await box.ticket(100001)).toMatchObject({
      ...aTicket,
      externalID: 'k',
      ticketNumber: 'T20260305.0001',
      createDate: AT,
      lastActivityDate: AT,
      lastTrackedModificationDateTime: AT,
      completedDate: null,
      creatorResourceID: fixtureIds.apiUser,
      ticketCategory: fixtureIds.standardCategory,
      ticketType: 1,
    });
  });

  test('numbers count up within a day and begin again on the next', async () => {
    const first = await box.createTicket();
    const second = await box.createTicket();
    box.controls.advanceClock(86_400_000);
    const third = await box.createTicket();
    const numbers = await Promise.all([first, second, third].map(async (id) => (await box.ticket(id)).ticketNumber));
    expect(numbers).toEqual(['T20260305.0001', 'T20260305.0002', 'T20260306.0001']);
  });

  test('names come in any casing, unknown names are ignored, read-only ones too unless the switch says otherwise', async () => {
    const { companyID, ...rest } = aTicket;
    const body = { ...rest, COMPANYID: companyID, nonsense: 1, ticketNumber: 'T1', createDate: '2020-01-01T00:00:00Z' };
    const { json } = await box.call('POST', '/Tickets', { body });
    expect(await box.ticket(json.itemId)).toMatchObject({ companyID, ticketNumber: 'T20260305.0001', createDate: AT });
    box.controls.changeSwitches({ readOnlyFields: 'reject' });
    expect(await refusal('POST', '/Tickets', body)).toContain('is read-only');
  });

  test('a trailing comma and unquoted names pass', async () => {
    const raw = `{${Object.entries(aTicket)
      .map(([name, value]) => `${name}: ${JSON.stringify(value)},`)
      .join(' ')}}`;
    expect((await box.call('POST', '/Tickets', { raw })).json).toEqual({ itemId: 100001 });
  });

  test.each(['companyID', 'title', 'status', 'priority', 'dueDateTime'] as const)('%s is required', async (name) => {
    expect(await refusal('POST', '/Tickets', without(name))).toBe(`${name} is required.; on record number [0].`);
    expect(await refusal('POST', '/Tickets', { ...aTicket, [name]: null })).toContain(`${name} is required.`);
  });

  test('several faults are told at once, and nothing is stored', async () => {
    const text = await refusal('POST', '/Tickets', { title: '', status: 99 });
    for (const part of ['companyID is required', 'title is required', 'entity for status', 'priority is required']) {
      expect(text).toContain(part);
    }
    expect(
      (await box.call('POST', '/Tickets/query/count', { body: { filter: [{ op: 'exist', field: 'id' }] } })).json
        .queryCount,
    ).toBe(0);
  });

  test.each([
    [
      'an unknown company',
      { companyID: 99 },
      'Reference value on field: companyID of type: integer does not exist or is invalid.',
    ],
    [
      'an inactive company',
      { companyID: fixtureIds.inactiveCompany },
      'companyID of type: integer does not exist or is invalid',
    ],
    ['an unknown status', { status: 77 }, 'does not reference an existing entity for status'],
    ['a deactivated priority', { priority: 6 }, 'does not reference an existing entity for priority'],
    ['a subtype of another issue type', { issueType: 11, subIssueType: 136 }, 'existing entity for subIssueType'],
    ['a subtype without issue type', { subIssueType: 136 }, 'existing entity for subIssueType'],
    [
      'an inactive work type',
      { billingCodeID: 29_683_409 },
      'billingCodeID of type: integer does not exist or is invalid',
    ],
    [
      'a contract of another company',
      { contractID: 29_684_184 },
      'contractID of type: integer does not exist or is invalid',
    ],
    ['a contact of another company', { contactID: 502 }, 'contactID value 502 cannot be associated with the Ticket'],
    ['an inactive contact', { contactID: 503 }, 'Reference value on field: contactID'],
    [
      'a configuration item that does not exist',
      { configurationItemID: 1 },
      'Reference value on field: configurationItemID',
    ],
    ['a title too long', { title: 'x'.repeat(256) }, 'title must be less than or equal to 255 characters'],
    ['a description too long', { description: 'x'.repeat(8001) }, 'less than or equal to 8000 characters'],
    ['neither queue nor assignee', { queueID: null }, 'cannot all be empty. Supply a QueueID'],
    [
      'an assignee without role',
      { assignedResourceID: fixtureIds.technician },
      'must assign both a assignedResourceID and assignedResourceRoleID',
    ],
    ['a role without assignee', { assignedResourceRoleID: 11 }, 'must assign both'],
    [
      'a pair that works in no queue',
      { assignedResourceID: fixtureIds.technician, assignedResourceRoleID: 12 },
      'common queue',
    ],
    [
      'the API user as assignee',
      { assignedResourceID: fixtureIds.apiUser, assignedResourceRoleID: 11 },
      'assignedResourceID',
    ],
    ['a category that needs an issue type', { ticketCategory: fixtureIds.strictCategory }, 'issueType is required.'],
    ['a boolean for a number', { status: true }, 'Unexpected character encountered while parsing value: t'],
    ['a text for a number', { companyID: 'Alder' }, 'Could not convert string to integer: Alder'],
    ['a fraction for a whole number', { status: 1.5 }, 'not a valid integer'],
    ['a number beyond 32 bits', { companyID: 3_000_000_000 }, 'too large or small'],
    ['a number for a text', { title: 5 }, 'Unexpected character encountered while parsing value: 5'],
    ['a bad date', { dueDateTime: '2026-02-31' }, 'Could not convert string to DateTime'],
    ['an id of its own', { id: 5 }, 'id must be absent or 0'],
  ])('%s is refused', async (_name, change, text) => {
    expect(await refusal('POST', '/Tickets', { ...aTicket, ...change })).toContain(text);
  });

  test.each([
    ['2026-03-06T10:00:00+02:00', '2026-03-06T08:00:00Z'],
    ['2026-03-06T10:00:00', '2026-03-06T10:00:00Z'],
    ['2026-03-06', '2026-03-06T00:00:00Z'],
    ['2026-03-06T10:00:00.120Z', '2026-03-06T10:00:00.12Z'],
  ])('the time %s is kept as %s', async (dueDateTime, stored) => {
    expect((await box.ticket(await box.createTicket({ dueDateTime }))).dueDateTime).toBe(stored);
  });

  test('a matching assignee, subtype, contact and contract pass', async () => {
    const more = {
      assignedResourceID: fixtureIds.technician,
      assignedResourceRoleID: 11,
      issueType: 10,
      subIssueType: 136,
      contactID: 501,
      contractID: 29_684_183,
      billingCodeID: 29_683_407,
    };
    expect(await box.ticket(await box.createTicket({ ...more, queueID: undefined }))).toMatchObject(more);
  });

  test('a category with a due time fills it in', async () => {
    box.controls.setCategoryRule(fixtureIds.standardCategory, { dueAfterHours: 24 });
    const { json } = await box.call('POST', '/Tickets', { body: without('dueDateTime') });
    expect((await box.ticket(json.itemId)).dueDateTime).toBe('2026-03-06T09:00:00Z');
  });

  test.each(['null', '[]', '"x"', '7', ''])('a body of %j is refused', async (raw) => {
    const reply = await box.call('POST', '/Tickets', { raw });
    expect([reply.status, reply.json.errors.length]).toEqual([500, 1]);
  });
});

describe('changing tickets', () => {
  test('completing sets the completion time once, reopening clears it', async () => {
    const id = await box.createTicket();
    box.controls.advanceClock(60_000);
    expect((await box.call('PATCH', '/Tickets', { body: { id, status: 5, resolution: 'done' } })).json).toEqual({
      itemId: id,
    });
    const completed = {
      status: 5,
      resolution: 'done',
      completedDate: '2026-03-05T09:01:00Z',
      completedByResourceID: fixtureIds.apiUser,
    };
    expect(await box.ticket(id)).toMatchObject({ ...completed, title: aTicket.title });
    box.controls.advanceClock(60_000);
    await box.call('PATCH', '/Tickets', { body: { id, status: 5 } });
    expect(await box.ticket(id)).toMatchObject({ ...completed, lastActivityDate: '2026-03-05T09:02:00Z' });
    await box.call('PATCH', '/Tickets', { body: { id, status: 8 } });
    expect(await box.ticket(id)).toMatchObject({ status: 8, completedDate: null, completedByResourceID: null });
  });

  test('PATCH touches what was sent, PUT empties the rest', async () => {
    const id = await box.createTicket({ description: 'long story', externalID: 'k' });
    await box.call('PATCH', '/Tickets', { body: { id, description: null } });
    expect(await box.ticket(id)).toMatchObject({ description: null, externalID: 'k' });
    expect(await refusal('PUT', '/Tickets', { id, title: 'only this' })).toContain('companyID is required');
    await box.call('PUT', '/Tickets', { body: { ...aTicket, id } });
    expect(await box.ticket(id)).toMatchObject({ ...aTicket, externalID: null, ticketNumber: 'T20260305.0001' });
  });

  test('a ticket that does not exist cannot be changed, nor one without id', async () => {
    expect(await refusal('PATCH', '/Tickets', { id: 4, status: 5 })).toMatch(
      /No matching records found.*record number \[1\]/,
    );
    expect(await refusal('PATCH', '/Tickets', { status: 5 })).toContain('id is required');
  });

  test('the tickets of a company that was deactivated can still be completed, but not moved to it', async () => {
    const id = await box.createTicket();
    box.controls.updateRow('Companies', 175, { isActive: false });
    expect((await box.call('PATCH', '/Tickets', { body: { id, status: 5 } })).status).toBe(200);
    const other = await box.createTicket({ companyID: 176 });
    expect(await refusal('PATCH', '/Tickets', { id: other, companyID: 175 })).toContain('companyID');
  });

  test('a new issue type makes the old subtype wrong', async () => {
    const id = await box.createTicket({ issueType: 10, subIssueType: 136 });
    expect(await refusal('PATCH', '/Tickets', { id, issueType: 11 })).toContain('existing entity for subIssueType');
  });

  test('a picklist value that was removed in the meantime stays on the ticket and cannot be sent again', async () => {
    const id = await box.createTicket();
    box.controls.removePicklistValue('Tickets', 'priority', '2');
    expect((await box.call('PATCH', '/Tickets', { body: { id, status: 8 } })).status).toBe(200);
    expect((await box.ticket(id)).priority).toBe(2);
    expect(await refusal('PATCH', '/Tickets', { id, priority: 2 })).toContain('existing entity for priority');
  });

  test('a category that is not editable refuses every change', async () => {
    const id = await box.createTicket();
    box.controls.setCategoryRule(fixtureIds.standardCategory, { nonEditable: true });
    expect(await refusal('PATCH', '/Tickets', { id, status: 5 })).toContain('not editable');
  });
});

describe('children', () => {
  test('a note is written under its ticket and read at both places', async () => {
    const ticketID = await box.createTicket();
    const { json } = await box.call('POST', `/Tickets/${ticketID}/Notes`, { body: aNote });
    const expected = { ...aNote, id: json.itemId, ticketID, creatorResourceID: fixtureIds.apiUser, createDateTime: AT };
    expect((await box.call('GET', `/TicketNotes/${json.itemId}`)).json.item).toMatchObject(expected);
    expect((await box.call('GET', `/Tickets/${ticketID}/Notes/${json.itemId}`)).json.item).toMatchObject(expected);
    const list = (await box.call('GET', `/Tickets/${ticketID}/Notes`)).json;
    expect(list).toMatchObject({ items: [expected], pageDetails: { count: 1, nextPageUrl: null } });
    const found = await box.query('TicketNotes', [{ op: 'eq', field: 'ticketID', value: ticketID }]);
    expect(found.json.items).toHaveLength(1);
  });

  test('a note needs a ticket, a text and its picklists', async () => {
    const ticketID = await box.createTicket();
    expect(await refusal('POST', '/Tickets/4/Notes', aNote)).toContain('Reference value on field: ticketID');
    const text = await refusal('POST', `/Tickets/${ticketID}/Notes`, { title: 'x' });
    for (const name of ['description', 'noteType', 'publish']) expect(text).toContain(`${name} is required.`);
    expect(await refusal('POST', `/Tickets/${ticketID}/Notes`, { ...aNote, ticketID: 1 })).toContain(
      'differs from the id',
    );
  });

  test('a note is not found under another ticket', async () => {
    const [one, two] = [await box.createTicket(), await box.createTicket()];
    const { json } = await box.call('POST', `/Tickets/${one}/Notes`, { body: aNote });
    expect((await box.call('GET', `/Tickets/${two}/Notes/${json.itemId}`)).json).toEqual({ item: null });
    expect(await refusal('PATCH', `/Tickets/${two}/Notes`, { id: json.itemId, title: 'x' })).toContain(
      'No matching records',
    );
  });

  test('a contact can be deleted once', async () => {
    expect((await box.call('DELETE', '/Companies/175/Contacts/501')).json).toEqual({ itemId: 501 });
    expect(await refusal('DELETE', '/Companies/175/Contacts/501', undefined)).toContain('No matching records found');
    expect(await refusal('DELETE', '/Companies/175/Contacts/502', undefined)).toContain('No matching records found');
  });
});

describe('companies and contracts', () => {
  test('a company needs an owner who is a person', async () => {
    const company = { companyName: 'Gorse', companyType: 1, phone: '555', ownerResourceID: fixtureIds.technician };
    const { json } = await box.call('POST', '/Companies', { body: company });
    expect((await box.call('GET', `/Companies/${json.itemId}`)).json.item).toMatchObject({
      ...company,
      isActive: true,
    });
    expect(await refusal('POST', '/Companies', { ...company, ownerResourceID: fixtureIds.apiUser })).toContain(
      'ownerResourceID',
    );
  });

  test("a contract's company cannot be changed afterwards", async () => {
    await box.call('PATCH', '/Contracts', { body: { id: 29_684_183, companyID: 176, contractName: 'New name' } });
    const { item } = (await box.call('GET', '/Contracts/29684183')).json;
    expect(item).toMatchObject({ companyID: 175, contractName: 'New name' });
  });
});

describe('user-defined fields', () => {
  const define = async (name: string, udfType = 1, dataType = 1) =>
    box.call('POST', '/UserDefinedFieldDefinitions', { body: { id: 0, name, udfType, dataType } });
  const company = async () => (await box.call('GET', '/Companies/175')).json.item;

  test('a definition shows in the metadata, takes values by its exact name, and is merged by PATCH', async () => {
    await define('Workspace');
    await define('Seats', 1, 3);
    const { fields } = (await box.call('GET', '/Companies/entityInformation/userDefinedFields')).json;
    expect(fields).toMatchObject([
      { name: 'Workspace', type: 'string', length: 8000 },
      { name: 'Seats', type: 'double' },
    ]);
    expect(await company()).not.toHaveProperty('userDefinedFields');
    await box.call('PATCH', '/Companies', {
      body: { id: 175, userDefinedFields: [{ name: 'Workspace', value: 'W1' }] },
    });
    await box.call('PATCH', '/Companies', { body: { id: 175, userDefinedFields: [{ name: 'Seats', value: '12' }] } });
    expect((await company()).userDefinedFields).toEqual([
      { name: 'Workspace', value: 'W1' },
      { name: 'Seats', value: '12' },
    ]);
    const has = async (udf: unknown) =>
      (await box.query('Companies', [udf])).json.items.map((one: { id: number }) => one.id);
    expect(await has({ op: 'eq', field: 'Workspace', udf: true, value: 'w1' })).toEqual([175]);
    expect(await has({ op: 'gt', field: 'Seats', udf: true, value: 9 })).toEqual([175]);
    expect(await has({ op: 'notExist', field: 'Workspace', udf: true })).not.toContain(175);
    const named = await box.query('Companies', [{ op: 'eq', field: 'id', value: 175 }], {
      IncludeFields: ['id', 'Seats'],
    });
    expect(named.json.items).toEqual([{ id: 175, userDefinedFields: [{ name: 'Seats', value: '12' }] }]);
  });

  test('one user-defined field per query, and only one that exists', async () => {
    await define('Workspace');
    const condition = { op: 'exist', field: 'Workspace', udf: true };
    expect((await box.query('Companies', [condition, condition])).json.errors[0]).toContain(
      'Only one user-defined field',
    );
    expect((await box.query('Companies', [{ ...condition, field: 'Nope' }])).json.errors[0]).toContain(
      'Unable to find Nope',
    );
  });

  test('an answer without values shows no collection, or an empty one by switch', async () => {
    await define('Workspace');
    box.controls.changeSwitches({ udfWhenEmpty: 'empty-array' });
    expect((await company()).userDefinedFields).toEqual([]);
  });

  test('unknown names, a hash in the place of the list, and values that are no text are refused', async () => {
    await define('Seats', 7, 3);
    const ticket = (userDefinedFields: unknown) => refusal('POST', '/Tickets', { ...aTicket, userDefinedFields });
    expect(await ticket([{ name: 'Nope', value: 'x' }])).toContain('Nope');
    expect(await ticket({ Seats: '1' })).toContain('An unexpected error has occurred');
    expect(await ticket([{ name: 'Seats', value: 12 }])).toContain('Unexpected character encountered');
    expect(await ticket([{ name: 'Seats', value: 'many' }])).toContain('not a number');
  });

  test('names are unique per kind, at most 45 characters, and the data type stays', async () => {
    const { json } = await define('Workspace');
    expect((await define('workspace')).json.errors[0]).toContain('already exists');
    expect((await define('Workspace', 7)).status).toBe(200);
    expect((await define('x'.repeat(46))).json.errors[0]).toContain('45 characters');
    await box.call('PATCH', '/UserDefinedFieldDefinitions', {
      body: { id: json.itemId, dataType: 3, description: 'd' },
    });
    const { item } = (await box.call('GET', `/UserDefinedFieldDefinitions/${json.itemId}`)).json;
    expect(item).toMatchObject({ dataType: 1, description: 'd' });
  });

  test('a kind has a limit of active fields', async () => {
    for (let index = 0; index < 50; index += 1) expect((await define(`f${index}`, 11)).status).toBe(200);
    expect((await define('one more', 11)).json.errors[0]).toContain('limit of 50');
  });
});

describe('metadata', () => {
  test('picklist values carry text ids, state and parent', async () => {
    const { fields } = (await box.call('GET', '/Tickets/entityInformation/fields')).json;
    const field = (name: string) => fields.find((one: { name: string }) => one.name === name);
    expect(field('status').picklistValues[0]).toEqual({
      value: '1',
      label: 'New',
      isDefaultValue: true,
      sortOrder: 1,
      parentValue: '',
      isActive: true,
      isSystem: true,
    });
    expect(field('priority').picklistValues).toContainEqual(expect.objectContaining({ value: '6', isActive: false }));
    expect(field('subIssueType')).toMatchObject({ picklistParentValueField: 'issueType' });
    expect(field('subIssueType').picklistValues).toHaveLength(9);
    expect(field('companyID')).toMatchObject({ isReference: true, referenceEntityType: 'Companies', isRequired: true });
    expect(field('title')).toMatchObject({ dataType: 'string', length: 255, picklistValues: null });
    expect(field('creatorType').isQueryable).toBe(false);
    expect(field('ticketCategory').picklistValues.map((one: { label: string }) => one.label)).toEqual([
      'Standard',
      'Security Incident',
    ]);
  });
});
