/** A server that answers as a recorded one did. For tests of programs that speak the KSC Open API. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { LOGIN_PATH, parseVirtualServer } from '../../protocols/src/ksc-open-api/index.ts';
import { createMasks } from './masks.ts';
import type { Body, RecordedPair } from './recording.ts';

export interface ReplayParts {
  pairs: readonly RecordedPair[];
  tls: { key: string; cert: string };
  host?: string;
  port?: number;
}

const START_SESSION = '/api/v1.0/Session.StartSession';
const isLogin = (path: string): boolean => path === LOGIN_PATH || path === START_SESSION;

/** A request is found by what it asks in which virtual server; the recording says what came, one after the other. */
const keyOf = (context: string, method: string, path: string, body: unknown, range = ''): string =>
  JSON.stringify([context, method, path, range, sorted(body ?? {})]);

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
};

/** The virtual server that each pair was asked in, by the login of its connection or session. */
const contexts = (pairs: readonly RecordedPair[]): Map<RecordedPair, string> => {
  const found = new Map<RecordedPair, string>();
  const byConnection = new Map<number, string>();
  const bySession = new Map<string, string>();
  for (const pair of pairs.toSorted((a, b) => a.number - b.number)) {
    const { path, headers } = pair.request;
    const named = parseVirtualServer(headers['x-ksc-vserver']);
    const session = headers['x-ksc-session'];
    if (isLogin(path)) {
      found.set(pair, named);
      if (path === LOGIN_PATH && pair.response.status === 200) byConnection.set(pair.connection, named);
      const id = jsonOf(pair.response.body)?.PxgRetVal;
      if (path === START_SESSION && typeof id === 'string') bySession.set(id, named);
      continue;
    }
    const context = session === undefined ? byConnection.get(pair.connection) : bySession.get(session);
    found.set(pair, context ?? named);
  }
  return found;
};

const jsonOf = (body: Body | null): Record<string, unknown> | undefined =>
  body && 'json' in body && typeof body.json === 'object' && body.json !== null
    ? (body.json as Record<string, unknown>)
    : undefined;

/**
 * Takes any credentials where the recorded server took some. Equal requests are answered in the order of the recording,
 * the last answer again and again. What was never asked is answered by 501 and stands in `missed`.
 */
export const startReplay = async ({ pairs, tls, host = '127.0.0.1', port = 0 }: ReplayParts) => {
  const contextOf = contexts(pairs);
  const answers = new Map<string, RecordedPair[]>();
  for (const pair of pairs) {
    const { method, path, headers, body } = pair.request;
    const key = keyOf(contextOf.get(pair) ?? '', method, path, jsonOf(body), headers.range);
    answers.set(key, [...(answers.get(key) ?? []), pair]);
  }
  const masks = createMasks();
  const byConnection = new WeakMap<object, string>();
  const bySession = new Map<string, string>();
  const used = new Map<string, number>();
  const missed: string[] = [];

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    const text = Buffer.concat(pieces).toString();
    const path = request.url ?? '/';
    const session = request.headers['x-ksc-session']?.toString();
    const named = parseVirtualServer(request.headers['x-ksc-vserver']?.toString());
    const held = session === undefined ? byConnection.get(request.socket) : bySession.get(session);
    const context = isLogin(path) ? named : held;
    if (context === undefined && request.headers.authorization === undefined) {
      response.writeHead(401, { 'content-type': 'text/plain' }).end('Authentication failure\n');
      return;
    }
    const body: unknown = text === '' ? {} : masks.request(JSON.parse(text));
    const key = keyOf(context ?? named, request.method ?? '', path, body, request.headers.range);
    const found = answers.get(key);
    const at = used.get(key) ?? 0;
    const pair = found?.[Math.min(at, found.length - 1)];
    if (!pair) {
      missed.push(`${request.method} ${path} ${JSON.stringify(body)}`);
      response.writeHead(501, { 'content-type': 'text/plain' }).end(`${path} was not asked so in the recording\n`);
      return;
    }
    used.set(key, at + 1);
    if (path === LOGIN_PATH && pair.response.status === 200) byConnection.set(request.socket, named);
    const id = jsonOf(pair.response.body)?.PxgRetVal;
    if (path === START_SESSION && typeof id === 'string') bySession.set(id, named);
    answer(response, pair);
  };

  const server = createServer({ ...tls, keepAliveTimeout: 200_000 }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      missed.push(`${request.method} ${request.url}: ${error instanceof Error ? error.message : String(error)}`);
      response.writeHead(400, { 'content-type': 'text/plain' }).end('This request cannot be read\n');
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    /** What was asked and is not in the recording. */
    missed,
    close: async (): Promise<void> => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

const answer = (response: ServerResponse, { response: { status, headers, body } }: RecordedPair): void => {
  // The bytes are not packed here, whatever they were.
  const { 'content-encoding': _, ...kept } = headers;
  if (body && 'leftOutBytes' in body) {
    response.writeHead(501, { 'content-type': 'text/plain' });
    response.end(`The answer of ${body.leftOutBytes} bytes was left out of the recording: ${body.why}\n`);
    return;
  }
  response.writeHead(status, kept);
  if (!body) response.end();
  else if ('json' in body) response.end(JSON.stringify(body.json));
  else response.end('text' in body ? body.text : Buffer.from(body.base64, 'base64'));
};
