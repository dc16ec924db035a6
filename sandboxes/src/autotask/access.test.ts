import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fixtureIds, sampleCredentials } from './index.ts';
import { aTicket, startForTest, type TestSandbox } from './test-client.ts';

let box: TestSandbox;
beforeAll(async () => {
  box = await startForTest();
});
beforeEach(() => box.controls.reset());
afterAll(() => box.sandbox.close());

const user = encodeURIComponent(sampleCredentials.userName);

describe('zone discovery', () => {
  test('the zone of the API user is the sandbox itself, and needs no login', async () => {
    const { json } = await box.fetchJson(`${box.sandbox.origin}/atservicesrest/v1.0/zoneInformation?user=${user}`, {});
    expect(json).toEqual({
      zoneName: 'Sandbox',
      url: `${box.sandbox.origin}/ATServicesRest/`,
      webUrl: `${box.sandbox.origin}/`,
      ci: 30595,
    });
  });

  test.each(['?user=nobody@sandbox.example', '?user=', ''])(
    'an unknown user (%s) gets 500 with errors',
    async (query) => {
      const reply = await box.fetchJson(`${box.sandbox.baseUrl}/zoneInformation${query}`, {});
      expect(reply.status).toBe(500);
      expect(reply.json.errors).toHaveLength(1);
    },
  );

  test('the versions of the API are told without login', async () => {
    const reply = await box.fetchJson(`${box.sandbox.origin}/ATServicesRest/versioninformation/`, {});
    expect(reply.json).toEqual({ apiVersions: ['1.0'] });
  });

  test('a moved database names its new zone and refuses calls at the old one', async () => {
    box.controls.changeSwitches({ zoneUrl: 'http://127.0.0.1:1/ATServicesRest/', wrongZone: true });
    const zone = await box.call('GET', `/zoneInformation?user=${user}`);
    expect(zone.json.url).toBe('http://127.0.0.1:1/ATServicesRest/');
    expect((await box.call('GET', '/ThresholdInformation')).status).toBe(401);
  });
});

describe('login', () => {
  test('headers in any casing and paths in any casing, with or without a slash, are one and the same', async () => {
    const headers = {
      USERNAME: sampleCredentials.userName,
      secret: sampleCredentials.secret,
      APIIntegrationcode: sampleCredentials.trackingId,
    };
    const paths = [
      '/ATServicesRest/V1.0/Companies/175',
      '/atservicesrest/v1.0/companies/175/',
      '/ATSERVICESREST/V1.0/COMPANIES/175',
    ];
    for (const path of paths) {
      const { status, json } = await box.fetchJson(`${box.sandbox.origin}${path}`, { headers });
      expect([status, json.item.companyName]).toEqual([200, 'Alder Joinery']);
    }
  });

  test.each<Record<string, string>>([
    { Secret: 'wrong' },
    { UserName: 'nobody@sandbox.example' },
    { UserName: '' },
    { Secret: '' },
  ])('a wrong user or secret (%o) is 401', async (headers) => {
    expect((await box.call('GET', '/Companies/175', { headers })).status).toBe(401);
  });

  test('no headers at all are 401, on unknown paths too', async () => {
    for (const path of ['/Companies/175', '/Nonsense']) {
      const reply = await box.fetchJson(`${box.sandbox.baseUrl}${path}`, {});
      expect([reply.status, reply.text]).toEqual([401, '']);
    }
  });

  test('the body of a 401 can be a plain text', async () => {
    box.controls.changeSwitches({ unauthorizedBody: 'text' });
    const reply = await box.call('GET', '/Companies/175', { headers: { Secret: 'wrong' } });
    expect(reply.headers.get('content-type')).toContain('text/plain');
    expect(reply.text).not.toBe('');
  });

  test('a wrong tracking identifier is 500 with errors', async () => {
    const reply = await box.call('GET', '/Companies/175', { headers: { ApiIntegrationCode: 'ANOTHER' } });
    expect(reply.status).toBe(500);
    expect(reply.json.errors[0]).toContain('IntegrationCode');
  });

  test('a rotated secret or a deactivated user stops the old credentials at once', async () => {
    const secret = box.controls.rotateSecret();
    expect((await box.call('GET', '/Companies/175')).status).toBe(401);
    expect((await box.call('GET', '/Companies/175', { headers: { Secret: secret } })).status).toBe(200);
    box.controls.changeUser({ isActive: false });
    expect((await box.call('GET', '/Companies/175', { headers: { Secret: secret } })).status).toBe(401);
  });
});

describe('rights', () => {
  test('a missing right shows in the metadata and refuses the call with 500 and the permission text', async () => {
    box.controls.setRights('Tickets', { update: 0 });
    const id = await box.createTicket();
    const { info } = (await box.call('GET', '/Tickets/entityInformation')).json;
    expect(info).toMatchObject({ userAccessForCreate: 1, userAccessForUpdate: 0, userAccessForQuery: 1 });
    const reply = await box.call('PATCH', '/Tickets', { body: { id, status: 5 } });
    expect(reply.status).toBe(500);
    expect(reply.json.errors[0]).toContain('The logged in Resource does not have the adequate permissions');
    expect((await box.ticket(id)).status).toBe(1);
  });

  test('without the right to query neither rows nor counts are given out', async () => {
    box.controls.setRights('Companies', { query: 0 });
    const filter = [{ op: 'exist', field: 'id' }];
    expect((await box.query('Companies', filter)).status).toBe(500);
    expect((await box.call('POST', '/Companies/query/count', { body: { filter } })).status).toBe(500);
    expect((await box.call('GET', '/Companies/175')).status).toBe(500);
  });

  test('a write as another resource is remembered with both names', async () => {
    const headers = { ImpersonationResourceId: String(fixtureIds.technician) };
    const { json } = await box.call('POST', '/Tickets', { body: aTicket, headers });
    expect(await box.ticket(json.itemId)).toMatchObject({
      creatorResourceID: fixtureIds.technician,
      impersonatorCreatorResourceID: fixtureIds.apiUser,
    });
    const unknown = await box.call('POST', '/Tickets', { body: aTicket, headers: { ImpersonationResourceId: '77' } });
    expect(unknown.status).toBe(500);
  });
});
