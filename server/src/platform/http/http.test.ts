import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync } from 'node:zlib';
import { endpoint } from '@gatehouse/contract';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { anActor, startTestHttp, type TestHttp } from '../../testing/http.ts';
import { Unavailable } from '../errors/index.ts';
import { createLive } from '../live/index.ts';
import { createLog } from '../log/index.ts';
import { createMetrics } from '../metrics/index.ts';
import { type Authenticator, createHttp, PortTaken, route, serveLive } from './index.ts';

const wait = endpoint({
  method: 'GET',
  path: '/api/wait',
  tag: 'Bakery',
  summary: 'Wait',
  needs: { public: 'a test' },
  audit: { notAudited: 'reads only' },
  query: z.object({ mode: z.enum(['polite', 'rude', 'stubborn']) }),
  reply: z.object({ waited: z.boolean() }),
});
const cookies = endpoint({
  method: 'GET',
  path: '/api/cookie',
  tag: 'Bakery',
  summary: 'Get a cookie',
  needs: { public: 'a test' },
  audit: { notAudited: 'reads only' },
  reply: z.object({}),
});
const byBearer: Authenticator = {
  name: 'test keys',
  authenticate: async ({ bearer }) => {
    if (bearer === 'operator') return anActor({ permissions: ['server:read'] });
    return bearer === 'guest' ? anActor() : null;
  },
};

let lastSignal: AbortSignal | undefined;
const startWaiting = (options: Parameters<typeof startTestHttp>[1] = {}) =>
  startTestHttp(
    (http) => {
      route(http, wait, async ({ query, request }) => {
        lastSignal = request.signal;
        const gone = new Promise<void>((resolve) => request.signal.addEventListener('abort', () => resolve()));
        if (query.mode === 'stubborn') await new Promise(() => {});
        await gone;
        if (query.mode === 'rude') throw new DOMException('aborted', 'AbortError');
        return { waited: true };
      });
      route(http, cookies, ({ reply }) => {
        reply.setCookie('c', 'v', { maxAgeSeconds: 60 });
        return {};
      });
    },
    { authenticators: [byBearer], ...options },
  );

describe('stopping', () => {
  it('ends waiting calls at once, with their answer or with word that it stops', async () => {
    const server = await startWaiting();
    const polite = server.call('GET', '/api/wait?mode=polite');
    const rude = server.call('GET', '/api/wait?mode=rude');
    await sleep(100);
    const startedAt = performance.now();
    await server.stop();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect((await polite).body).toEqual({ waited: true });
    const { status, body } = await rude;
    expect([status, body.code, body.retryable]).toEqual([503, 'server.stopping', true]);
  });

  it('is not held up for long by a call that does not listen', async () => {
    const server = await startWaiting();
    const stubborn = server.call('GET', '/api/wait?mode=stubborn').catch((error: unknown) => error);
    await sleep(100);
    const startedAt = performance.now();
    await server.stop();
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    expect(await stubborn).toBeInstanceOf(Error);
  });
});

test('a caller that goes away ends the work that is done for it', async () => {
  const server = await startWaiting();
  try {
    const gone = new AbortController();
    const call = fetch(`${server.url}/api/wait?mode=polite`, { signal: gone.signal }).catch(() => 'gone');
    await sleep(100);
    expect(lastSignal?.aborted).toBe(false);
    gone.abort();
    expect(await call).toBe('gone');
    await sleep(100);
    expect(lastSignal?.aborted).toBe(true);
  } finally {
    await server.stop();
  }
});

