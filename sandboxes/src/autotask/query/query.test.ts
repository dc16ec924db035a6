import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { credentialHeaders, startForTest, type TestSandbox } from '../test-client.ts';

let box: TestSandbox;
beforeAll(async () => {
  box = await startForTest();
});
beforeEach(() => {
  box.controls.reset();
  box.controls.putRows('Tickets', tickets, { clearFirst: true });
});
afterAll(() => box.sandbox.close());

const tickets = [
  {
    id: 11,
    companyID: 175,
    title: 'Alpha virus',
    status: 1,
    externalID: 'k1',
    estimatedHours: 1.5,
    dueDateTime: '2026-03-01T10:00:00.000Z',
  },
  {
    id: 12,
    companyID: 175,
    title: 'beta VIRUS',
    status: 5,
    externalID: null,
    estimatedHours: null,
    dueDateTime: '2026-03-02T10:00:00.000Z',
  },
  {
    id: 13,
    companyID: 176,
    title: 'Gamma 100% [x]',
    status: 8,
    externalID: 'K1',
    estimatedHours: 2,
    dueDateTime: '2026-03-03T10:00:00.000Z',
  },
];
const ids = async (...filter: unknown[]): Promise<number[]> => {
  const reply = await box.query('Tickets', filter);
  expect(reply.status, reply.text).toBe(200);
  return reply.json.items.map((item: { id: number }) => item.id);
};
const refusal = async (filter: unknown, more = {}): Promise<string> => {
  const reply = await box.query('Tickets', filter, more);
  expect(reply.status, reply.text).toBe(500);
  return reply.json.errors[0];
};

describe('operators', () => {
  test.each([
    [{ op: 'eq', field: 'companyID', value: 175 }, [11, 12]],
    [{ op: 'noteq', field: 'companyID', value: 175 }, [13]],
    [{ op: 'gt', field: 'id', value: 11 }, [12, 13]],
    [{ op: 'gte', field: 'id', value: 12 }, [12, 13]],
    [{ op: 'lt', field: 'estimatedHours', value: 2 }, [11]],
    [{ op: 'lte', field: 'dueDateTime', value: '2026-03-02T12:00:00+02:00' }, [11, 12]],
    [{ op: 'gt', field: 'dueDateTime', value: '2026-03-02' }, [12, 13]],
    [{ op: 'beginsWith', field: 'title', value: 'ALPHA' }, [11]],
    [{ op: 'endsWith', field: 'title', value: 'virus' }, [11, 12]],
    [{ op: 'contains', field: 'title', value: '100% [' }, [13]],
    [{ op: 'eq', field: 'externalID', value: 'k1' }, [11, 13]],
    [{ op: 'exist', field: 'externalID' }, [11, 13]],
    [{ op: 'notExist', field: 'externalID' }, [12]],
    [{ op: 'in', field: 'status', value: [1, 8] }, [11, 13]],
    [{ op: 'notIn', field: 'status', value: [1, 8] }, [12]],
    [{ OP: 'EQ', Field: 'COMPANYID', Value: 176 }, [13]],
  ])('%o', async (condition, expected) => {
    expect(await ids(condition)).toEqual(expected);
  });

  test('groups nest, and the top level is an and', async () => {
    const either = {
      op: 'or',
      items: [
        { op: 'eq', field: 'title', value: 'alpha VIRUS' },
        {
          op: 'and',
          items: [
            { op: 'exist', field: 'externalID' },
            { op: 'in', field: 'status', value: [8] },
          ],
        },
      ],
    };
    expect(await ids(either)).toEqual([11, 13]);
    expect(await ids(either, { op: 'eq', field: 'companyID', value: 176 })).toEqual([13]);
  });

  test('null satisfies no comparison', async () => {
    expect(await ids({ op: 'noteq', field: 'externalID', value: 'zzz' })).toEqual([11, 13]);
    expect(await ids({ op: 'notIn', field: 'estimatedHours', value: [2] })).toEqual([11]);
  });

  test('booleans take true, false and their quoted forms, and never null', async () => {
    const inactive = async (value: unknown) => box.query('Companies', [{ op: 'eq', field: 'isactive', value }]);
    for (const value of [false, 'false']) {
      expect((await inactive(value)).json.items.map((item: { id: number }) => item.id)).toEqual([179]);
    }
    for (const value of [null, 0, 'no']) expect((await inactive(value)).status).toBe(500);
  });

  test('a quoted id finds nothing, a word against an integer field is refused', async () => {
    expect(await ids({ op: 'eq', field: 'id', value: '11' })).toEqual([]);
    expect(await ids({ op: 'noteq', field: 'id', value: '11' })).toEqual([]);
    expect(await refusal([{ op: 'eq', field: 'status', value: 'New' }])).toContain('Conversion failed when converting');
    expect(await refusal([{ op: 'eq', field: 'status', value: '1' }])).toContain('Conversion failed when converting');
  });
});

