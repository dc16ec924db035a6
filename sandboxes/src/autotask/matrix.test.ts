import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startForTest, type TestSandbox } from './test-client.ts';

/**
 * Which verbs each address has, written down from the vendor's published interface and not from our tables.
 * `root` are the verbs of `/{entity}`; none means that the address does not exist.
 */
const matrix = [
  { entity: 'Companies', root: ['POST', 'PATCH', 'PUT'], child: null, udf: true },
  { entity: 'Tickets', root: ['POST', 'PATCH', 'PUT'], child: null, udf: true },
  { entity: 'TicketNotes', root: [], child: { path: '/Tickets/1/Notes', verbs: ['POST', 'PATCH', 'PUT'] }, udf: false },
  { entity: 'TicketCategories', root: ['PATCH', 'PUT'], child: null, udf: false },
  { entity: 'Contracts', root: ['POST', 'PATCH', 'PUT'], child: null, udf: true },
  {
    entity: 'Contacts',
    root: [],
    child: { path: '/Companies/1/Contacts', verbs: ['POST', 'PATCH', 'PUT', 'DELETE'] },
    udf: true,
  },
  { entity: 'BillingCodes', root: [], child: null, udf: false },
  { entity: 'Resources', root: ['PATCH', 'PUT'], child: null, udf: false },
  { entity: 'Roles', root: ['POST', 'PATCH', 'PUT'], child: null, udf: false },
  {
    entity: 'ResourceRoleQueues',
    root: [],
    child: { path: '/Resources/1/RoleQueues', verbs: ['POST', 'PATCH', 'PUT'] },
    udf: false,
  },
  { entity: 'UserDefinedFieldDefinitions', root: ['POST', 'PATCH', 'PUT'], child: null, udf: false },
] as const;

const VERBS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'] as const;
type Cell = [method: string, path: string, expected: 'served' | 404 | 405];

const cells = (path: string, served: readonly string[]): Cell[] =>
  VERBS.map((verb) => [verb, path, served.includes(verb) ? 'served' : 405]);
const missing = (path: string): Cell[] => VERBS.map((verb) => [verb, path, 404]);

const all: Cell[] = matrix.flatMap(({ entity, root, child, udf }) => [
  ...cells(`/${entity}/query`, ['GET', 'POST']),
  ...cells(`/${entity}/query/count`, ['GET', 'POST']),
  ...cells(`/${entity}/1`, ['GET']),
  ...cells(`/${entity}/entityInformation`, ['GET']),
  ...cells(`/${entity}/entityInformation/fields`, ['GET']),
  ...(udf ? cells : missing)(`/${entity}/entityInformation/userDefinedFields`, ['GET']),
  ...(root.length > 0 ? cells : missing)(`/${entity}`, root),
  ...missing(`/${entity}/nonsense`),
  ...missing(`/${entity}/1/nonsense`),
  ...(child
    ? [
        ...cells(child.path, ['GET', ...child.verbs.filter((verb) => verb !== 'DELETE')]),
        ...cells(`${child.path}/1`, ['GET', ...child.verbs.filter((verb) => verb === 'DELETE')]),
      ]
    : []),
]);

describe('every address has its verbs and no others', () => {
  let box: TestSandbox;
  beforeAll(async () => {
    box = await startForTest();
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
