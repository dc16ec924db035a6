import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  BadFormat,
  decodeTopLevel,
  encodeTopLevel,
  FilterSyntaxError,
  LOGIN_PATH,
  PxgError,
  parseAuthorization,
  parseCallPath,
  parseVirtualServer,
  pxgError,
  readArguments,
  toPxgErrorBody,
} from '@gatehouse/protocols/ksc-open-api';
import { AppError } from '../../platform/errors/index.ts';
import { CannotListen, PortTaken } from '../../platform/http/index.ts';
import { newId } from '../../platform/ids/index.ts';
import type { Log } from '../../platform/log/index.ts';
import { BodyCutOff, BodyTooLarge, readBody, sendJson, sendText } from './body.ts';
import { openApiClasses } from './classes/index.ts';
import { FILES_PATH, sendFile } from './files.ts';
import type { Login, OpenApiUser } from './login.ts';
import { createLogins, SESSION_IDLE_MS } from './logins.ts';
import { type AuditDetails, type Call, type OpenApiDoors, requireRight } from './method.ts';

export interface OpenApiParts {
  administration: OpenApiDoors;
  verifyPassword: (name: string, password: string, address: string) => Promise<OpenApiUser | null>;
  /** Everybody who can sign in. */
  people: Call['people'];
  /** Who logged in, and who tried in vain. */
  onLogin: (login: {
    user: string;
    server: string;
    address: string;
    outcome: 'done' | 'refused';
    requestId: string;
  }) => void;
  /** A login that was done is over. */
  onLogout: (login: { user: string; server: string; address: string; requestId: string }) => void;
  /** A method changed something. */
  onWrite: (write: {
    user: string;
    server: string;
    address: string;
    requestId: string;
    /** As `task.added`. */
    action: string;
    /** Class and method. */
    call: string;
    details: AuditDetails;
  }) => void;
  tls: { key: string; cert: string };
  host: string;
  port: number;
  log: Log;
  clock: () => Date;
}

const DROP_REST_MS = 2000;

const AUTHENTICATION_FAILURE = 'Authentication failure';

/**
 * The KSC Open API over HTTPS: JSON calls `POST /api/v1.0/<Class>.<Method>`, logged in by connection or by session.
 * Terminates TLS itself, since a login is bound to its connection.
 *
 * @throws PortTaken, CannotListen
 */