describe('refusals', () => {
  test.each([
    ['no filter', undefined, 'filter is required'],
    ['an empty filter', [], 'filter is required'],
    ['an unknown field', [{ op: 'eq', field: 'nope', value: 1 }], 'Unable to find nope in the Ticket Entity.'],
    ['a field that cannot be queried', [{ op: 'eq', field: 'creatorType', value: 1 }], 'not queryable'],
    ['an unknown operator', [{ op: 'like', field: 'title', value: 'x' }], 'like is not supported'],
    ['an operator named like a part of an object', [{ op: 'toString', field: 'title', value: 'x' }], 'not supported'],
    ['a condition without operator', [{ field: 'title', value: 'x' }], 'needs an op'],
    ['a condition without field', [{ op: 'eq', value: 'x' }], 'needs a field'],
    ['a comparison without value', [{ op: 'eq', field: 'title' }], 'value is required'],
    ['a bad date', [{ op: 'gt', field: 'dueDateTime', value: 'soon' }], 'Conversion failed when converting date'],
    ['in without a list', [{ op: 'in', field: 'status', value: 1 }], 'list of values'],
    ['an empty group', [{ op: 'or', items: [] }], 'list of items'],
    ['a condition that is no object', [7], 'must be an object'],
    ['text search in a number', [{ op: 'contains', field: 'status', value: '1' }], 'needs a string field'],
  ])('%s', async (_name, filter, text) => {
    expect(await refusal(filter)).toContain(text);
  });

  test('isActive does not exist on contracts', async () => {
    const reply = await box.query('Contracts', [{ op: 'eq', field: 'isActive', value: true }]);
    expect([reply.status, reply.json.errors[0]]).toEqual([500, 'Unable to find isActive in the Contract Entity.']);
  });

  test('more than 500 or-conditions, or a filter too deep, are refused', async () => {
    const one = { op: 'eq', field: 'status', value: 1 };
    expect(await ids({ op: 'or', items: Array(500).fill(one) })).toEqual([11]);
    expect(await refusal([{ op: 'or', items: Array(501).fill(one) }])).toContain('500 OR conditions');
    let deep: unknown = one;
    for (let level = 0; level < 60; level += 1) deep = { op: 'and', items: [deep] };
    expect(await refusal([deep])).toContain('nested');
  });

  test.each([0, 501, 1.5, '10'])('MaxRecords %s is refused', async (MaxRecords) => {
    expect(await refusal([{ op: 'exist', field: 'id' }], { MaxRecords })).toContain('MaxRecords');
  });

  test('malformed JSON is a 500 with errors, in GET and POST', async () => {
    const get = await box.fetchJson(`${box.sandbox.baseUrl}/Tickets/query?search={"filter":[`, {
      headers: credentialHeaders,
    });
    const post = await box.call('POST', '/Tickets/query', { raw: '{"filter": <>' });
    expect([get.status, post.status]).toEqual([500, 500]);
    expect(post.json.errors[0]).toContain('Unexpected character encountered while parsing value: <');
    expect(get.json.errors[0]).toContain('Unexpected end');
  });
});

describe('answers', () => {
  test('GET and POST answer alike, and count counts', async () => {
    const search = { Filter: [{ op: 'eq', field: 'companyID', value: 175 }], includeFields: ['ID', 'ticketnumber'] };
    const get = await box.call('GET', '/Tickets/query', { search });
    const post = await box.call('POST', '/Tickets/query', { body: search });
    expect(get.json).toEqual(post.json);
    expect(get.json.items).toEqual([
      { id: 11, ticketNumber: null },
      { id: 12, ticketNumber: null },
    ]);
    expect((await box.call('GET', '/Tickets/query/count', { search })).json).toEqual({ queryCount: 2 });
    expect((await box.call('POST', '/Tickets/query/count', { body: search })).json).toEqual({ queryCount: 2 });
  });

  test('a whole row has every field of the metadata, unset ones as null, times in UTC', async () => {
    const { item } = (await box.call('GET', '/Tickets/11')).json;
    const { fields } = (await box.call('GET', '/Tickets/entityInformation/fields')).json;
    expect(Object.keys(item)).toEqual(fields.map((field: { name: string }) => field.name));
    expect(item).toMatchObject({ contactID: null, dueDateTime: '2026-03-01T10:00:00Z' });
  });

  test('a missing id answers an empty item, or 404 as older versions did', async () => {
    const reply = await box.call('GET', '/Tickets/999');
    expect([reply.status, reply.json]).toEqual([200, { item: null }]);
    box.controls.changeSwitches({ legacy404: true });
    expect((await box.call('GET', '/Tickets/999')).status).toBe(404);
  });

  test('an unknown included field is refused', async () => {
    expect(await refusal([{ op: 'exist', field: 'id' }], { IncludeFields: ['nope'] })).toContain('Unable to find nope');
  });

  test('an address longer than 2,048 characters is not found, as behind the real web server', async () => {
    const search = { filter: [{ op: 'eq', field: 'title', value: 'x'.repeat(2100) }] };
    expect((await box.call('GET', '/Tickets/query', { search })).status).toBe(404);
    expect((await box.call('POST', '/Tickets/query', { body: search })).json.items).toEqual([]);
  });
});

