import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { endpoint, Problem } from '@gatehouse/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, it, test } from 'vitest';
import { z } from 'zod';
import { anActor, startTestHttp, type TestHttp } from '../../testing/http.ts';
import { NotFound, NotSignedIn, TooMany } from '../errors/index.ts';
import type { Authenticator } from './actor.ts';
import { route } from './route.ts';

const tag = 'Bakery';
const needs = 'tenants:write' as const;
const tenantId = '019a0000-0000-7000-8000-00000000000a';

const bake = endpoint({
  method: 'POST',
  path: '/api/tenants/:tenantId/loaves',
  tag,
  summary: 'Bake',
  needs,
  audit: 'loaf.baked',
  params: z.object({ tenantId: z.uuid() }),
  body: z.object({
    rules: z.array(z.object({ priority: z.number().int() })).max(5),
    recipe: z.string().meta({ secret: true }).optional(),
    ovenKey: z.string().optional(),
    notes: z.record(z.string(), z.unknown()).optional(),
  }),
  reply: z.object({ baked: z.number() }),
});
const look = endpoint({
  method: 'GET',
  path: '/api/loaves/:loafId',
  tag,
  summary: 'Look',
  needs: 'signed-in',
  audit: { notAudited: 'reads only' },
  params: z.object({ loafId: z.coerce.number().int() }),
  query: z.object({ limit: z.coerce.number().int().min(1).max(10).default(5) }),
  reply: z.object({ loafId: z.number(), limit: z.number() }),
});
const open = endpoint({
  method: 'POST',
  path: '/api/open',
  tag,
  summary: 'Open',
  needs: { public: 'a shop' },
  audit: 'shop.opened',
  body: z.object({ mode: z.enum(['ok', 'bug', 'late', 'gone', 'odd', 'again']) }),
  reply: z.object({ mode: z.string() }),
});
const deliver = endpoint({
  method: 'POST',
  path: '/agent/v1/deliver',
  tag,
  summary: 'Deliver',
  needs: 'agent',
  audit: { notAudited: 'often' },
  reply: z.object({}),
});

const actors: Record<string, ReturnType<typeof anActor>> = {
  baker: anActor({ permissions: ['tenants:write', 'server:read'] }),
  guest: anActor({ name: 'guest' }),
  van: anActor({ kind: 'agent', name: 'van', permissions: ['tenants:write'] }),
};
const byBearer: Authenticator = {
  name: 'test keys',
  authenticate: async ({ bearer }) => {
    if (bearer === null) return null;
    const actor = actors[bearer];
    if (!actor) throw new NotSignedIn('This key is not known', 'key.unknown');
    return actor;
  },
};
const byCookie: Authenticator = {
  name: 'test cookies',
  authenticate: async ({ cookies }) =>
    cookies.session === 'baker'
      ? anActor({ permissions: ['tenants:write'], session: { id: 's', csrfToken: 'right' } })
      : null,
};

let server: TestHttp;
let bodyWasRead = 0;
beforeAll(async () => {
  server = await startTestHttp(
    (http) => {
      route(http, bake, ({ params, body, audit }) => {
        expectTypeOf(params).toEqualTypeOf<{ tenantId: string }>();
        bodyWasRead += 1;
        audit({ before: { loaves: 0, ovenKey: 'hidden-0' } });
        return { baked: body.rules.length };
      });
      route(http, look, ({ params, query }) => ({
        loafId: params.loafId,
        limit: query.limit,
        extra: 'not in the reply',
      }));
      route(
        http,
        open,
        ({ body }) => {
          if (body.mode === 'bug') throw new TypeError('secret detail of our insides');
          if (body.mode === 'late') throw new TooMany('shop.full', 'The shop is full', 7.2);
          if (body.mode === 'gone') throw new NotFound('loaf', 7);
          if (body.mode === 'odd') return { mode: 7 } as never;
          return { mode: body.mode };
        },
        { bodyLimitBytes: 2_000 },
      );
      route(http, deliver, () => ({}));
    },
    { authenticators: [byBearer, byCookie] },
  );
});
afterAll(() => server.stop());
beforeEach(() => {
  server.audited.length = 0;
  bodyWasRead = 0;
});
// Whatever went wrong, the caller can read it in the same shape.
afterEach(() => expect(server.audited.every(({ requestId }) => requestId)).toBe(true));

