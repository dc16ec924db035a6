import { fastifyCookie } from '@fastify/cookie';
import { fastifyHelmet } from '@fastify/helmet';
import { fastifyRateLimit } from '@fastify/rate-limit';
import { fastifySSE } from '@fastify/sse';
import type { Endpoint } from '@gatehouse/contract';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { InvalidInput, NotSignedIn, TooMany } from '../errors/index.ts';
import { newId } from '../ids/index.ts';
import type { Log } from '../log/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { type Actor, type Authenticator, anonymous } from './actor.ts';
import { serveConsole } from './console-files.ts';
import { AuditNotWritten, CannotListen, PortTaken, Stopping } from './errors.ts';
import { serveOperations } from './operations.ts';
import { answerTo, answerUnreadable, Refused } from './problem.ts';
import { auditLineOf, callOf } from './route.ts';
import { refuseOtherSites } from './same-site.ts';
import type { AuditLine, Http, HttpInternals } from './types.ts';

const DEFAULT_BODY_LIMIT_BYTES = 1024 * 1024;
const HEARTBEAT_MS = 15_000;
/** Running calls get this long to finish when the server stops; the whole stop has 5 s. */
const FINISH_MS = 2500;

export interface HttpOptions {
  log: Log;
  metrics: Metrics;
  /** Writes an audit line; a call that was carried out answers only when its line is written. */
  audit: (line: AuditLine) => Promise<void>;
  authenticators?: Authenticator[];
  /** How people reach the server, as `https://gatehouse.example`; with https cookies are Secure and HSTS is sent. */
  publicUrl?: string | null;
  /** Folder with the built console; null serves the API alone. */
  consoleDir?: string | null;
  /** Addresses of proxies whose `X-Forwarded-For` is believed. */
  trustedProxies?: readonly string[];
  /** For callers that nobody knows, by address: calls of public endpoints, and calls that were refused a sign-in. */
  anonymousCallsPerMinute?: number;
  /** How often a live stream says that it is still there, so that proxies keep it open. Default 15 s. */
  heartbeatMs?: number;
  /** The right that reads `/metrics` from another machine. */
  metricsNeeds: string;
}

const bearerOf = (header: string | undefined): string | null =>
  /^Bearer +([\x21-\x7e]+)$/i.exec(header ?? '')?.[1] ?? null;

/** Strict: only our own files run and load. Fonts and pictures may be inside our style sheets. */
const contentSecurityPolicy = (isSecure: boolean) => ({
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    fontSrc: ["'self'", 'data:'],
    imgSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    // Over plain http in a local network this would turn every file of the console into an https call that fails.
    ...(isSecure ? { upgradeInsecureRequests: [] } : {}),
  },
});

const parseJsonBodies = (app: FastifyInstance) => {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '') return done(null, undefined);
    parse(request, text as string, (error, value) => {
      if (!error) return done(null, value);
      const where = [{ where: 'body', what: 'Not valid JSON' }];
      done(new InvalidInput('The body is not valid JSON', where, 'input.malformed'));
    });
  });
};

/** Which methods a path knows, so that a wrong one gets 405 and not 404. */
const methodsOf = (path: string, endpoints: readonly Endpoint[]): string[] => {
  const given = path.split('/');
  const fits = ({ path: pattern }: Endpoint) => {
    const parts = pattern.split('/');
    return parts.length === given.length && parts.every((part, at) => part.startsWith(':') || part === given[at]);
  };
  return [...new Set(endpoints.filter(fits).map(({ method }) => method as string))];
};

/**
 * The HTTP server of console, agent and API users. Endpoints come in through `route`; add all of them before `listen`.
 * Every failure is answered as a `Problem`, every call has a request id, every audited call leaves its line.
 */