export const startOpenApi = async (parts: OpenApiParts) => {
  const { log, clock, administration } = parts;
  const logins = createLogins({
    verifyPassword: parts.verifyPassword,
    mainServer: async () => {
      const main = await administration.tenantsOf('all').byVirtualServerId(0);
      if (!main) throw new Error('the main server has no tenant');
      return main;
    },
    serverByName: (name) => administration.tenantsOf('all').byName(name),
    onEnd: ({ user, server: { name }, address }) =>
      parts.onLogout({ user: user.name, server: name, address, requestId: newId() }),
    nowMs: () => clock().getTime(),
  });
  const classes = openApiClasses({
    start: logins.startSession,
    end: logins.endSessionOf,
    createToken: logins.createToken,
  });

  /** Who logs in by this request's own header; undefined: it has none; null: it is wrong. */
  const loginByHeader = async (request: IncomingMessage, requestId: string): Promise<Login | null | undefined> => {
    const address = request.socket.remoteAddress ?? '';
    try {
      const authorization = parseAuthorization(request.headers.authorization);
      if (!authorization) return undefined;
      const serverName = parseVirtualServer(headerOf(request, 'x-ksc-vserver'));
      const login = await logins.logIn(authorization, serverName, address);
      const user =
        authorization.scheme === 'KSCBasic' ? authorization.user : (login?.user.name ?? authorization.scheme);
      parts.onLogin({ user, server: serverName, address, outcome: login ? 'done' : 'refused', requestId });
      return login;
    } catch (error) {
      if (error instanceof BadFormat) return null;
      throw error;
    }
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = newId();
    const path = (request.url ?? '').split('?')[0] ?? '';
    const body = await readBody(request);
    if (request.method === 'GET' && path.startsWith(FILES_PATH)) {
      const login = await authenticate(request, response, { className: '', method: '' }, requestId);
      if (login) await sendFile(request, response, path, { login, nowMs: clock().getTime() });
      return;
    }
    if (request.method !== 'POST') {
      sendText(
        response,
        path.startsWith('/api/v1.0/') ? 405 : 404,
        `${request.method} is not spoken here; POST to /api/v1.0/<Class>.<Method>`,
      );
      return;
    }

    if (path === LOGIN_PATH) {
      const login = await loginByHeader(request, requestId);
      if (!login) return sendText(response, 401, AUTHENTICATION_FAILURE);
      logins.bindConnection(request.socket, login);
      return sendJson(request, response, {});
    }

    const name = parseCallPath(path);
    if (!name) return sendText(response, 404, 'There is nothing at this address; POST to /api/v1.0/<Class>.<Method>');

    const login = await authenticate(request, response, name, requestId);
    if (!login) return;

    const args = readJson(body);
    if (args === undefined) return sendText(response, 400, 'The body is not a JSON object');

    try {
      const method = name.instance === '' ? ownOf(ownOf(classes, name.className), name.method) : undefined;
      if (!method) throw pxgError('noSuchCall', `There is no method ${name.className}.${name.method} here`);
      requireRight(login, method);
      const now = clock();
      const details: AuditDetails = {};
      const result = await method.run({
        args: readArguments(decodeTopLevel(args)),
        login,
        now,
        nowMs: now.getTime(),
        administration,
        people: parts.people,
        audit: (more) => {
          Object.assign(details, more);
        },
      });
      if (method.audit !== undefined) {
        parts.onWrite({
          ...{ user: login.user.name, server: login.server.name, address: login.address, requestId },
          action: method.audit,
          call: `${name.className}.${name.method}`,
          details,
        });
      }
      await sendJson(request, response, encodeTopLevel(result));
    } catch (error) {
      await sendJson(request, response, toPxgErrorBody(asPxgError(error, name.className)));
      if (!isExpected(error))
        log.error({ err: error, call: `${name.className}.${name.method}`, requestId }, 'an Open API call failed');
    }
  };

  /** The login of a call, or undefined when the request was answered already. */
  const authenticate = async (
    request: IncomingMessage,
    response: ServerResponse,
    name: { className: string; method: string },
    requestId: string,
  ): Promise<Login | undefined> => {
    const sessionId = headerOf(request, 'x-ksc-session');
    if (sessionId) {
      const login = logins.ofSession(sessionId);
      if (!login) sendText(response, 403, 'The session has ended; start a new one');
      return login;
    }
    const header = [headerOf(request, 'authorization') ?? '', headerOf(request, 'x-ksc-vserver') ?? ''].join('\n');
    const held = logins.ofHeader(request.socket, header);
    if (held) return held;
    const byHeader = await loginByHeader(request, requestId);
    if (byHeader) {
      logins.holdHeader(request.socket, header, byHeader);
      return byHeader;
    }
    const byConnection = byHeader === undefined ? logins.ofConnection(request.socket) : undefined;
    if (byConnection) {
      if (name.className === 'Session' && name.method === 'EndSession') logins.endConnection(request.socket);
      return byConnection;
    }
    sendText(response, 401, AUTHENTICATION_FAILURE);
    return undefined;
  };

  /** Calls of a connection that are not answered yet, and the last of them: it alone may still be on its way in. */
  const openCalls = new WeakMap<Duplex, number>();
  const lastCall = new WeakMap<Duplex, IncomingMessage>();
  const refused = new WeakSet<Duplex>();
  const refuse = (socket: Duplex): void => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  };

  const server = createServer(
    {
      key: parts.tls.key,
      cert: parts.tls.cert,
      minVersion: 'TLSv1.2',
      requestTimeout: 120_000,
      headersTimeout: 20_000,
      connectionsCheckingInterval: 5000,
      // No shorter than the inactivity limit, or a login by connection vanishes between two calls.
      keepAliveTimeout: SESSION_IDLE_MS + 10_000,
      maxHeaderSize: 32 * 1024,
    },
    (request, response) => {
      const { socket } = request;
      openCalls.set(socket, (openCalls.get(socket) ?? 0) + 1);
      lastCall.set(socket, request);
      response.once('close', () => {
        openCalls.set(socket, (openCalls.get(socket) ?? 1) - 1);
        if (refused.has(socket) && openCalls.get(socket) === 0) refuse(socket);
      });
      handle(request, response).catch((error: unknown) => {
        if (error instanceof BodyTooLarge) {
          sendText(response, 413, 'The request is too large', { Connection: 'close' });
          dropRest(request);
        } else if (error instanceof BodyCutOff) {
          if (!response.headersSent) sendText(response, 400, error.message, { Connection: 'close' });
        } else {
          log.error({ err: error }, 'an Open API request failed');
          if (!response.headersSent) sendText(response, 500, 'Internal error');
          else response.destroy();
        }
      });
    },
  );
  // What is no HTTP is answered after the calls before it: its answer must not be taken for one of theirs.
  server.on('clientError', (_error, socket) => {
    if (refused.has(socket)) return;
    refused.add(socket);
    const open = openCalls.get(socket) ?? 0;
    if (open > 0 && lastCall.get(socket)?.complete) return;
    if (open > 1) socket.destroy();
    else refuse(socket);
  });
  server.on('tlsClientError', (error) => log.debug({ err: error }, 'a TLS connection was not made'));

  await listen(server, parts.host, parts.port);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    sessionCount: logins.sessionCount,
    /** Running calls end, then all connections are closed. */
    close: async (): Promise<void> => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const hard = setTimeout(() => server.closeAllConnections(), 2000);
      await closed;
      clearTimeout(hard);
    },
  };
};
export type OpenApi = Awaited<ReturnType<typeof startOpenApi>>;