const loaves = `/api/tenants/${tenantId}/loaves`;
const goodBody = { rules: [{ priority: 1 }] };

describe('a call', () => {
  it('gets what the handler gave, and nothing that the contract does not name', async () => {
    const { status, body } = await server.call('GET', '/api/loaves/7?limit=3', { bearer: 'guest' });
    expect([status, body]).toEqual([200, { loafId: 7, limit: 3 }]);
  });

  it('is told all that is wrong with its input at once, each with its place', async () => {
    const { status, body } = await server.call('POST', '/api/tenants/no-uuid/loaves', {
      bearer: 'baker',
      body: { rules: [{ priority: 1 }, { priority: 'x' }, {}] },
    });
    expect(status).toBe(400);
    expect(Problem.parse(body).code).toBe('input.invalid');
    expect(body.issues.map(({ where }: { where: string }) => where)).toEqual([
      'params.tenantId',
      'body.rules[1].priority',
      'body.rules[2].priority',
    ]);
  });

  it.each([
    ['broken JSON', '{"rules": [', 'input.malformed', 400],
    ['a poisoned prototype', '{"__proto__": {"x": 1}, "rules": []}', 'input.malformed', 400],
    ['no body', '', 'input.invalid', 400],
    ['null', 'null', 'input.invalid', 400],
    ['a NUL in a text', '{"rules":[],"ovenKey":"a\\u0000b"}', 'input.invalid', 400],
    ['half a character, deep down', '{"rules":[],"notes":{"list":["\\ud800"]}}', 'input.invalid', 400],
  ])('with %s is refused and not carried out', async (_what, text, code, expected) => {
    const { status, body } = await server.call('POST', loaves, {
      bearer: 'baker',
      body: text,
      headers: { 'content-type': 'application/json' },
    });
    expect([status, Problem.parse(body).code]).toEqual([expected, code]);
    expect(bodyWasRead).toBe(0);
  });

  it('with another content type than JSON gets 415', async () => {
    const { status, body } = await server.call('POST', '/api/open', {
      body: 'mode=ok',
      headers: { 'content-type': 'text/plain' },
    });
    expect([status, Problem.parse(body).code]).toEqual([415, 'request.media-type']);
  });

  it('that is larger than its endpoint takes gets 413', async () => {
    const { status, body } = await server.call('POST', '/api/open', {
      body: { mode: 'ok', padding: 'x'.repeat(3_000) },
    });
    expect([status, Problem.parse(body).code]).toEqual([413, 'request.too-large']);
    expect(body.message).toContain('2000');
  });

  it('to an unknown path gets 404, with a wrong method 405 and the right ones', async () => {
    const unknown = await server.call('GET', '/api/nothing');
    expect([unknown.status, Problem.parse(unknown.body).code]).toEqual([404, 'path.unknown']);
    const wrong = await server.call('DELETE', '/api/open');
    expect([wrong.status, Problem.parse(wrong.body).code, wrong.headers.get('allow')]).toEqual([
      405,
      'method.unknown',
      'POST',
    ]);
  });

  it('with a broken path is answered as a problem', async () => {
    const { status, body } = await server.call('GET', '/api/loaves/%zz', { bearer: 'guest' });
    expect([status, Problem.parse(body).code]).toEqual([400, 'request.bad-path']);
  });

  it('carries the same request id in reply, header and audit line', async () => {
    const { body, headers } = await server.call('POST', '/api/open', { body: { mode: 'gone' } });
    expect(headers.get('x-request-id')).toBe(body.requestId);
    expect(server.audited[0]?.requestId).toBe(body.requestId);
  });
});

