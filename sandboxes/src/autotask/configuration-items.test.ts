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

const anItem = { companyID: 175, productID: fixtureIds.product, isActive: true, referenceTitle: 'Report' };
const create = async (path: string, body: unknown): Promise<number> => {
  const { status, json, text } = await box.call('POST', path, { body });
  expect(status, text).toBe(200);
  return json.itemId;
};
const refusal = async (method: string, path: string, body?: unknown): Promise<string> => {
  const { status, json } = await box.call(method, path, body === undefined ? {} : { body });
  expect(status).toBe(500);
  return json.errors.join(' ');
};
const item = async (id: number) => (await box.call('GET', `/ConfigurationItems/${id}`)).json.item;

describe('configuration items', () => {
  test('get the default category and the day of their creation', async () => {
    const id = await create('/ConfigurationItems', anItem);
    expect(await item(id)).toMatchObject({
      ...anItem,
      configurationItemCategoryID: fixtureIds.standardItemCategory,
      installDate: '2026-03-05T00:00:00Z',
      createdByPersonID: fixtureIds.apiUser,
    });
  });

  test('stay at their company for good', async () => {
    const id = await create('/ConfigurationItems', anItem);
    await box.call('PATCH', '/ConfigurationItems', { body: { id, companyID: 176, referenceTitle: 'New' } });
    expect(await item(id)).toMatchObject({ companyID: 175, referenceTitle: 'New' });
  });

  test('are deactivated, never deleted', async () => {
    const id = await create('/ConfigurationItems', anItem);
    expect((await box.call('DELETE', `/ConfigurationItems/${id}`)).status).toBe(405);
    await box.call('PATCH', '/ConfigurationItems', { body: { id, isActive: false } });
    expect((await item(id)).isActive).toBe(false);
  });

  test('need an existing product and belong to a ticket of their own company only', async () => {
    expect(await refusal('POST', '/ConfigurationItems', { ...anItem, productID: 1 })).toContain('productID');
    const id = await create('/ConfigurationItems', anItem);
    const ticket = await box.createTicket({ configurationItemID: id });
    expect((await box.ticket(ticket)).configurationItemID).toBe(id);
    const elsewhere = { companyID: 176, title: 't', status: 1, priority: 2, queueID: 8, dueDateTime: '2026-03-06' };
    expect(await refusal('POST', '/Tickets', { ...elsewhere, configurationItemID: id })).toContain(
      'configurationItemID',
    );
    await box.call('PATCH', '/ConfigurationItems', { body: { id, isActive: false } });
    expect(await refusal('POST', '/Tickets', { ...elsewhere, companyID: 175, configurationItemID: id })).toContain(
      'does not exist or is invalid',
    );
  });

  test('are found by their reference number', async () => {
    const id = await create('/ConfigurationItems', { ...anItem, referenceNumber: 'ksi:svc:1:7' });
    const found = await box.query('ConfigurationItems', [
      { op: 'eq', field: 'companyID', value: 175 },
      { op: 'beginsWith', field: 'referenceNumber', value: 'ksi:' },
    ]);
    expect(found.json.items.map((one: { id: number }) => one.id)).toEqual([id]);
  });

  test('take further devices and notes under a ticket and under themselves', async () => {
    const [first, second] = [await create('/ConfigurationItems', anItem), await create('/ConfigurationItems', anItem)];
    const ticket = await box.createTicket({ configurationItemID: first });
    const path = `/Tickets/${ticket}/AdditionalConfigurationItems`;
    const link = await create(path, { configurationItemID: second });
    expect(await refusal('POST', path, { configurationItemID: second })).toContain('already');
    expect(await refusal('POST', path, { configurationItemID: first })).toContain('already');
    expect((await box.call('DELETE', `${path}/${link}`)).json).toEqual({ itemId: link });
    const note = { title: 'n', description: 'd', noteType: 1, publish: 2 };
    const noteId = await create(`/ConfigurationItems/${first}/Notes`, note);
    expect((await box.call('GET', `/ConfigurationItemNotes/${noteId}`)).json.item).toMatchObject(note);
  });
});

describe('types and categories', () => {
  test('a type in use cannot be deleted', async () => {
    const [used, spare] = [
      await create('/ConfigurationItemTypes', { name: 'Kaspersky report', isActive: true }),
      await create('/ConfigurationItemTypes', { name: 'Spare', isActive: true }),
    ];
    await create('/ConfigurationItems', { ...anItem, configurationItemType: used });
    expect(await refusal('DELETE', `/ConfigurationItemTypes/${used}`)).toContain('in use');
    expect((await box.call('DELETE', `/ConfigurationItemTypes/${spare}`)).json).toEqual({ itemId: spare });
    expect(await refusal('POST', '/ConfigurationItems', { ...anItem, configurationItemType: spare })).toContain(
      'entity for configurationItemType',
    );
  });

  test('a category made from another has its colour and its fields', async () => {
    const field = await create('/UserDefinedFieldDefinitions', { name: 'Seats', udfType: 4, dataType: 3 });
    const standard = fixtureIds.standardItemCategory;
    const layout = `/ConfigurationItemCategories/${standard}/UdfAssociations`;
    await create(layout, { userDefinedFieldDefinitionID: field, isRequired: false });
    expect(await refusal('POST', layout, { userDefinedFieldDefinitionID: field, isRequired: false })).toContain(
      'already',
    );
    const copy = await create('/ConfigurationItemCategories', { id: standard, name: 'Reports', isActive: true });
    expect((await box.call('GET', `/ConfigurationItemCategories/${copy}`)).json.item).toMatchObject({
      name: 'Reports',
      displayColorRGB: 1,
      isGlobalDefault: false,
    });
    expect((await box.call('GET', `/ConfigurationItemCategories/${copy}/UdfAssociations`)).json.items).toMatchObject([
      { configurationItemCategoryID: copy, userDefinedFieldDefinitionID: field },
    ]);
    expect(await refusal('POST', '/ConfigurationItemCategories', { id: 1, name: 'x', isActive: true })).toContain(
      'No matching records found',
    );
  });

  test('a category shows fields of configuration items only', async () => {
    const field = await create('/UserDefinedFieldDefinitions', { name: 'Workspace', udfType: 1, dataType: 1 });
    const path = `/ConfigurationItemCategories/${fixtureIds.standardItemCategory}/UdfAssociations`;
    expect(await refusal('POST', path, { userDefinedFieldDefinitionID: field, isRequired: false })).toContain(
      'configuration items',
    );
  });
});

