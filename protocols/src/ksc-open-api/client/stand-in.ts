/** A small, strict stand-in for a server of the protocol on loopback, for tests: it does nothing that the documentation does not say. */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { generate } from 'selfsigned';
import { parseAuthorization, parseVirtualServer } from '../auth.ts';
import { decodeTopLevel } from '../decode.ts';
import { encodeTopLevel } from '../encode.ts';
import { PxgError, pxgError, toPxgErrorBody } from '../errors.ts';
import type { Params } from '../values.ts';

export interface SeenRequest {
  path: string;
  /** Counts connections from 1. */
  connection: number;
  hasAuthorization: boolean;
  sessionId: string | undefined;
  virtualServer: string;
  args: Params;
  /** As they stand in the body. */
  rawArgs: Record<string, unknown>;
}
/** Answers one method; throwing a PxgError answers that. `raw` answers any text with any status. */
export type Handler = (args: Params) => Params | Promise<Params>;
export interface FileAnswer {
  status: number;
  body: string | Uint8Array;
  contentRange?: string;
}
export type StrictServer = Awaited<ReturnType<typeof startStrictServer>>;

export const makeCertificate = async (commonName = 'localhost') =>
  generate([{ name: 'commonName', value: commonName }], { keyType: 'ec', algorithm: 'sha256' });

export const startStrictServer = async ({ user = 'api-user', password = 'password' } = {}) => {
  const certificate = await makeCertificate();
  const loggedIn = new WeakSet<Socket>();
  const numbers = new WeakMap<Socket, number>();
  const sessions = new Set<string>();
  const sockets = new Set<Socket>();
  const requests: SeenRequest[] = [];
  const handlers = new Map<string, Handler>();
  const raw = new Map<string, { status: number; text: string; headers?: Record<string, string> }>();
  const files = new Map<string, (range: string) => FileAnswer>();
  let connections = 0;
  let isGzipUsed = false;

  const server: Server = createServer({ key: certificate.private, cert: certificate.cert }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const path = request.url ?? '';
      const method = path.replace('/api/v1.0/', '');
      const text = Buffer.concat(chunks).toString();
      const sessionId = request.headers['x-ksc-session']?.toString();
      const rawArgs = text === '' ? {} : JSON.parse(text);
      const args = decodeTopLevel(rawArgs);
      requests.push({
        path,
        connection: numbers.get(request.socket) ?? 0,
        hasAuthorization: request.headers.authorization !== undefined,
        sessionId,
        virtualServer: parseVirtualServer(request.headers['x-ksc-vserver']?.toString()),
        args,
        rawArgs,
      });
      const send = (status: number, body: string, headers: Record<string, string> = {}) => {
        const isPacked = status === 200 && /gzip/.test(request.headers['accept-encoding']?.toString() ?? '');
        isGzipUsed ||= isPacked;
        response.writeHead(status, {
          'content-type': status === 200 ? 'application/json' : 'text/plain',
          // Said by hand, so that Node.js adds no hint for how long: a client must not need one.
          connection: 'keep-alive',
          ...(isPacked && { 'content-encoding': 'gzip' }),
          ...headers,
        });
        response.end(isPacked ? gzipSync(body) : body);
      };

      if (request.method === 'GET') {
        const isLoggedIn = sessionId === undefined ? loggedIn.has(request.socket) : sessions.has(sessionId);
        if (!isLoggedIn) return send(401, 'Authentication failure');
        const file = files.get(path)?.(request.headers.range ?? '') ?? { status: 404, body: 'No such file' };
        response.writeHead(file.status, file.contentRange ? { 'content-range': file.contentRange } : {});
        return response.end(file.body);
      }

      const canned = raw.get(method);
      if (canned) return send(canned.status, canned.text, canned.headers);

      if (method === 'login' || method === 'Session.StartSession') {
        const login = parseAuthorization(request.headers.authorization);
        const isRight = login?.scheme === 'KSCBasic' && login.user === user && login.password === password;
        if (!isRight) return send(401, 'Authentication failure');
        if (method === 'login') {
          loggedIn.add(request.socket);
          return send(200, '{}');
        }
        const id = `session-${sessions.size + 1}==`;
        sessions.add(id);
        return send(200, JSON.stringify({ PxgRetVal: id }));
      }

      if (sessionId !== undefined && !sessions.has(sessionId)) return send(403, 'No such session');
      if (sessionId === undefined && !loggedIn.has(request.socket)) return send(401, 'Authentication failure');
      if (method === 'Session.EndSession' && sessionId !== undefined) {
        sessions.delete(sessionId);
        return send(200, '{}');
      }
      try {
        const handler = handlers.get(method);
        if (!handler) throw pxgError('noSuchCall', `There is no ${method}`);
        send(200, JSON.stringify(encodeTopLevel(await handler(args))));
      } catch (error) {
        if (!(error instanceof PxgError)) throw error;
        send(200, JSON.stringify(toPxgErrorBody(error)));
      }
    });
  });
  // Idle connections live as long as sessions do; the 5 s of Node.js would end logins between calls.
  server.keepAliveTimeout = 180_000;
  server.on('secureConnection', (socket: Socket) => {
    connections += 1;
    numbers.set(socket, connections);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    port,
    url: `https://127.0.0.1:${port}`,
    certificate,
    /** 64 hex digits. */
    fingerprint: new X509Certificate(certificate.cert).fingerprint256.replaceAll(':', '').toLowerCase(),
    requests,
    sessions,
    on: (method: string, handler: Handler) => void handlers.set(method, handler),
    /** Answers GET of this path; the handler is given the value of the Range header. */
    serveFile: (path: string, handler: (range: string) => FileAnswer) => void files.set(path, handler),
    /** Answers a path after /api/v1.0/ with this text, whoever asks. */
    answerRaw: (method: string, answer: { status: number; text: string; headers?: Record<string, string> }) =>
      void raw.set(method, answer),
    paths: () => requests.map(({ path }) => path.replace('/api/v1.0/', '')),
    isGzipUsed: () => isGzipUsed,
    openConnections: () => sockets.size,
    connectionCount: () => connections,
    dropConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