describe('a failure', () => {
  it('that is expected keeps its code and words', async () => {
    const { status, body } = await server.call('POST', '/api/open', { body: { mode: 'gone' } });
    expect([status, body.code, body.message]).toEqual([404, 'loaf.not-found', 'There is no loaf 7']);
  });

  it('for too many tries says when to come back', async () => {
    const { status, body, headers } = await server.call('POST', '/api/open', { body: { mode: 'late' } });
    expect([status, body.retryable, headers.get('retry-after')]).toEqual([429, true, '8']);
  });

  it.each(['bug', 'odd'])('of our own (%s) is a 500 that tells nothing of our insides', async (mode) => {
    const { status, body } = await server.call('POST', '/api/open', { body: { mode } });
    expect([status, Problem.parse(body).code]).toEqual([500, 'internal.error']);
    expect(JSON.stringify(body)).not.toMatch(/secret|TypeError|match the contract/);
    expect(server.audited.map(({ outcome }) => outcome)).toEqual(['failed']);
  });
});

describe('rights', () => {
  it('come before the body is looked at', async () => {
    const { status, body } = await server.call('POST', loaves, { bearer: 'guest', body: { rules: 'wrong too' } });
    expect([status, body.code]).toEqual([403, 'right.missing']);
    expect(body.message).toContain('tenants:write');
  });

  it.each([
    ['nobody', undefined, 'session.missing'],
    ['an unknown key', 'stranger', 'key.unknown'],
  ])('let %s in nowhere but where the public may', async (_who, bearer, code) => {
    const { status, body } = await server.call('GET', '/api/loaves/7', { bearer });
    expect([status, body.code]).toEqual([401, code]);
  });

  it('of agents and people do not stand for each other', async () => {
    expect((await server.call('POST', '/agent/v1/deliver', { bearer: 'baker' })).status).toBe(403);
    expect((await server.call('POST', '/agent/v1/deliver', { bearer: 'van' })).status).toBe(200);
    expect((await server.call('GET', '/api/loaves/7', { bearer: 'van' })).status).toBe(403);
    expect((await server.call('POST', loaves, { bearer: 'van', body: goodBody })).status).toBe(403);
  });
});

describe('the record', () => {
  it('says who did what to which thing, from where and how it ended', async () => {
    await server.call('POST', loaves, { bearer: 'baker', body: goodBody });
    expect(server.audited).toEqual([
      {
        actor: 'ann',
        actorKind: 'user',
        actorId: actors.baker?.id,
        action: 'loaf.baked',
        target: loaves,
        tenantId,
        address: '127.0.0.1',
        outcome: 'done',
        before: { loaves: 0, ovenKey: '•••' },
        after: goodBody,
        requestId: expect.any(String),
      },
    ]);
  });

  it('keeps refused calls too: without the right, with wrong input, signed in as nobody', async () => {
    await server.call('POST', loaves, { bearer: 'guest', body: goodBody });
    await server.call('POST', loaves, { bearer: 'baker', body: {} });
    await server.call('POST', loaves, { body: goodBody });
    expect(server.audited.map(({ outcome, actor }) => [outcome, actor])).toEqual([
      ['refused', 'guest'],
      ['refused', 'ann'],
      ['refused', 'anonymous'],
    ]);
  });

  it('holds no secret: neither marked, nor named so, nor in values that nobody described', async () => {
    const body = {
      ...goodBody,
      recipe: 'hidden-1',
      ovenKey: 'hidden-2',
      notes: { odd: 'hidden-3', deep: { er: 'hidden-4' } },
    };
    const { status } = await server.call('POST', loaves, { bearer: 'baker', body });
    expect(status).toBe(200);
    expect(JSON.stringify(server.audited)).not.toContain('hidden');
    expect(server.audited[0]?.after).toMatchObject({ rules: [{ priority: 1 }], recipe: '•••' });
  });

  it('leaves none for calls that only read', async () => {
    await server.call('GET', '/api/loaves/7', { bearer: 'guest' });
    expect(server.audited).toEqual([]);
  });
});