describe('user-defined lists', () => {
  const aList = async () => {
    const field = await create('/UserDefinedFieldDefinitions', { name: 'Plan', udfType: 1, dataType: 4 });
    const path = `/UserDefinedFields/${field}/ListItems`;
    const gold = await create(path, { valueForDisplay: 'Gold', valueForExport: 'gold' });
    return { field, path, gold };
  };
  const write = (value: string) => ({ id: 175, userDefinedFields: [{ name: 'Plan', value }] });
  const plan = async () => (await box.call('GET', '/Companies/175')).json.item.userDefinedFields[0].value;

  test('have items with unique texts, and show as picklists', async () => {
    const { path, gold } = await aList();
    expect(await refusal('POST', path, { valueForDisplay: 'gold', valueForExport: 'x' })).toContain('unique');
    const { fields } = (await box.call('GET', '/Companies/entityInformation/userDefinedFields')).json;
    expect(fields[0]).toMatchObject({
      name: 'Plan',
      isPickList: true,
      picklistValues: [{ value: String(gold), label: 'Gold', isActive: true }],
    });
  });

  test('take the id of an item, and its text by switch', async () => {
    const { gold } = await aList();
    await box.call('PATCH', '/Companies', { body: write(String(gold)) });
    expect(await plan()).toBe(String(gold));
    expect(await refusal('PATCH', '/Companies', write('Gold'))).toContain('entity for Plan');
    box.controls.changeSwitches({ udfListValues: 'ids-and-texts' });
    await box.call('PATCH', '/Companies', { body: write('') });
    await box.call('PATCH', '/Companies', { body: write('Gold') });
    expect(await plan()).toBe(String(gold));
  });

  test('a default is filled in and cannot be renamed', async () => {
    const { field, path, gold } = await aList();
    await box.call('PATCH', '/UserDefinedFieldDefinitions', { body: { id: field, defaultValue: 'Gold' } });
    const rename = { id: gold, valueForDisplay: 'Silver' };
    expect(await refusal('PATCH', path, rename)).toContain('cannot be renamed');
    const company = { companyName: 'New', companyType: 1, phone: '5', ownerResourceID: fixtureIds.technician };
    const id = await create('/Companies', company);
    expect((await box.call('GET', `/Companies/${id}`)).json.item.userDefinedFields).toEqual([
      { name: 'Plan', value: String(gold) },
    ]);
  });

  test('text fields have no items', async () => {
    const field = await create('/UserDefinedFieldDefinitions', { name: 'Free', udfType: 1, dataType: 1 });
    const path = `/UserDefinedFields/${field}/ListItems`;
    expect(await refusal('POST', path, { valueForDisplay: 'a', valueForExport: 'a' })).toContain('list field');
  });
});

describe('companies and tickets', () => {
  test('a company has one alert of each kind, and notes with a begin and an end', async () => {
    const alert = { alertTypeID: 1, alertText: 'Call Ada first' };
    await create('/Companies/175/Alerts', alert);
    expect(await refusal('POST', '/Companies/175/Alerts', alert)).toContain('already exists');
    const note = {
      actionType: 1,
      assignedResourceID: fixtureIds.technician,
      startDateTime: '2026-03-05T10:00:00Z',
      endDateTime: '2026-03-05T09:00:00Z',
    };
    expect(await refusal('POST', '/Companies/175/Notes', note)).toContain('endDateTime');
    await create('/Companies/175/Notes', { ...note, endDateTime: '2026-03-05T11:00:00Z' });
    expect((await box.call('GET', '/Companies/175/Notes')).json.items).toHaveLength(1);
  });

  test('the history of a ticket tells who changed what', async () => {
    const ticketID = await box.createTicket();
    await box.control('PATCH', `/rows/Tickets/${ticketID}`, { status: 5 });
    const { json } = await box.query('TicketHistory', [{ op: 'eq', field: 'ticketID', value: ticketID }]);
    expect(json.items).toMatchObject([
      { action: 1, resourceID: fixtureIds.apiUser },
      { action: 2, resourceID: fixtureIds.technician, detail: expect.stringContaining('status: 1 -> 5') },
    ]);
  });

  test('a category fills in what nobody sent', async () => {
    const strict = { ticketCategory: fixtureIds.strictCategory, issueType: 10 };
    expect((await box.ticket(await box.createTicket(strict))).billingCodeID).toBe(29_683_407);
    expect((await box.ticket(await box.createTicket({ ...strict, billingCodeID: 29_683_408 }))).billingCodeID).toBe(
      29_683_408,
    );
    expect((await box.call('GET', `/TicketCategories/${fixtureIds.strictCategory}/FieldDefaults`)).json.items).toEqual([
      expect.objectContaining({ workTypeID: 29_683_407, title: null }),
    ]);
  });
});