export const createHttp = async (options: HttpOptions): Promise<Http> => {
  const { log: parentLog, metrics, audit, publicUrl = null, anonymousCallsPerMinute = 300 } = options;
  const log = parentLog.child({ part: 'http' });
  const isSecure = publicUrl?.startsWith('https:') ?? false;
  const ownOrigins = publicUrl ? [new URL(publicUrl).origin] : [];
  const authenticators = [...(options.authenticators ?? [])];
  const endpoints: Endpoint[] = [];

  const app = fastify({
    logger: false,
    bodyLimit: DEFAULT_BODY_LIMIT_BYTES,
    genReqId: () => newId(),
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 500 },
    frameworkErrors: (error, request, reply) => void sendFailure(error, request, reply as FastifyReply),
    return503OnClosing: false,
    clientErrorHandler: answerUnreadable,
  });
  await app.register(fastifyCookie);
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: contentSecurityPolicy(isSecure),
    strictTransportSecurity: isSecure ? { maxAge: 180 * 86_400, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  await app.register(fastifySSE, { heartbeatInterval: options.heartbeatMs ?? HEARTBEAT_MS });
  await app.register(fastifyRateLimit, { global: false, cache: 20_000 });
  const countAnonymous = app.createRateLimit({
    max: anonymousCallsPerMinute,
    timeWindow: '1 minute',
    keyGenerator: (request) => request.ip,
  });
  parseJsonBodies(app);

  const durations = metrics.durations(
    'gatehouse_http_request_duration_seconds',
    'Time from request to reply, by endpoint',
    ['method', 'endpoint', 'status'],
    [0.005, 0.02, 0.1, 0.5, 2, 10, 60],
  );

  const limitAnonymous = async (request: FastifyRequest) => {
    const count = await countAnonymous(request);
    if (!count.isAllowed && count.isExceeded) {
      throw new TooMany(
        'address.too-many-calls',
        'Too many calls from this address without signing in; wait a little',
        count.ttlInSeconds,
      );
    }
  };

  const authenticate = async (request: FastifyRequest): Promise<Actor> => {
    const credentials = {
      bearer: bearerOf(request.headers.authorization),
      cookies: request.cookies,
      address: request.ip,
    };
    for (const authenticator of authenticators) {
      const actor = await authenticator.authenticate(credentials);
      if (actor) return actor;
    }
    throw new NotSignedIn();
  };

  const identify: HttpInternals['identify'] = async (request, endpoint) => {
    if (typeof endpoint.needs !== 'string') {
      await limitAnonymous(request);
      return anonymous;
    }
    try {
      return await authenticate(request);
    } catch (error) {
      if (error instanceof NotSignedIn) await limitAnonymous(request);
      throw error;
    }
  };

  const running = new Set<AbortController>();
  let isStopping = false;
  const callSignal: HttpInternals['callSignal'] = () => {
    const controller = new AbortController();
    running.add(controller);
    if (isStopping) controller.abort(new Stopping());
    return {
      signal: controller.signal,
      abort: (reason) => controller.abort(reason),
      end: () => void running.delete(controller),
    };
  };

  const leaveAuditLine = async (request: FastifyRequest, outcome: AuditLine['outcome']) => {
    const line = auditLineOf(request, outcome);
    if (line) await audit(line);
  };

  const recordDone: HttpInternals['recordDone'] = async (request) => {
    try {
      await leaveAuditLine(request, 'done');
    } catch (cause) {
      log.error({ err: cause, requestId: request.id }, 'an audit line could not be written');
      throw new AuditNotWritten({ cause });
    }
  };

  const sendFailure = async (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const limit = request.routeOptions?.bodyLimit ?? DEFAULT_BODY_LIMIT_BYTES;
    const gone = reply.raw.destroyed && !reply.raw.writableFinished;
    const { status, headers, problem, isBug } = answerTo(
      isStopping && isAbort(error) ? new Stopping() : error,
      request.id,
      limit,
    );
    if (isBug && !gone) {
      log.error(
        { err: error, requestId: request.id, method: request.method, path: request.routeOptions?.url },
        'unexpected failure',
      );
    }
    // Whoever floods us with calls must not flood the record too.
    if (status !== 429) {
      try {
        await leaveAuditLine(request, isBug || status >= 500 ? 'failed' : 'refused');
      } catch (err) {
        // The caller is told of the first failure already, and nothing was done that lacks a record.
        log.error({ err, requestId: request.id }, 'an audit line could not be written');
      }
    }
    return reply
      .code(status)
      .headers({ 'cache-control': 'no-store', ...headers })
      .type('application/json; charset=utf-8')
      .send(problem);
  };

  app.setErrorHandler((error, request, reply) => sendFailure(error, request, reply));
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    // Whatever the path: what the router makes of `/%61pi/…` must not be decided here once more.
    refuseOtherSites(request.method, request.headers, ownOrigins);
  });
  app.addHook('onResponse', async (request, reply) => {
    const endpoint = request.routeOptions.url ?? 'none';
    const { statusCode: status } = reply;
    durations.observe({ method: request.method, endpoint, status: String(status) }, reply.elapsedTime / 1000);
    const call = callOf(request);
    if (!call) return;
    log[status >= 500 ? 'warn' : 'debug'](
      {
        requestId: request.id,
        method: request.method,
        endpoint,
        status,
        ms: Math.round(reply.elapsedTime),
        actor: call.actor.name,
      },
      'answered',
    );
  });

  const refuseUnknown = (request: FastifyRequest): never => {
    const path = request.url.split('?')[0] ?? '';
    const methods = methodsOf(path, endpoints);
    if (methods.length === 0) throw new Refused(404, 'path.unknown', `There is nothing at ${path}; see /api/docs`);
    throw new Refused(405, 'method.unknown', `${path} knows ${methods.join(', ')} only`, { allow: methods.join(', ') });
  };
  const showConsole = await serveConsole(app, options.consoleDir ?? null);
  app.setNotFoundHandler((request, reply) => showConsole(request, reply) ?? refuseUnknown(request));
  const { addReadyCheck } = serveOperations(app, {
    log,
    metrics,
    authenticate,
    metricsNeeds: options.metricsNeeds,
    isStopping: () => isStopping,
  });

  const listen: Http['listen'] = async ({ host, port }) => {
    try {
      await app.listen({ host, port });
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE') throw new PortTaken(host, port, { cause });
      if (code === 'EACCES') throw new CannotListen(host, port, 'this user may not use that port', { cause });
      if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
        throw new CannotListen(host, port, 'this machine has no such address', { cause });
      }
      throw cause;
    }
    const bound = app.server.address();
    const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
    const shownHost = host.includes(':') ? `[${host}]` : host;
    return { host, port: boundPort, url: `http://${shownHost}:${boundPort}` };
  };

  const close = async () => {
    isStopping = true;
    for (const controller of running) controller.abort(new Stopping());
    const force = setTimeout(() => app.server.closeAllConnections(), FINISH_MS);
    try {
      await app.close();
    } finally {
      clearTimeout(force);
    }
  };

  return {
    app,
    endpoints,
    addAuthenticator: (authenticator) => void authenticators.push(authenticator),
    addReadyCheck,
    listen,
    close,
    internals: { endpoints, callSignal, identify, recordDone, isSecure },
  };
};

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
