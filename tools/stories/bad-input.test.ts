import { once } from 'node:events';
import { request } from 'node:https';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { addApiToken, addEnrolmentToken, addTenant, Problem, setUp } from '../../contract/src/index.ts';
import { apiClient } from '../lib/api.ts';
import { deviceCaller } from '../lib/device-caller.ts';
import { type GatehouseProcess, startGatehouse } from '../lib/gatehouse-process.ts';
import { playDevice } from '../lib/played-device.ts';

let server: GatehouseProcess;
let token: string;
let readerToken: string;
let enrolmentToken: string;
let deviceKey: string;
let deviceId: string;

beforeAll(async () => {
  server = await startGatehouse({ flags: ['--log-level', 'error', '--anonymous-calls-per-minute', '10000'] });
  const people = apiClient(server.url);
  const link = new URL(await server.setUpLink()).searchParams.get('token') ?? '';
  await people.call(setUp, { body: { token: link, name: 'admin', password: 'a long pass phrase' } });
  token = (await people.call(addApiToken, { body: { name: 'All', role: 'administrator' } })).secret;
  readerToken = (await people.call(addApiToken, { body: { name: 'Reads', role: 'read-only' } })).secret;
  const { id: tenantId } = await people.call(addTenant, { body: { name: 'Alder Bakery' } });
  const made = await people.call(addEnrolmentToken, { params: { tenantId }, body: { name: 'Story' } });
  enrolmentToken = made.secret;
  const caller = deviceCaller(server.url);
  const device = await playDevice(caller, { name: 'laptop-7', enrolmentToken });
  caller.close();
  ({ key: deviceKey, deviceId } = device);
}, 120_000);

afterAll(() => server?.remove());

afterEach(async () => {
  // Whatever was sent: the same process goes on, and nothing came up that it calls a defect of its own.
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect(server.output()).not.toMatch(/unexpected failure|"level":(50|60|"error"|"fatal")/);
});

interface Sent {
  method?: string;
  bearer?: string | undefined;
  body?: unknown;
  raw?: string | Buffer;
  type?: string;
  headers?: Record<string, string>;
}

const send = async (path: string, { method = 'POST', bearer, body, raw, type, headers }: Sent) => {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const reply = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(payload === undefined ? {} : { 'content-type': type ?? 'application/json' }),
      ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      ...headers,
    },
    ...(payload === undefined ? {} : { body: payload }),
  });
  const text = await reply.text();
  expect(text).not.toMatch(/node_modules|\.ts:\d+| at (async )?\w+ \(/);
  const problem = Problem.parse(JSON.parse(text));
  expect(problem.message).not.toBe('');
  return { status: reply.status, code: problem.code, issues: problem.issues.map(({ where }) => where), problem };
};

const anEvent = { seq: 1, type: 'GNRL_EV_OBJECT_REPORTED', riseTime: '2026-03-04T05:06:07.000Z' };
const batch = (event: object) => ({ epoch: 'a-good-epoch', events: [event] });

