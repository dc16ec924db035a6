import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { Endpoint, InputOf, LiveTopic, Me, Problem, ReplyIn } from '@gatehouse/contract';

// biome-ignore lint/suspicious/noExplicitAny: any endpoint of the contract; the handler's types follow from it
type AnyEndpoint = Endpoint<any, any, any, any>;

/** What a handler throws to answer with a problem. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly issues: Problem['issues'];
  constructor(status: number, code: string, message: string, issues: Problem['issues'] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.issues = issues;
  }
}

export interface Caller {
  me: Me | null;
  /** Signs this caller in as somebody; null signs out. */
  become(me: Me | null): void;
}
type Handler = (input: { params: never; query: never; body: never }, caller: Caller) => unknown;
interface Route {
  endpoint: AnyEndpoint;
  pattern: RegExp;
  names: string[];
  handle: Handler;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** The policy that the real server sends. */
export const POLICY = "default-src 'self'; style-src 'self'; font-src 'self' data:; img-src 'self' data:";

/**
 * A stand-in of the server's HTTP side for the console's own tests: checks what comes in and what goes out with the
 * contract's schemas, serves the built console with the strict content security policy.
 */
export const httpDouble = (distFolder: string) => {
  const routes: Route[] = [];
  const sessions = new Map<string, Me>();
  const live = new Set<ServerResponse>();
  const failing = new Map<string, Omit<Problem, 'requestId'> & { status: number }>();
  const slow = new Map<string, number>();
  const calls: string[] = [];
  let isLiveDown = false;

  const on = <E extends AnyEndpoint>(endpoint: E, handle: (input: InputOf<E>, caller: Caller) => ReplyIn<E>) => {
    const names: string[] = [];
    const pattern = new RegExp(
      `^${endpoint.path.replace(/:([A-Za-z]+)/g, (_: string, name: string) => {
        names.push(name);
        return '([^/]+)';
      })}$`,
    );
    routes.push({ endpoint, pattern, names, handle: handle as unknown as Handler });
  };

  const say = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
  const refuse = (response: ServerResponse, status: number, problem: Omit<Problem, 'requestId'>) =>
    say(response, status, { ...problem, requestId: randomUUID() } satisfies Problem);

  const cookieOf = (request: IncomingMessage) =>
    /gatehouse_session=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1];