describe('paging', () => {
  const walk = async (
    method: 'GET' | 'POST',
    search: unknown,
    direction: 'nextPageUrl' | 'prevPageUrl',
    from?: string,
  ) => {
    const pages: number[][] = [];
    let url: string | null = from ?? '/Tickets/query';
    while (url !== null && pages.length < 20) {
      const options = method === 'POST' ? { body: search } : url.startsWith('http') ? {} : { search };
      const { status, json, text } = await box.call(method, url, options);
      expect(status, text).toBe(200);
      expect(json.pageDetails.count).toBe(json.items.length);
      pages.push(json.items.map((item: { id: number }) => item.id));
      lastUrl = url;
      url = json.pageDetails[direction];
      if (url !== null) expect(new URL(url).origin).toBe(box.sandbox.origin);
    }
    return pages;
  };
  let lastUrl = '';
  const seven = Array.from({ length: 7 }, (_, index) => ({
    id: index + 1,
    companyID: 175,
    title: `t${index + 1}`,
    status: index % 2,
  }));
  const everything = { filter: [{ op: 'exist', field: 'id' }] };

  test.each(['GET', 'POST'] as const)('%s leads through all pages in ascending ids, there and back', async (method) => {
    box.controls.putRows('Tickets', [...seven].reverse(), { clearFirst: true });
    box.controls.changeSwitches({ defaultPageSize: 3 });
    expect(await walk(method, everything, 'nextPageUrl')).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
    expect(await walk(method, everything, 'prevPageUrl', lastUrl)).toEqual([[7], [4, 5, 6], [1, 2, 3]]);
  });

  test('MaxRecords is the page size, and filtered rows stay filtered on later pages', async () => {
    box.controls.putRows('Tickets', seven, { clearFirst: true });
    const search = { MaxRecords: 2, filter: [{ op: 'eq', field: 'status', value: 0 }] };
    expect(await walk('POST', search, 'nextPageUrl')).toEqual([
      [1, 3],
      [5, 7],
    ]);
    const { pageDetails } = (await box.call('POST', '/Tickets/query', { body: search })).json;
    expect(pageDetails).toMatchObject({ count: 2, requestCount: 2, prevPageUrl: null });
  });

  test('the page address of a POST does not work as a GET', async () => {
    box.controls.putRows('Tickets', seven, { clearFirst: true });
    const { pageDetails } = (await box.call('POST', '/Tickets/query', { body: { ...everything, MaxRecords: 2 } })).json;
    expect((await box.call('GET', pageDetails.nextPageUrl)).status).toBe(500);
  });

  test('a paging parameter of another make is refused', async () => {
    for (const paging of ['', '{}', '{"pageSize":9999,"previousIds":[],"nextIds":[]}', '[[[']) {
      const reply = await box.call('POST', `/Tickets/query/next?paging=${encodeURIComponent(paging)}`, {
        body: everything,
      });
      expect(reply.status).toBe(500);
      expect(reply.json.errors).toHaveLength(1);
    }
  });

  test('above 500 matches the included fields must contain id', async () => {
    const many = Array.from({ length: 501 }, (_, index) => ({ id: index + 1, companyID: 175, title: 't', status: 1 }));
    box.controls.putRows('Tickets', many, { clearFirst: true });
    expect(await refusal(everything.filter, { IncludeFields: ['title'] })).toContain('must contain id');
    const reply = await box.query('Tickets', everything.filter, { IncludeFields: ['id', 'title'] });
    expect(reply.json.items).toHaveLength(500);
    expect(reply.json.pageDetails.nextPageUrl).not.toBeNull();
  });
});