test('a call whose record cannot be written is not answered as done', async () => {
  const broken = await startTestHttp((http) => route(http, open, ({ body }) => ({ mode: body.mode })), {
    audit: async () => {
      throw new Error('disk full');
    },
  });
  try {
    const { status, body } = await broken.call('POST', '/api/open', { body: { mode: 'ok' } });
    expect([status, body.code]).toEqual([503, 'audit.not-written']);
  } finally {
    await broken.stop();
  }
});

describe('a page of another site', () => {
  const cookie = { cookie: 'session=baker' };

  it('cannot write with a cookie it does not know the token of', async () => {
    const without = await server.call('POST', loaves, { body: goodBody, headers: cookie });
    expect([without.status, without.body.code]).toEqual([403, 'request.csrf-token']);
    const wrong = await server.call('POST', loaves, {
      body: goodBody,
      headers: { ...cookie, 'x-csrf-token': 'wrong' },
    });
    expect(wrong.body.code).toBe('request.csrf-token');
    const right = await server.call('POST', loaves, {
      body: goodBody,
      headers: { ...cookie, 'x-csrf-token': 'right' },
    });
    expect(right.status).toBe(200);
  });

  it.each([
    ['by its origin', { origin: 'https://evil.example' }],
    ['by an opaque origin', { origin: 'null' }],
    ["by the browser's word", { 'sec-fetch-site': 'cross-site' }],
    ['from a sister domain', { 'sec-fetch-site': 'same-site' }],
  ])('is known %s, with the token too and where the public may', async (_how, headers) => {
    // fetch refuses to send these headers, a browser's own they are; so they are sent by hand.
    const answers = await Promise.all([
      rawPost(server.url + loaves, goodBody, { ...cookie, 'x-csrf-token': 'right', ...headers }),
      rawPost(`${server.url}/api/open`, { mode: 'ok' }, headers),
    ]);
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [403, 'request.other-site'],
      [403, 'request.other-site'],
    ]);
  });

  it('gains nothing by writing the path in another way', async () => {
    const answer = await rawPost(`${server.url}/%61pi/open`, { mode: 'ok' }, { origin: 'https://evil.example' });
    expect(answer.body.code).toBe('request.other-site');
  });

  it('is not mistaken for our own page', async () => {
    const headers = { ...cookie, 'x-csrf-token': 'right', origin: server.url, 'sec-fetch-site': 'same-origin' };
    expect((await rawPost(server.url + loaves, goodBody, headers)).status).toBe(200);
  });
});

it.each([
  ['noise', 'hello\r\n\r\n', '400 ', 'request.not-http'],
  [
    'endless headers',
    `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
    '431 ',
    'request.headers-too-large',
  ],
])('%s instead of a request is answered as a problem', async (_what, text, status, code) => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.end(text);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  expect(answer.startsWith(`HTTP/1.1 ${status}`)).toBe(true);
  expect(Problem.parse(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).code).toBe(code);
});

test('a flood of calls by nobody is slowed down, and known callers are not', async () => {
  const small = await startTestHttp(
    (http) => {
      route(http, open, ({ body }) => ({ mode: body.mode }));
      route(http, look, ({ params, query }) => ({ loafId: params.loafId, limit: query.limit }));
    },
    { authenticators: [byBearer], anonymousCallsPerMinute: 5 },
  );
  try {
    const answers = [];
    for (let count = 0; count < 4; count += 1) {
      answers.push(await small.call('POST', '/api/open', { body: { mode: 'ok' } }));
      answers.push(await small.call('GET', '/api/loaves/7', { bearer: 'stranger' }));
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 200, 401, 200, 429, 429, 429]);
    expect(answers.at(-1)?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(small.audited).toHaveLength(3);
    expect((await small.call('GET', '/api/loaves/7', { bearer: 'guest' })).status).toBe(200);
  } finally {
    await small.stop();
  }
});

const rawPost = (url: string, body: unknown, headers: Record<string, string>) =>
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came back
  new Promise<{ status: number; body: any }>((resolve, reject) => {
    const request = httpRequest(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } });
    request.on('response', async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) });
    });
    request.on('error', reject);
    request.end(JSON.stringify(body));
  });