  const api = async (request: IncomingMessage, response: ServerResponse, url: URL) => {
    const sessionId = cookieOf(request);
    const me = sessionId ? (sessions.get(sessionId) ?? null) : null;
    calls.push(`${request.method} ${url.pathname}${url.search}`);
    if (url.pathname === '/api/live') {
      if (!me || isLiveDown)
        return refuse(response, me ? 503 : 401, {
          code: 'live.down',
          message: 'No stream',
          issues: [],
          retryable: true,
        });
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(': here\n\n');
      live.add(response);
      request.on('close', () => live.delete(response));
      return;
    }
    const route = routes.find(
      ({ endpoint, pattern }) => endpoint.method === request.method && pattern.test(url.pathname),
    );
    if (!route)
      return refuse(response, 404, {
        code: 'http.no_such_endpoint',
        message: `${request.method} ${url.pathname} does not exist`,
        issues: [],
        retryable: false,
      });
    const { endpoint, names } = route;
    const isPublic = typeof endpoint.needs === 'object';
    if (!isPublic && !me)
      return refuse(response, 401, { code: 'session.missing', message: 'Sign in first', issues: [], retryable: false });
    if (!isPublic && endpoint.needs !== 'signed-in' && !me?.permissions.includes(endpoint.needs as never)) {
      return refuse(response, 403, {
        code: 'access.denied',
        message: `This needs the right ${String(endpoint.needs)}`,
        issues: [],
        retryable: false,
      });
    }
    if (me && endpoint.method !== 'GET' && request.headers['x-csrf-token'] !== me.csrfToken) {
      return refuse(response, 403, {
        code: 'session.csrf',
        message: 'The x-csrf-token header is missing or wrong',
        issues: [],
        retryable: false,
      });
    }
    const waitMs = slow.get(endpoint.path);
    if (waitMs) await new Promise((done) => setTimeout(done, waitMs));
    const failure = failing.get(endpoint.path);
    if (failure) return refuse(response, failure.status, failure);

    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const query: Record<string, string | string[]> = {};
    for (const key of new Set(url.searchParams.keys())) {
      const all = url.searchParams.getAll(key);
      query[key] = all.length > 1 ? all : (all[0] as string);
    }
    const matched = route.pattern.exec(url.pathname)?.slice(1) ?? [];
    const raw = {
      params: Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(matched[at] ?? '')])),
      query,
      body: chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as unknown) : undefined,
    };
    const input: Record<string, unknown> = {};
    for (const part of ['params', 'query', 'body'] as const) {
      const checked = endpoint[part]?.safeParse(raw[part]);
      if (checked && !checked.success) {
        const issues = checked.error.issues.map((issue: { path: PropertyKey[]; message: string }) => ({
          where: [part, ...issue.path].join('.'),
          what: issue.message,
        }));
        return refuse(response, 400, {
          code: 'request.invalid',
          message: 'The request is not as the contract says',
          issues,
          retryable: false,
        });
      }
      input[part] = checked?.data;
    }
    const headers: Record<string, string> = {};
    const become = (somebody: Me | null) => {
      if (sessionId) sessions.delete(sessionId);
      const id = randomBytes(16).toString('hex');
      if (somebody) sessions.set(id, somebody);
      headers['set-cookie'] = `gatehouse_session=${somebody ? id : ''}; HttpOnly; SameSite=Strict; Path=/`;
    };
    try {
      const reply = route.handle(input as never, { me, become });
      const answer: unknown = endpoint.reply.parse(reply);
      if (endpoint.replyType) response.writeHead(200, { ...headers, 'content-type': endpoint.replyType }).end(answer);
      else say(response, 200, answer, headers);
    } catch (error) {
      if (error instanceof Refusal) {
        const { code, message, issues } = error;
        refuse(response, error.status, { code, message, issues, retryable: false });
      } else {
        console.error(endpoint.path, error);
        refuse(response, 500, { code: 'server.bug', message: String(error), issues: [], retryable: false });
      }
    }
  };

  const file = async (response: ServerResponse, path: string) => {
    const wanted = extname(path) === '' ? '/index.html' : path;
    try {
      const content = await readFile(join(distFolder, normalize(wanted)));
      response
        .writeHead(200, {
          'content-type': types[extname(wanted)] ?? 'application/octet-stream',
          'content-security-policy': POLICY,
        })
        .end(content);
    } catch {
      response.writeHead(404).end('not found');
    }
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://double');
    (url.pathname.startsWith('/api/') ? api(request, response, url) : file(response, url.pathname)).catch(
      (error: unknown) => {
        console.error(error);
        response.destroy();
      },
    );
  });

  return {
    on,
    calls,
    /** Lets an endpoint fail until it is mended. */
    fail: (endpoint: AnyEndpoint, problem: Partial<Problem> & { status?: number } = {}) =>
      void failing.set(endpoint.path, {
        status: 503,
        code: 'engine.unavailable',
        message: 'The event engine does not answer. See that it runs, then try again.',
        issues: [],
        retryable: true,
        ...problem,
      }),
    mend: () => failing.clear(),
    slowDown: (endpoint: AnyEndpoint, waitMs: number) => void slow.set(endpoint.path, waitMs),
    speedUp: () => slow.clear(),
    publish: (topics: LiveTopic[]) => {
      for (const response of live) response.write(`data: ${JSON.stringify({ topics })}\n\n`);
    },
    liveGoesDown: () => {
      isLiveDown = true;
      for (const response of live) response.destroy();
    },
    liveComesBack: () => {
      isLiveDown = false;
    },
    endSessions: () => sessions.clear(),
    start: (port = 0) =>
      new Promise<string>((ready) =>
        server.listen(port, '127.0.0.1', () => ready(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
      ),
    stop: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
};
export type HttpDouble = ReturnType<typeof httpDouble>;
