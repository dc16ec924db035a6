import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AutotaskStandIn, startAutotaskStandIn } from './stand-in.testing.ts';

describe('the rights of the API user', () => {
  let psa: AutotaskStandIn;
  beforeAll(async () => {
    psa = await startAutotaskStandIn();
  });
  beforeEach(() => psa.reset());
  afterAll(() => psa.stop());

  const failing = async () => (await psa.connector.test()).filter(({ ok }) => !ok);

  it('are enough at first, for tickets, accounts, billing and reports', async () => {
    const steps = await psa.connector.test();
    expect(steps.map(({ step, ok }) => [step, ok])).toEqual([
      ['Address', true],
      ['Login', true],
      ['Rights for tickets', true],
      ['Rights for accounts and their fields', true],
      ['Rights for billing', true],
      ['Rights for reports', true],
    ]);
  });

  it.each([
    ['Tickets', 'create', 'Rights for tickets'],
    ['Tickets', 'update', 'Rights for tickets'],
    ['Tickets', 'query', 'Rights for tickets'],
    ['TicketNotes', 'create', 'Rights for tickets'],
    ['BillingCodes', 'query', 'Rights for tickets'],
    ['Companies', 'query', 'Rights for accounts and their fields'],
    ['Companies', 'update', 'Rights for accounts and their fields'],
    ['UserDefinedFieldDefinitions', 'create', 'Rights for accounts and their fields'],
    ['Contracts', 'query', 'Rights for billing'],
    ['ContractServices', 'query', 'Rights for billing'],
    ['ContractServiceUnits', 'query', 'Rights for billing'],
    ['ContractServiceAdjustments', 'create', 'Rights for billing'],
    ['Services', 'query', 'Rights for billing'],
    ['ConfigurationItems', 'create', 'Rights for reports'],
    ['ConfigurationItems', 'update', 'Rights for reports'],
    ['ConfigurationItemTypes', 'create', 'Rights for reports'],
    ['ConfigurationItemCategories', 'query', 'Rights for reports'],
    ['Products', 'query', 'Rights for reports'],
  ])('are told by name when %s lacks %s', async (entity, right, step) => {
    psa.sandbox.controls.setRights(entity, { [right]: 0 });
    const shown = right === 'query' ? 'read' : right === 'update' ? 'edit' : right;
    expect(await failing()).toMatchObject([{ step, message: expect.stringContaining(`${entity} (${shown})`) }]);
  });

  it('are all looked at, so that they can be given in one go', async () => {
    psa.sandbox.controls.setRights('Tickets', { create: 0, update: 0 });
    psa.sandbox.controls.setRights('TicketNotes', { create: 0 });
    psa.sandbox.controls.setRights('ContractServiceAdjustments', { create: 0 });
    expect((await failing()).map(({ message }) => message)).toEqual([
      "The API user's security level lacks rights. Missing: Tickets (create, edit); TicketNotes (create)",
      "The API user's security level lacks rights. Missing: ContractServiceAdjustments (create)",
    ]);
  });

  it('that are restricted count as there: only a call can tell', async () => {
    psa.sandbox.controls.setRights('Tickets', { create: 2, update: 2, query: 2 });
    expect(await failing()).toEqual([]);
  });
});
