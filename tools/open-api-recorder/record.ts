/** A proxy between a program and an Administration Server: TLS on both sides, and a line for each request it passes. */
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import {
  connectTrusted,
  normalizeFingerprint,
  parseServerUrl,
  type Trust,
  type WebProxy,
} from '../../protocols/src/ksc-open-api/index.ts';
import { createMasks } from './masks.ts';
import type { Body, RecordedPair } from './recording.ts';

export interface RecorderParts {
  /** The real server, as `https://ksc.example.com:13299`. */
  server: string;
  trust: Trust;
  proxy?: WebProxy | undefined;
  /** What programs see instead of the server's own. */
  tls: { key: string; cert: string };
  host?: string;
  /** 0: any that is free. */
  port?: number;
  /** Gets one line for each request, in the order of the answers. */
  write: (line: string) => void;
  /** A connection to the server could not be made or was lost. */
  onProblem?: (message: string) => void;
}

/** Longer bodies pass, and only their length is recorded. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 15_000;
/** As long as the server's own limit for a login without use. */
const IDLE_MS = 200_000;
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'host']);

/**
 * Each connection of a program gets one of its own to the server, and they end together: a login belongs to its
 * connection. What passes is not changed; only what is written down is masked.
 *
 * @throws BadFormat for an address or a fingerprint that cannot be right
 */
export const startRecorder = async (parts: RecorderParts) => {
  const address = parseServerUrl(parts.server);
  if (typeof parts.trust === 'object' && 'sha256Fingerprint' in parts.trust) {
    normalizeFingerprint(parts.trust.sha256Fingerprint);
  }
  const masks = createMasks();
  const begunMs = performance.now();
  let requests = 0;
  let connections = 0;
  const upstreams = new WeakMap<object, { number: number; agent: Agent }>();

  const upstreamOf = (client: TLSSocket) => {
    const found = upstreams.get(client);
    if (found) return found;
    const agent = new Agent({ keepAlive: true, maxSockets: 1, timeout: 0 });
    agent.createConnection = (_options, callback) => {
      connectTrusted(address, parts.trust, CONNECT_TIMEOUT_MS, parts.proxy).then(
        (socket) => {
          // The server's end of the login must be seen by the program too.
          socket.once('close', () => client.destroySoon());
          callback?.(null, socket);
        },
        (error: Error) => callback?.(error, undefined as never),
      );
      return undefined as never;
    };
    connections += 1;
    const made = { number: connections, agent };
    upstreams.set(client, made);
    client.once('close', () => agent.destroy());
    return made;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests += 1;
    const number = requests;
    const atMs = performance.now() - begunMs;
    const { number: connection, agent } = upstreamOf(request.socket as TLSSocket);
    const path = request.url ?? '/';
    const method = request.method ?? 'GET';

    const onward = httpRequest({ method, path, agent, headers: { ...passed(request.headers), host: hostOf(address) } });
    const sent = keepAndPass(request, onward);
    sent.catch(() => {}); // a connection that broke is told by the answer that does not come
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    response.writeHead(answer.statusCode ?? 502, passed(answer.headers));
    const got = keepAndPass(answer, response);
    const [sentBody, gotBody] = await Promise.all([sent, got]);

    // The request's headers first: what is secret there is then known in both bodies.
    const requestHeaders = masks.headers(request.headers);
    const pair: RecordedPair = {
      number,
      connection,
      atMs: round(atMs),
      tookMs: round(performance.now() - begunMs - atMs),
      request: {
        method,
        path: masks.text(path),
        headers: requestHeaders,
        body: await bodyOf(sentBody, request.headers, masks.request, masks.text),
      },
      response: {
        status: answer.statusCode ?? 0,
        headers: masks.headers(answer.headers),
        body: await bodyOf(gotBody, answer.headers, (json) => masks.response(path, json), masks.text),
      },
    };
    parts.write(JSON.stringify(pair));
  };

  const front = createServer({ ...parts.tls, keepAliveTimeout: IDLE_MS, requestTimeout: 0 }, (request, response) => {
    handle(request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      parts.onProblem?.(masks.text(`${request.url}: ${message}`));
      if (response.headersSent) response.destroy();
      else response.writeHead(502, { 'content-type': 'text/plain' }).end(`The recorder: ${message}\n`);
    });
  });
  front.listen(parts.port ?? 0, parts.host ?? '127.0.0.1');
  await once(front, 'listening');
  const { port } = front.address() as AddressInfo;

  return {
    port,
    requests: () => requests,
    /** Ends all connections. */
    close: async (): Promise<void> => {
      const closed = once(front, 'close');
      front.close();
      front.closeAllConnections();
      await closed;
    },
  };
};

interface Kept {
  bytes: Buffer;
  total: number;
}

/** Passes a body on as it comes, slowed by the slower side, and keeps what is not too long. */
const keepAndPass = async (from: IncomingMessage, to: NodeJS.WritableStream): Promise<Kept> => {
  const pieces: Buffer[] = [];
  let total = 0;
  await pipeline(
    from,
    async function* (source: AsyncIterable<Buffer>) {
      for await (const piece of source) {
        total += piece.length;
        if (total <= MOST_KEPT_BYTES) pieces.push(piece);
        yield piece;
      }
    },
    to,
  );
  return { bytes: Buffer.concat(pieces), total };
};

const passed = (headers: IncomingMessage['headers']): Record<string, string | string[]> => {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name)) kept[name] = value;
  }
  return kept;
};

const hostOf = ({ host, port }: { host: string; port: number }): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
const round = (ms: number): number => Math.round(ms * 10) / 10;

const bodyOf = async (
  { bytes, total }: Kept,
  headers: IncomingMessage['headers'],
  maskJson: (json: unknown) => unknown,
  maskText: (text: string) => string,
): Promise<Body | null> => {
  if (total === 0) return null;
  if (total > MOST_KEPT_BYTES) return { leftOutBytes: total, why: 'too long' };
  let plain = bytes;
  if (headers['content-encoding'] === 'gzip') {
    try {
      plain = await promisify(gunzip)(bytes, { maxOutputLength: 4 * MOST_KEPT_BYTES });
    } catch {
      return { leftOutBytes: total, why: 'cannot be unpacked' };
    }
  }
  const type = headers['content-type'] ?? 'application/json';
  if (type.startsWith('application/json')) {
    try {
      return { json: maskJson(JSON.parse(plain.toString())) };
    } catch {
      // Where it cannot be read, nobody can say what in it is secret.
      return { leftOutBytes: total, why: 'is no JSON' };
    }
  }
  return type.startsWith('text/') ? { text: maskText(plain.toString()) } : { base64: plain.toString('base64') };
};