describe('the door for agents', () => {
  const cases: [title: string, path: string, sent: () => Sent, status: number, code: string, where?: string][] = [
    ['no key', '/agent/v1/events', () => ({ body: batch(anEvent) }), 401, 'session.missing'],
    ['a key of nobody', '/agent/v1/sync', () => ({ bearer: 'gha_nobody', body: {} }), 401, 'agent.bad-key'],
    [
      'a token of nobody',
      '/agent/v1/enrol',
      () => ({ body: { token: 'x', machineId: 'machine-77', hostname: 'h', agentVersion: '1' } }),
      401,
      'enrolment.bad-token',
    ],
    ['half a JSON', '/agent/v1/events', () => ({ bearer: deviceKey, raw: '{"epoch":' }), 400, 'input.malformed'],
    [
      'no JSON at all',
      '/agent/v1/events',
      () => ({ bearer: deviceKey, raw: 'a=b', type: 'text/plain' }),
      415,
      'request.media-type',
    ],
    [
      'bytes that are no UTF-8',
      '/agent/v1/events',
      () => ({ bearer: deviceKey, raw: Buffer.from([0x7b, 0xff, 0x7d]) }),
      400,
      '',
    ],
    [
      'an empty batch',
      '/agent/v1/events',
      () => ({ bearer: deviceKey, body: { epoch: 'a-good-epoch', events: [] } }),
      400,
      'input.invalid',
      'body.events',
    ],
    [
      'a list where an object belongs',
      '/agent/v1/events',
      () => ({ bearer: deviceKey, body: [] }),
      400,
      'input.invalid',
      'body',
    ],
    [
      'a number that is none',
      '/agent/v1/events',
      () => ({ bearer: deviceKey, body: batch({ ...anEvent, seq: -1 }) }),
      400,
      'input.invalid',
      'body.events[0].seq',
    ],
    [
      'a severity that does not exist',
      '/agent/v1/events',
      () => ({ bearer: deviceKey, body: batch({ ...anEvent, severity: 9 }) }),
      400,
      'input.invalid',
      'body.events[0].severity',
    ],
    [
      'a moment that is none',
      '/agent/v1/events',
      () => ({ bearer: deviceKey, body: batch({ ...anEvent, riseTime: 'yesterday' }) }),
      400,
      'input.invalid',
      'body.events[0].riseTime',
    ],
    [
      'a parameter too long',
      '/agent/v1/events',
      () => ({ bearer: deviceKey, body: batch({ ...anEvent, params: { 1: 'x'.repeat(513) } }) }),
      400,
      'input.invalid',
      'body.events[0].params.1',
    ],
    [
      '1001 events',
      '/agent/v1/events',
      () => ({
        bearer: deviceKey,
        body: { epoch: 'a-good-epoch', events: Array.from({ length: 1001 }, (_, at) => ({ ...anEvent, seq: at + 1 })) },
      }),
      400,
      'input.invalid',
      'body.events',
    ],
    [
      'nine megabytes',
      '/agent/v1/events',
      () => ({ bearer: deviceKey, raw: `"${'x'.repeat(9 * 2 ** 20)}"` }),
      413,
      'request.too-large',
    ],
    [
      'a fact of the wrong kind',
      '/agent/v1/sync',
      () => ({ bearer: deviceKey, body: { agentVersion: '1', sentAt: anEvent.riseTime, facts: { users: 'ann' } } }),
      400,
      'input.invalid',
      'body.facts.users',
    ],
    [
      'a wait of an hour',
      '/agent/v1/commands?waitSeconds=3600',
      () => ({ method: 'GET', bearer: deviceKey }),
      400,
      'input.invalid',
      'query.waitSeconds',
    ],
    ['an address that is none', '/agent/v1/nothing', () => ({ bearer: deviceKey, body: {} }), 404, ''],
    [
      'an administrator’s token',
      '/agent/v1/sync',
      () => ({ bearer: token, body: { agentVersion: '1', sentAt: anEvent.riseTime, facts: {} } }),
      403,
      'right.missing',
    ],
  ];
  test.each(cases)('answers %s with what is wrong and where', async (_, path, sent, status, code, where) => {
    const answer = await send(path, sent());
    expect(answer).toMatchObject({ status, ...(code ? { code } : {}) });
    if (where)
      expect(
        answer.issues.some((at) => at.startsWith(where)),
        JSON.stringify(answer),
      ).toBe(true);
  });

  test('keeps nothing of a batch in which one event is bad', async () => {
    const good = { ...anEvent, seq: 900, params: { 1: 'half-a-batch' } };
    const bad = { ...anEvent, seq: 901, type: 'no such shape' };
    const body = { epoch: 'half-batch', events: [good, bad] };
    expect(await send('/agent/v1/events', { bearer: deviceKey, body })).toMatchObject({ status: 400 });
    const list = await fetch(`${server.url}/api/events?deviceId=${deviceId}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(JSON.stringify(await list.json())).not.toContain('half-a-batch');
  });
});

describe('the door for the console', () => {
  const cases: [title: string, path: string, sent: () => Sent, status: number, code: string, where?: string][] = [
    ['nobody', '/api/devices', () => ({ method: 'GET' }), 401, 'session.missing'],
    ['a token of nobody', '/api/devices', () => ({ method: 'GET', bearer: 'ght_nobody' }), 401, ''],
    ['a device’s key', '/api/devices', () => ({ method: 'GET', bearer: deviceKey }), 403, 'right.missing'],
    [
      'somebody who may only read',
      '/api/tenants',
      () => ({ bearer: readerToken, body: { name: 'New' } }),
      403,
      'right.missing',
    ],
    [
      'a limit of a million',
      '/api/devices?limit=1000000',
      () => ({ method: 'GET', bearer: token }),
      400,
      'input.invalid',
      'query.limit',
    ],
    ['a place in a list that is none', '/api/devices?after=%00x', () => ({ method: 'GET', bearer: token }), 400, ''],
    [
      'an id that is none',
      '/api/devices/nothing',
      () => ({ method: 'GET', bearer: token }),
      400,
      'input.invalid',
      'params.deviceId',
    ],
    [
      'an id of nothing',
      '/api/devices/019a0000-0000-7000-8000-00000000abcd',
      () => ({ method: 'GET', bearer: token }),
      404,
      'device.not-found',
    ],
    ['an event that is none', '/api/events/99999999999999999999', () => ({ method: 'GET', bearer: token }), 404, ''],
    [
      'a name of blanks',
      '/api/tenants',
      () => ({ bearer: token, body: { name: '   ' } }),
      400,
      'input.invalid',
      'body.name',
    ],
    [
      'a name that is a list',
      '/api/tenants',
      () => ({ bearer: token, body: { name: ['a'] } }),
      400,
      'input.invalid',
      'body.name',
    ],
    [
      'two megabytes',
      '/api/tenants',
      () => ({ bearer: token, raw: `{"name":"${'x'.repeat(2 * 2 ** 20)}"}` }),
      413,
      'request.too-large',
    ],
    [
      'a PSA that is not known',
      '/api/integrations',
      () => ({ bearer: token, body: { kind: 'none', name: 'x', settings: {} } }),
      400,
      '',
    ],
    [
      'another site',
      '/api/session',
      () => ({
        body: { name: 'admin', password: 'x' },
        headers: { origin: 'https://other.example', 'sec-fetch-site': 'cross-site' },
      }),
      403,
      '',
    ],
    ['a wrong password', '/api/session', () => ({ body: { name: 'admin', password: 'wrong' } }), 401, ''],
    ['an address that is none', '/api/nothing', () => ({ method: 'GET', bearer: token }), 404, ''],
    ['a method that is none', '/api/tenants', () => ({ method: 'DELETE', bearer: token }), 405, ''],
  ];
  test.each(cases)('answers %s with what is wrong and where', async (_, path, sent, status, code, where) => {
    const answer = await send(path, sent());
    expect(answer).toMatchObject({ status, ...(code ? { code } : {}) });
    if (where) expect(answer.issues, JSON.stringify(answer)).toContain(where);
  });

  test('survives bytes that are no HTTP', async () => {
    for (const bytes of [Buffer.from([0x16, 0x03, 0x01, 0xff, 0x00]), Buffer.from('GET / HTTP/9.9\r\nx\r\n\r\n')]) {
      const socket = connect(server.httpPort, '127.0.0.1');
      await once(socket, 'connect');
      socket.end(bytes);
      socket.resume();
      await once(socket, 'close');
    }
  });
});

describe('the Open API', () => {
  const callOpenApi = (path: string, body: string, headers: Record<string, string> = {}, method = 'POST') =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const sent = request(
        // Its certificate is its own; who it is does not matter to this story.
        { host: '127.0.0.1', port: server.openApiPort, path, method, rejectUnauthorized: false, agent: false, headers },
        (reply) => {
          let text = '';
          reply.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          reply.once('end', () => resolve({ status: reply.statusCode ?? 0, text }));
        },
      );
      sent.once('error', reject);
      sent.end(body);
    });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const signedIn = (password = 'a long pass phrase') => ({
    authorization: `KSCBasic user="${base64('admin')}", pass="${base64(password)}", internal="1"`,
    'content-type': 'application/json',
  });
  const withSession = async () => {
    const { text } = await callOpenApi('/api/v1.0/Session.StartSession', '{}', signedIn());
    const id = (JSON.parse(text) as { PxgRetVal?: string }).PxgRetVal;
    expect(id, text).toBeTruthy();
    return { 'x-ksc-session': id ?? '', 'content-type': 'application/json' };
  };

  test('turns away who does not sign in, and who signs in wrong', async () => {
    expect((await callOpenApi('/api/v1.0/HostGroup.FindHosts', '{}')).status).toBe(401);
    expect((await callOpenApi('/api/v1.0/login', '{}', signedIn('wrong'))).status).toBe(401);
    expect((await callOpenApi('/api/v1.0/login', '{}', { authorization: 'KSCBasic nonsense' })).status).toBe(401);
  });

  test('answers other methods, other addresses and no JSON with a status and a sentence', async () => {
    expect(await callOpenApi('/api/v1.0/login', '', {}, 'GET')).toMatchObject({ status: 405 });
    expect(await callOpenApi('/elsewhere', '{}')).toMatchObject({ status: 404 });
    const session = await withSession();
    expect(await callOpenApi('/api/v1.0/HostGroup.FindHosts', '{"wstrFilter":', session)).toMatchObject({
      status: 400,
      text: expect.stringContaining('JSON'),
    });
  });

  test.each([
    ['a class that is none', 'Nothing.AtAll', '{}'],
    ['a method that is none', 'HostGroup.Nothing', '{}'],
    ['a member of every object', 'HostGroup.constructor', '{}'],
    ['arguments that are missing', 'ChunkAccessor.GetItemsChunk', '{}'],
    [
      'a filter that does not parse',
      'HostGroup.FindHosts',
      '{"wstrFilter":"(((&","vecFieldsToReturn":["KLHST_WKS_DN"],"vecFieldsToOrder":[],"pParams":{},"lMaxLifeTime":60}',
    ],
    ['a result set that is none', 'ChunkAccessor.GetItemsChunk', '{"strAccessor":"none","nStart":0,"nCount":10}'],
  ])('answers %s with an error of the protocol', async (_, name, body) => {
    const { status, text } = await callOpenApi(`/api/v1.0/${name}`, body, await withSession());
    expect(status).toBe(200);
    const { PxgError } = JSON.parse(text) as { PxgError?: { code: number; message: string } };
    expect(PxgError?.code, text).toBeGreaterThan(0);
    expect(PxgError?.message).toBeTruthy();
  });
});