/**
 * Lets what is still coming run into nothing for a moment: a connection that is cut while the client writes loses the
 * answer with it.
 */
const dropRest = (request: IncomingMessage): void => {
  const timer = setTimeout(() => request.destroy(), DROP_REST_MS);
  timer.unref();
  request.on('error', () => {}); // the client is gone: there is nobody left to tell
  request.once('close', () => clearTimeout(timer));
  request.resume();
};

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** A member of the object itself: `constructor` is no class of ours. */
const ownOf = <T>(table: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  table && Object.hasOwn(table, name) ? table[name] : undefined;

/** What is no UTF-8 is no JSON either: a name with letters that were made up would be kept and found by nobody. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The body as an object; an empty one is `{}`. Undefined: no JSON object. */
const readJson = (body: Buffer): Record<string, unknown> | undefined => {
  try {
    const text = utf8.decode(body).trim();
    if (text === '') return {};
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
};

const isExpected = (error: unknown): boolean =>
  error instanceof PxgError || error instanceof BadFormat || error instanceof AppError;

/** Nothing of ours leaks: a failure that nobody expected says only that it was one. */
const asPxgError = (error: unknown, className: string): PxgError => {
  if (error instanceof PxgError) return new PxgError({ ...error, message: error.message, file: className });
  if (error instanceof FilterSyntaxError || error instanceof BadFormat) return error.toPxgError(className);
  if (error instanceof AppError) {
    if (error.httpStatus === 400) return pxgError('badFormat', error.message, { file: className });
    if (error.httpStatus === 404) return pxgError('notFound', error.message, { file: className });
    if (error.httpStatus === 403) return pxgError('noAccess', error.message, { file: className });
    if (error.httpStatus === 503) return pxgError('unavailable', error.message, { file: className });
    return pxgError('notPermitted', error.message, { file: className });
  }
  return pxgError('unavailable', 'Internal error', { file: className });
};

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new PortTaken(host, port)
          : new CannotListen(host, port, error.message, { cause: error }),
      ),
    );
    server.listen(port, host, resolve);
  });