test('a port that is in use is told in a sentence', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  const http = await createHttp({
    log: createLog({ level: 'silent' }),
    metrics: createMetrics(),
    audit: async () => {},
    metricsNeeds: 'server:read',
  });
  try {
    await expect(http.listen({ host: '127.0.0.1', port })).rejects.toThrow(PortTaken);
    await expect(http.listen({ host: '127.0.0.1', port })).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use`);
  } finally {
    await http.close();
    other.close();
  }
});

describe('whoever keeps the server running', () => {
  let server: TestHttp;
  let shopIsOpen = true;
  beforeAll(async () => {
    server = await startWaiting();
    server.http.addReadyCheck('oven', () => {});
    server.http.addReadyCheck('shop', () => {
      if (!shopIsOpen) throw new Unavailable('shop.closed', 'The shop is closed');
    });
    server.http.addReadyCheck('cellar', async () => {
      if (!shopIsOpen) throw new Error('password=hunter2');
    });
  });
  afterAll(() => server.stop());

  it('hears which part is not ready, but nothing of its insides', async () => {
    shopIsOpen = true;
    expect((await server.call('GET', '/readyz')).status).toBe(200);
    shopIsOpen = false;
    const { status, body } = await server.call('GET', '/readyz');
    expect(status).toBe(503);
    expect(body.checks).toEqual([
      { name: 'oven', ready: true },
      { name: 'shop', ready: false, why: 'The shop is closed' },
      { name: 'cellar', ready: false, why: 'see the server log' },
    ]);
    expect((await server.call('GET', '/healthz')).status).toBe(200);
  });

  it('reads figures by endpoint from this machine', async () => {
    await server.call('GET', '/api/wait?mode=nonsense');
    const { status, body } = await server.call('GET', '/metrics');
    expect(status).toBe(200);
    expect(body).toContain(
      'gatehouse_http_request_duration_seconds_count{method="GET",endpoint="/api/wait",status="400"} 1',
    );
    expect(body).toContain('process_resident_memory_bytes');
  });

  it('needs the right for them from elsewhere, also when a proxy stands between', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    expect((await server.call('GET', '/metrics', { headers })).status).toBe(401);
    expect((await server.call('GET', '/metrics', { headers, bearer: 'guest' })).status).toBe(403);
    expect((await server.call('GET', '/metrics', { headers, bearer: 'operator' })).status).toBe(200);
  });
});

describe('the caller', () => {
  it('cannot choose its own address, but a trusted proxy can say it', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    for (const [trustedProxies, expected] of [
      [[], 429],
      [['127.0.0.1'], 200],
    ] as const) {
      const server = await startWaiting({ anonymousCallsPerMinute: 1, trustedProxies });
      try {
        await server.call('GET', '/api/cookie');
        const { status } = await server.call('GET', '/api/cookie', { headers });
        expect(status).toBe(expected);
      } finally {
        await server.stop();
      }
    }
  });
});

describe('what a browser is told', () => {
  it.each([
    [null, false],
    ['http://gatehouse.example:8080', false],
    ['https://gatehouse.example', true],
  ])(
    'at %s: only our own files, no frames, and https for ever only where there is https',
    async (publicUrl, isHttps) => {
      const server = await startWaiting({ publicUrl });
      try {
        const { headers } = await server.call('GET', '/api/cookie');
        const policy = headers.get('content-security-policy') ?? '';
        expect(policy).toContain("default-src 'self'");
        expect(policy).toContain("frame-ancestors 'none'");
        expect(policy).not.toContain('unsafe');
        expect(policy.includes('upgrade-insecure-requests')).toBe(isHttps);
        expect(headers.has('strict-transport-security')).toBe(isHttps);
        expect(headers.getSetCookie()[0]?.includes('Secure')).toBe(isHttps);
        expect(headers.get('cache-control')).toBe('no-store');
      } finally {
        await server.stop();
      }
    },
  );
});

describe("the console's files", () => {
  let folder: string;
  let server: TestHttp;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-console-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<title>Bakery</title>');
    writeFileSync(join(folder, 'assets', 'app-1234.js'), 'bake()');
    writeFileSync(join(tmpdir(), 'gatehouse-outside.txt'), 'outside');
    server = await startWaiting({ consoleDir: folder });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
    rmSync(join(tmpdir(), 'gatehouse-outside.txt'));
  });

  it('are served, those with a hash in the name for ever', async () => {
    const page = await server.call('GET', '/');
    expect([page.status, page.body, page.headers.get('cache-control')]).toEqual([
      200,
      '<title>Bakery</title>',
      'no-cache',
    ]);
    const script = await server.call('GET', '/assets/app-1234.js');
    expect([script.body, script.headers.get('cache-control')]).toEqual([
      'bake()',
      'public, max-age=31536000, immutable',
    ]);
  });

  it('go out packed where the build left a packed copy and the browser takes it, under the same type and age', async () => {
    const script = 'knead();'.repeat(100);
    writeFileSync(join(folder, 'assets', 'dough-1234.js'), script);
    writeFileSync(join(folder, 'assets', 'dough-1234.js.br'), brotliCompressSync(script));
    const ask = async (acceptEncoding: string) => {
      const reply = await fetch(`${server.url}/assets/dough-1234.js`, {
        headers: { 'accept-encoding': acceptEncoding },
      });
      const told = ['content-encoding', 'content-type', 'cache-control'].map((name) => reply.headers.get(name));
      return { text: await reply.text(), told };
    };
    const type = 'application/javascript; charset=utf-8';
    const age = 'public, max-age=31536000, immutable';
    expect(await ask('br')).toEqual({ text: script, told: ['br', type, age] });
    expect(await ask('identity')).toEqual({ text: script, told: [null, type, age] });
  });

  it('answer every address inside the console with its page', async () => {
    const page = await server.call('GET', '/devices/7?status=critical');
    expect([page.status, page.body, page.headers.get('cache-control')]).toEqual([
      200,
      '<title>Bakery</title>',
      'no-cache',
    ]);
  });

  it.each(['/assets/app-old.js', '/api/nothing', '/agent/v2/x', '/favicon.ico'])(
    'do not stand in for %s',
    async (path) => {
      const { status, body } = await server.call('GET', path);
      expect([status, body.code]).toEqual([404, 'path.unknown']);
    },
  );

  it.each(['/../gatehouse-outside.txt', '/..%2fgatehouse-outside.txt', '/assets/..%5c..%5cgatehouse-outside.txt'])(
    'are the only ones: %s',
    async (path) => {
      const { body } = await server.call('GET', path);
      expect(JSON.stringify(body)).not.toContain('outside"');
      expect(body).not.toBe('outside');
    },
  );

  it('that were not built are missed in words', async () => {
    const bare = await startWaiting({ consoleDir: join(folder, 'missing') });
    try {
      const { status, body } = await bare.call('GET', '/');
      expect([status, body]).toEqual([503, expect.stringContaining('not built')]);
    } finally {
      await bare.stop();
    }
  });
});

describe('the live stream', () => {
  const listenTo = async (server: TestHttp, bearer: string) => {
    const response = await fetch(`${server.url}/api/live`, {
      headers: { authorization: `Bearer ${bearer}`, accept: 'text/event-stream' },
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    return { response, next: async () => (await reader?.read()) ?? { done: true, value: undefined } };
  };

  it('tells those who are signed in what changed, says that it is there, and ends when the server stops', async () => {
    const live = createLive({ intervalMs: 50 });
    const server = await startTestHttp((http) => serveLive(http, live), {
      authenticators: [byBearer],
      heartbeatMs: 30,
    });
    const { response, next } = await listenTo(server, 'guest');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect((await next()).value).toContain(': heartbeat');
    live.publish('loaves');
    let heard = '';
    while (!heard.includes('data:')) heard += (await next()).value;
    expect(heard).toContain('data: {"topics":["loaves"]}\n\n');
    const startedAt = performance.now();
    await server.stop();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    let last = await next();
    while (!last.done) last = await next();
    expect(last.done).toBe(true);
  });

  it('is closed to strangers', async () => {
    const server = await startTestHttp((http) => serveLive(http, createLive()), { authenticators: [byBearer] });
    try {
      expect((await server.call('GET', '/api/live')).status).toBe(401);
    } finally {
      await server.stop();
    }
  });
});
