import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startForTest, type TestSandbox } from './test-client.ts';

/**
 * Which verbs each address has, written down from the vendor's published interface and not from our tables.
 * `root` are the verbs of `/{entity}`; none means that the address does not exist.
 */
interface Row {
  entity: string;
  root: string[];
  child?: { path: string; verbs: string[] };
  udf?: boolean;
  /** Without: no query, no count, no row by its id. */
  isUnreadable?: boolean;
}
const WRITES = ['POST', 'PATCH', 'PUT'];
const under = (path: string, verbs: string[]) => ({ path, verbs });
const matrix: Row[] = [
  { entity: 'Companies', root: WRITES, udf: true },
  { entity: 'CompanyAlerts', root: [], child: under('/Companies/1/Alerts', WRITES) },
  { entity: 'CompanyNotes', root: [], child: under('/Companies/1/Notes', WRITES) },
  { entity: 'Contacts', root: [], child: under('/Companies/1/Contacts', [...WRITES, 'DELETE']), udf: true },
  { entity: 'Tickets', root: WRITES, udf: true },
  { entity: 'TicketNotes', root: [], child: under('/Tickets/1/Notes', WRITES) },
  {
    entity: 'TicketAdditionalConfigurationItems',
    root: [],
    child: under('/Tickets/1/AdditionalConfigurationItems', ['POST', 'DELETE']),
  },
  { entity: 'TicketCategories', root: ['PATCH', 'PUT'] },
  { entity: 'TicketCategoryFieldDefaults', root: [], child: under('/TicketCategories/1/FieldDefaults', []) },
  { entity: 'TicketHistory', root: [] },
  { entity: 'Contracts', root: WRITES, udf: true },
  { entity: 'ContractServices', root: [], child: under('/Contracts/1/Services', WRITES) },
  {
    entity: 'ContractServiceAdjustments',
    root: ['POST'],
    child: under('/Contracts/1/ServiceAdjustments', ['POST']),
    isUnreadable: true,
  },
  { entity: 'ContractServiceUnits', root: [], child: under('/Contracts/1/ServiceUnits', []) },
  { entity: 'ContractServiceBundles', root: [], child: under('/Contracts/1/ServiceBundles', WRITES) },
  {
    entity: 'ContractServiceBundleAdjustments',
    root: ['POST'],
    child: under('/Contracts/1/ServiceBundleAdjustments', ['POST']),
    isUnreadable: true,
  },
  { entity: 'ContractServiceBundleUnits', root: [], child: under('/Contracts/1/ServiceBundleUnits', []) },
  { entity: 'Services', root: WRITES },
  { entity: 'ServiceBundles', root: [...WRITES, 'DELETE'] },
  { entity: 'ConfigurationItems', root: WRITES, udf: true },
  { entity: 'ConfigurationItemNotes', root: [], child: under('/ConfigurationItems/1/Notes', WRITES) },
  { entity: 'ConfigurationItemTypes', root: [...WRITES, 'DELETE'] },
  { entity: 'ConfigurationItemCategories', root: WRITES },
  {
    entity: 'ConfigurationItemCategoryUdfAssociations',
    root: [],
    child: under('/ConfigurationItemCategories/1/UdfAssociations', [...WRITES, 'DELETE']),
  },
  { entity: 'Products', root: WRITES, udf: true },
  { entity: 'UserDefinedFieldDefinitions', root: WRITES },
  { entity: 'UserDefinedFieldListItems', root: [], child: under('/UserDefinedFields/1/ListItems', WRITES) },
  { entity: 'BillingCodes', root: [] },
  { entity: 'Resources', root: ['PATCH', 'PUT'] },
  { entity: 'Roles', root: WRITES },
  { entity: 'Departments', root: WRITES },
  { entity: 'ResourceRoleQueues', root: [], child: under('/Resources/1/RoleQueues', WRITES) },
];

const VERBS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const;
type Cell = [method: string, path: string, expected: 'served' | 404 | 405];

const cells = (path: string, served: readonly string[]): Cell[] =>
  VERBS.map((verb) => [verb, path, served.includes(verb) ? 'served' : 405]);
const missing = (path: string): Cell[] => VERBS.map((verb) => [verb, path, 404]);

const onCollection = (verbs: string[]) => verbs.filter((verb) => verb !== 'DELETE');
const onItem = (verbs: string[]) => verbs.filter((verb) => verb === 'DELETE');

const all: Cell[] = matrix.flatMap(({ entity, root, child, udf = false, isUnreadable = false }) => [
  ...(isUnreadable
    ? [...missing(`/${entity}/query`), ...missing(`/${entity}/query/count`), ...missing(`/${entity}/1`)]
    : [
        ...cells(`/${entity}/query`, ['GET', 'POST']),
        ...cells(`/${entity}/query/count`, ['GET', 'POST']),
        ...cells(`/${entity}/1`, ['GET', ...onItem(root)]),
      ]),
  ...cells(`/${entity}/entityInformation`, ['GET']),
  ...cells(`/${entity}/entityInformation/fields`, ['GET']),
  ...(udf ? cells : missing)(`/${entity}/entityInformation/userDefinedFields`, ['GET']),
  ...(root.length > 0 ? cells : missing)(`/${entity}`, onCollection(root)),
  ...missing(`/${entity}/nonsense`),
  ...missing(`/${entity}/1/nonsense`),
  ...(child
    ? [
        ...cells(child.path, [...(isUnreadable ? [] : ['GET']), ...onCollection(child.verbs)]),
        ...(isUnreadable ? missing : cells)(`${child.path}/1`, ['GET', ...onItem(child.verbs)]),
        ...cells(`${child.path}/entityInformation/fields`, ['GET']),
      ]
    : []),
]);

describe('every address has its verbs and no others', () => {
  let box: TestSandbox;
  beforeAll(async () => {
    box = await startForTest();
    box.controls.changeLimits({ threshold: 1_000_000, latencyScale: 0 });
  });
  afterAll(() => box.sandbox.close());

  test.each(all)('%s %s: %s', async (method, path, expected) => {
    const reply = await box.call(method, path, method === 'GET' ? {} : { body: {} });
    if (expected === 'served') {
      expect([200, 500]).toContain(reply.status);
      expect(reply.json).not.toHaveProperty('Message');
    } else {
      expect(reply.status).toBe(expected);
      expect(reply.json.Message).toContain(expected === 405 ? `http method '${method}'` : 'No HTTP resource');
    }
  });

  test.each(missing('/Nonsense'))('%s %s is an unknown entity', async (method, path) => {
    expect((await box.call(method, path)).status).toBe(404);
  });

  test('addresses without an entity have GET only', async () => {
    for (const path of ['/ThresholdInformation', '/EntityInformation', '/zoneInformation']) {
      expect((await box.call('POST', path, { body: {} })).status, path).toBe(405);
    }
    const { info } = (await box.call('GET', '/EntityInformation')).json;
    expect(info).toHaveLength(matrix.length);
  });

  test('no call of the matrix met a defect', () => {
    expect(box.defects).toEqual([]);
  });
});
