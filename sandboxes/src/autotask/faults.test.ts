import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aTicket, startForTest, type TestSandbox } from './test-client.ts';

let box: TestSandbox;
beforeAll(async () => {
  box = await startForTest();
});
beforeEach(() => box.controls.reset());
afterAll(() => box.sandbox.close());

const create = (externalID: string) => box.call('POST', '/Tickets', { body: { ...aTicket, externalID } });
const stored = async (externalID: string): Promise<number> =>
  (await box.query('Tickets', [{ op: 'eq', field: 'externalID', value: externalID }])).json.items.length;

describe('planned faults', () => {
  test('a dropped connection after storing leaves the caller in doubt and the ticket in place', async () => {
    await box.control('POST', '/faults', { method: 'POST', path: '/Tickets', mode: 'store-then-drop' });
    await expect(create('k1')).rejects.toThrow();
    expect(await stored('k1')).toBe(1);
    expect((await create('k2')).status).toBe(200);
  });

  test('a dropped connection before storing leaves nothing', async () => {
    await box.control('POST', '/faults', { path: '/tickets', mode: 'drop-before-store' });
    await expect(create('k1')).rejects.toThrow();
    expect(await stored('k1')).toBe(0);
  });

  test('a server fault may come after the work was done', async () => {
    await box.control('POST', '/faults', { path: '/Tickets', mode: 'store-then-respond' });
    const reply = await create('k1');
    expect([reply.status, await stored('k1')]).toEqual([500, 1]);
    expect(reply.json.errors[0]).toContain('An unexpected error has occurred');
  });

  test('an answer can be planned whole: status, body, headers, delay, and how often', async () => {
    const fault = {
      method: 'GET',
      path: '/Companies/*',
      count: 2,
      status: 503,
      body: 'maintenance',
      headers: { 'Retry-After': '7' },
      delayMs: 60,
    };
    await box.control('POST', '/faults', fault);
    const started = performance.now();
    const reply = await box.call('GET', '/Companies/175');
    expect(performance.now() - started).toBeGreaterThanOrEqual(55);
    expect([reply.status, reply.text, reply.headers.get('retry-after')]).toEqual([503, 'maintenance', '7']);
    expect((await box.query('Companies', [{ op: 'exist', field: 'id' }])).status).toBe(200);
    expect((await box.call('GET', '/companies/176')).status).toBe(503);
    expect((await box.call('GET', '/Companies/175')).status).toBe(200);
  });

  test('a fault of zone discovery works without login', async () => {
    await box.control('POST', '/faults', { path: '/zoneInformation', status: 502, body: '' });
    expect((await box.fetchJson(`${box.sandbox.baseUrl}/zoneInformation`, {})).status).toBe(502);
  });

  test('faults are listed with their hits and can be taken back', async () => {
    const { id } = (await box.control('POST', '/faults', { path: '/Tickets*', count: 5 })).json;
    await box.call('GET', '/Tickets/1');
    expect((await box.control('GET', '/faults')).json).toMatchObject([{ id, hits: 1, count: 5, mode: 'respond' }]);
    expect((await box.control('DELETE', `/faults/${id}`)).status).toBe(200);
    expect((await box.control('DELETE', `/faults/${id}`)).json.code).toBe('sandbox.not_found');
    expect((await box.call('GET', '/Tickets/1')).status).toBe(200);
  });

  test('the request log tells every call with its end, and no credentials', async () => {
    box.controls.addFault({ path: '/Tickets', mode: 'store-then-drop' });
    await create('k1').catch(() => {});
    await box.call('GET', '/Tickets');
    const requests = box.controls.requests();
    expect(requests).toMatchObject([
      { method: 'POST', path: '/Tickets', status: 0, fault: expect.stringContaining('store-then-drop') },
      { method: 'GET', path: '/Tickets', status: 405, error: expect.stringContaining('http method') },
    ]);
    expect(JSON.stringify(requests)).not.toContain('Sample-Secret');
  });
});
